"""`dockyard author check`: finds everything that is wrong with lessons, each problem with its line.

Reading a lesson (checker.course.lesson_reader) finds what makes it unusable. The rules here go
further: they compare text, YAML and notebook, and check what matters to authors and readers alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.course.course_file import read_course
from checker.course.lesson_reader import Draft, read_draft
from checker.course.yaml_source import Problem
from dockyard.author.check.course import course_problems
from dockyard.author.check.images import image_problems
from dockyard.author.check.markdown import text_problems
from dockyard.author.check.names import name_problems
from dockyard.author.check.notebook import notebook_problems
from dockyard.author.check.page import read_page
from dockyard.author.check.prose import ProseLint
from dockyard.author.check.steps import step_problems


@dataclass(frozen=True)
class Checked:
    """The problems found, in the order of files and lines, and notes about what could not be checked."""

    lessons: tuple[Path, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


def check_lessons(lessons: Iterable[Path]) -> Checked:
    """Check the lessons in these Markdown files, and the courses that they belong to."""
    files = tuple(lessons)
    courses = {folder: read_course(folder) for folder in dict.fromkeys(file.parent for file in files)}
    lint = ProseLint(
        files, english=tuple(file for file in files if _is_english(courses[file.parent].language))
    )
    lint.begin()
    drafts = {file: read_draft(file) for file in files}
    found = [*course_problems(courses, files), *name_problems(files)]
    found += [problem for draft in drafts.values() for problem in _problems(draft)]
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


def _is_english(language: str) -> bool:
    """Whether a language code means English, of any country."""
    return language.partition("-")[0] == "en"
