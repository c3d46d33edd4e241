"""Finds the lessons that an author names: by id in the course that is on, or by path."""

from collections.abc import Iterable
from pathlib import Path

from checker.course.course_file import CourseDraft, read_course
from checker.errors import UsageError
from dockyard import courses
from dockyard.home import Home


def find_lessons(words: Iterable[str]) -> tuple[Path, ...]:
    """The Markdown files of the named lessons; without any name, of the course that is on.

    A name is the id of a lesson in that course, the path of a lesson's file, or a folder with a course.
    Raises UsageError for anything else. A faulty `course.yaml` is left to `dockyard author check`.
    """
    course = read_course(courses.current(Home.locate()).folder)
    found: list[Path] = []
    for word in words or (str(course.source.file.parent),):
        found += _lessons(course, word)
    return tuple(dict.fromkeys(found))


def _lessons(course: CourseDraft, word: str) -> tuple[Path, ...]:
    if word in course.files:
        return (course.files[word],)
    path = Path(word)
    if path.is_dir() and (inside := _all_of(read_course(path.resolve()))):
        return inside
    markdown = path.with_suffix(".md") if path.suffix in (".yaml", ".ipynb") else path
    if markdown.suffix == ".md" and markdown.is_file():
        return (markdown.resolve(),)
    known = ", ".join(course.files)
    message = f"`{word}` is neither a lesson of the course ({known}) nor the path of a lesson's Markdown."
    raise UsageError(message, (f"dockyard author new {path.stem}", "dockyard lessons"))


def _all_of(course: CourseDraft) -> tuple[Path, ...]:
    """The lessons of a course; all in its folder if `course.yaml` does not tell them correctly."""
    return tuple((course.files if course.problems else course.lessons).values())
