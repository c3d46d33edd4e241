"""Finds the steps in a lesson's Markdown: the markers, and the paragraph after each, which is its task.

This scans lines and is no Markdown parser: importing one takes as long as all the rest of a check.
The tests compare the result with a Markdown parser's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.course.lines import split_lines

BLANK = " \t"  # Markdown takes no other character of a line for a blank
MARKER = re.compile(r" {0,3}<!--[ \t]*step:[ \t]*(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)[ \t]*-->[ \t]*")
ALMOST = re.compile(r" {0,3}<!--\s*step\b")
FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")
END = r"(?:[ \t]|$)"
HTML = r"<(?:[A-Za-z/?]|!--|![A-Za-z]|!\[CDATA\[)"
NO_PARAGRAPH = re.compile(rf" {{0,3}}(#{{1,6}}{END}|>|{HTML}|[-+*]{END}|\d{{1,9}}[.)]{END}|`{{3}}|~{{3}})")
INDENTED = re.compile(r" {0,3}\t| {4}")  # code, except in the middle of a paragraph


@dataclass(frozen=True)
class StepMarker:
    """A marker at a line (from 1): the step and its task, or the problem with it."""

    line: int
    id: str = ""
    task: str = ""
    problem: str | None = None


def find_markers(text: str) -> Iterator[StepMarker]:
    """All markers of a text, in order. Those in fenced code are examples and are left out."""
    lines = split_lines(text)
    fence = ""
    for number, line in enumerate(lines, 1):
        if found := FENCE.match(line):
            if not fence:
                fence = found["fence"]
            elif found["fence"].startswith(fence) and not found["info"].strip(BLANK):
                fence = ""
        elif not fence and ALMOST.match(line):
            yield _marker(number, line, lines[number:])


def _marker(number: int, line: str, rest: list[str]) -> StepMarker:
    found = MARKER.fullmatch(line)
    if found is None:
        return StepMarker(number, problem="a step is marked `<!-- step: its-id -->`")
    task = _paragraph(rest)
    if not task:
        return StepMarker(number, problem="the paragraph after a step's marker is its task")
    return StepMarker(number, found["id"], task)


def _paragraph(lines: list[str]) -> str:
    """The paragraph that the lines begin with, in one line; "" if they begin with something else."""
    words: list[str] = []
    for line in lines:
        if not line.strip(BLANK):
            if words:
                break
            continue
        if NO_PARAGRAPH.match(line) or (not words and INDENTED.match(line)):
            break
        words.append(line.strip(BLANK))
    return " ".join(words).strip()
