"""Writes the notebooks that are built from lessons."""

import os
from collections.abc import Iterable
from pathlib import Path

from checker.course.course import read_lesson
from checker.course.lesson import Lesson
from dockyard.courses import built_in_folder
from dockyard.notebooks.build import build
from dockyard.notebooks.format import dump
from dockyard.system.files import write_atomically


def notebook_path(lesson: Path) -> Path:
    """The path of a lesson's notebook: beside the lesson, or in `notebooks` for the built-in course."""
    is_built_in = lesson.parent == built_in_folder()
    folder = built_in_folder("notebooks") if is_built_in else lesson.parent
    return folder / lesson.with_suffix(".ipynb").name


def write_notebooks(lessons: Iterable[Path]) -> tuple[Path, ...]:
    """Write the notebook of each lesson and return their paths. Raises LessonError."""
    written = []
    for file in lessons:
        path = notebook_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, notebook_text(read_lesson(file)))
        written.append(path)
    return tuple(written)


def notebook_text(lesson: Lesson) -> str:
    """The text that the file of a lesson's notebook should have. Raises LessonError."""
    pictures = os.path.relpath(lesson.path.parent, notebook_path(lesson.path).parent)
    return dump(build(lesson, Path(pictures).as_posix()))
