"""`dockyard author check`: the compiler for lessons. Everything that is wrong, at once, each with its line.

What makes a lesson unreadable is found by reading it (checker.draft). The rules here go further: they
hold text, YAML and notebook against each other, and look at what only authors and readers care about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.course.lesson_reader import Draft, read_draft
from checker.course.yaml_source import Problem
from dockyard.author.check.images import image_problems
from dockyard.author.check.markdown import text_problems
from dockyard.author.check.names import name_problems
from dockyard.author.check.notebook import notebook_problems
from dockyard.author.check.page import read_page
from dockyard.author.check.prose import ProseLint
from dockyard.author.check.steps import step_problems


@dataclass(frozen=True)
class Checked:
    """What was found: problems in the order of files and lines, and what could not be looked at."""

    lessons: tuple[Path, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def check_lessons(lessons: Iterable[Path]) -> Checked:
    """Compile the lessons of these Markdown files."""
    files = tuple(lessons)
    lint = ProseLint(files)
    lint.begin()
    drafts = {file: read_draft(file) for file in files}
    found = [*name_problems(files), *(each for draft in drafts.values() for each in _problems(draft))]
    found += lint.problems(drafts)
    order = {file.with_suffix(""): number for number, file in enumerate(files)}
    found.sort(key=lambda each: (order.get(each.file.with_suffix(""), -1), each.file.suffix, each.line))
    return Checked(files, tuple(dict.fromkeys(found)), tuple(lint.notes))


def _problems(draft: Draft) -> Iterator[Problem]:
    page = read_page(draft.text)
    yield from draft.problems
    if draft.text:
        yield from text_problems(draft, page)
    if draft.data:
        yield from image_problems(draft, page)
    yield from step_problems(draft, page)
    yield from notebook_problems(draft)
