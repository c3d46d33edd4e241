"""Rule: a lesson's notebook is up to date."""

import os
from collections.abc import Iterator
from pathlib import Path

from checker.course.course_file import lesson_name
from checker.course.lesson_reader import Draft
from checker.course.lines import split_lines
from checker.course.yaml_source import Problem
from checker.errors import LessonError
from dockyard.author.build import notebook_path, notebook_text
from dockyard.courses import built_in_folder


def notebook_problems(draft: Draft) -> Iterator[Problem]:
    """The notebook is outdated, unreadable, or missing (the built-in course needs one for each lesson)."""
    notebook = notebook_path(draft.file)
    command = f"dockyard author build {_shortest(draft.file)}"
    try:
        found = notebook.read_text(encoding="utf-8")
    except FileNotFoundError:
        if draft.file.parent == built_in_folder():
            yield Problem(notebook, 1, f"is missing: {command}")
        return
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(notebook, 1, f"cannot be read ({error}): {command}")
        return
    try:
        lesson = draft.lesson(lesson_name(draft.file))
        built = notebook_text(lesson) if lesson else found
    except LessonError:
        return  # such as a missing picture: a problem of the text
    if found != built:
        yield Problem(notebook, _first_difference(found, built), f"is older than the lesson: {command}")


def _first_difference(one: str, other: str) -> int:
    pairs = zip(split_lines(one), split_lines(other), strict=False)
    same = next((index for index, (a, b) in enumerate(pairs) if a != b), None)
    return 1 + (min(one.count("\n"), other.count("\n")) if same is None else same)


def _shortest(file: Path) -> str:
    """The shortest way to name a lesson in this folder."""
    if file.parent == built_in_folder():
        return lesson_name(file)
    near = os.path.relpath(file)
    return near if len(near) < len(str(file)) else str(file)
