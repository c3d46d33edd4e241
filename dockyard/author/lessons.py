"""Which lessons an author speaks of: ids of the course, or paths of lesson files anywhere."""

from collections.abc import Iterable
from pathlib import Path

from checker.course.course import Course
from checker.errors import UsageError
from dockyard.home import Home


def find_lessons(words: Iterable[str]) -> tuple[Path, ...]:
    """The Markdown files of the lessons named; of the whole course when none is named.

    The course is that of the home: DOCKYARD_LESSONS may name another than the one that comes along. A
    folder stands for all lessons in it. Raises UsageError for what is neither an id nor a path.
    """
    course = Course(Home.locate().lessons)
    found: list[Path] = []
    for word in words or (str(course.folder),):
        found += _lessons(course, word)
    return tuple(dict.fromkeys(found))


def _lessons(course: Course, word: str) -> tuple[Path, ...]:
    if word in course.ids():
        return (course.file(word),)
    path = Path(word)
    if path.is_dir() and (inside := Course(path.resolve()).files()):
        return inside
    markdown = path.with_suffix(".md") if path.suffix in (".yaml", ".ipynb") else path
    if markdown.suffix == ".md" and markdown.is_file():
        return (markdown.resolve(),)
    known = ", ".join(course.ids())
    message = f"`{word}` is neither a lesson of the course ({known}) nor the path of a lesson's Markdown."
    raise UsageError(message, (f"dockyard author new {path.stem}", "dockyard lessons"))
