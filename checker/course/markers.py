"""Finding the steps in a lesson's Markdown: the markers, and the paragraph after each, its task.

A scan of lines, not a Markdown parser: one of those takes as long to import as all the rest of a
check. A test holds it against markdown-it over the whole course.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKER = re.compile(r" {0,3}<!--\s*step:\s*(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\s*-->\s*")
ALMOST = re.compile(r" {0,3}<!--\s*step\b")
FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
NO_PARAGRAPH = re.compile(r" {0,3}(#{1,6}\s|>|<|[-+*]\s|\d{1,9}[.)]\s|`{3}|~{3})| {4}|\t")


@dataclass(frozen=True)
class Marked:
    """A marker at a line (from 1): the step and its task, or what is wrong there."""

    line: int
    id: str = ""
    task: str = ""
    problem: str | None = None


def marked_steps(text: str) -> Iterator[Marked]:
    """All markers of a text, in order; those in fenced code are only examples."""
    lines = text.splitlines()
    fence = ""
    for number, line in enumerate(lines, 1):
        if found := FENCE.match(line):
            if not fence:
                fence = found["fence"]
            elif found["fence"].startswith(fence) and not found["info"].strip():
                fence = ""
        elif not fence and ALMOST.match(line):
            yield _marked(number, line, lines[number:])


def _marked(number: int, line: str, rest: list[str]) -> Marked:
    found = MARKER.fullmatch(line)
    if found is None:
        return Marked(number, problem="a step is marked `<!-- step: its-id -->`")
    task = _paragraph(rest)
    if not task:
        return Marked(number, problem="the paragraph after a step's marker is its task")
    return Marked(number, found["id"], task)


def _paragraph(lines: list[str]) -> str:
    """The paragraph that the lines begin with, in one line; "" if they begin with something else."""
    words: list[str] = []
    for line in lines:
        if not line.strip():
            if words:
                break
            continue
        if NO_PARAGRAPH.match(line):
            break
        words.append(line.strip())
    return " ".join(words)
