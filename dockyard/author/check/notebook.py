"""Rule: a lesson's notebook is what would be built from it now."""

import os
from collections.abc import Iterator
from pathlib import Path

from checker.course.course_file import lesson_name
from checker.course.lesson_reader import Draft
from checker.course.yaml_source import Problem
from checker.errors import LessonError
from dockyard.author.build import notebook_path, notebook_text
from dockyard.course_files import course_folder


def notebook_problems(draft: Draft) -> Iterator[Problem]:
    """That the notebook differs from the lesson, or is missing where the course needs one."""
    notebook = notebook_path(draft.file)
    mend = f"dockyard author build {_shortest(draft.file)}"
    try:
        found = notebook.read_text(encoding="utf-8")
    except FileNotFoundError:
        if draft.file.parent == course_folder():
            yield Problem(notebook, 1, f"is not there yet: {mend}")
        return
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(notebook, 1, f"cannot be read ({error}): {mend}")
        return
    try:
        lesson = draft.lesson(lesson_name(draft.file))
        built = notebook_text(lesson) if lesson else found
    except LessonError:
        return  # a picture is missing, say: that is told of the text
    if found != built:
        yield Problem(notebook, _first_difference(found, built), f"is not what the lesson says now: {mend}")


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    same = next((index for index, (a, b) in enumerate(pairs) if a != b), None)
    return 1 + (min(one.count("\n"), other.count("\n")) if same is None else same)


def _shortest(file: Path) -> str:
    """The path of a lesson as one would type it here."""
    if file.parent == course_folder():
        return lesson_name(file)
    near = os.path.relpath(file)
    return near if len(near) < len(str(file)) else str(file)
