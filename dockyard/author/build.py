"""Writing the notebooks that are made from lessons."""

from collections.abc import Iterable
from pathlib import Path

from checker.course import read_lesson
from dockyard.course_files import course_folder
from dockyard.notebooks import build, dump


def notebook_path(lesson: Path) -> Path:
    """Where a lesson's notebook stands: the course's in its own folder, others beside their lesson."""
    own = lesson.parent == course_folder()
    folder = course_folder("notebooks") if own else lesson.parent
    return folder / f"{lesson.stem}.ipynb"


def write_notebooks(lessons: Iterable[Path]) -> tuple[Path, ...]:
    """Write the notebook of each lesson and return their paths. Raises LessonError."""
    written = []
    for file in lessons:
        path = notebook_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        pictures = "../lessons" if path.parent != file.parent else "."
        path.write_text(dump(build(read_lesson(file), pictures)), encoding="utf-8")
        written.append(path)
    return tuple(written)
