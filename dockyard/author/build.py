"""Writing the notebooks that are made from lessons."""

import os
from collections.abc import Iterable
from pathlib import Path

from checker.course.course import read_lesson
from checker.course.lesson import Lesson
from dockyard.course_files import course_folder
from dockyard.home import write_whole
from dockyard.notebooks.build import build
from dockyard.notebooks.format import dump


def notebook_path(lesson: Path) -> Path:
    """Where a lesson's notebook stands: the course's in its own folder, others beside their lesson."""
    own = lesson.parent == course_folder()
    folder = course_folder("notebooks") if own else lesson.parent
    return folder / lesson.with_suffix(".ipynb").name


def write_notebooks(lessons: Iterable[Path]) -> tuple[Path, ...]:
    """Write the notebook of each lesson and return their paths. Raises LessonError."""
    written = []
    for file in lessons:
        path = notebook_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, notebook_text(read_lesson(file)))
        written.append(path)
    return tuple(written)


def notebook_text(lesson: Lesson) -> str:
    """What the file of a lesson's notebook should hold. Raises LessonError."""
    pictures = os.path.relpath(lesson.path.parent, notebook_path(lesson.path).parent)
    return dump(build(lesson, Path(pictures).as_posix()))
