"""Builds notebooks from lessons, the same to the byte every time, and places them in the workspace.

`dockyard author build` writes the notebooks of a course; `place` brings one to the learner.
"""

import copy
import hashlib
import shutil
from pathlib import Path

from checker.course.course import Course
from checker.course.lesson import Lesson, Step
from dockyard import courses
from dockyard.home import Home
from dockyard.notebooks import files
from dockyard.notebooks.files import Placed
from dockyard.notebooks.format import ID_LIMIT, KEY, LOCK, VERSION, Cell, Notebook, about, split
from dockyard.notebooks.markdown_cells import Text, cut

HOW = """\
**How this notebook works.** Run the cell below first: click into it and press Shift+Enter. Type Docker's \
commands into the empty cells, each with a `!` in front, or without one in a terminal: both talk to the same \
engine. The cells that begin with `%check` tell you whether a step is done and, if not, why. Stuck? \
`%hint STEP` gives a hint, and a further one each time."""
WORK = "# Your commands here, each with a ! in front: !docker images\n"
QUESTION = """\
# Look with !docker …, then answer, without the # in front:
# %answer {step} your answer
"""


def build(lesson: Lesson, pictures: str = "../lessons") -> Notebook:
    """The notebook of a lesson, unsolved. `pictures` is the path from its folder to the lessons' folder.

    Raises LessonError if a picture is missing.
    """
    pieces = cut(lesson, pictures)
    cells = [
        _markdown(lesson, None, "opening", pieces.opening),
        _markdown(lesson, None, "how", Text(HOW)),
        _code(lesson, None, "setup", "%load_ext checker"),
    ]
    for step in lesson.steps:
        prose, task = pieces.steps[step.id]
        cells += [
            _markdown(lesson, step, "prose", prose),
            _markdown(lesson, step, "task", task),
            _code(lesson, step, "work", QUESTION.format(step=step.id) if step.is_question else WORK),
            _locked(_code(lesson, step, "check", f"%check {step.id}")),
        ]
    cells.append(_markdown(lesson, None, "end", pieces.end))
    return {
        "cells": [cell for cell in cells if cell["source"]],
        "metadata": {
            KEY: _course_of(lesson) | {"lesson": lesson.id},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        **VERSION,
    }


def solved(notebook: Notebook, lesson: Lesson) -> Notebook:
    """The same notebook with every solution filled in. A failing command or check fails its cell."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        noted = about(cell)
        if noted["role"] == "work":
            cell["source"] = split(f"%%bash -e\n{lesson.step(noted['step']).solution}")
        elif noted["role"] == "check":
            cell["source"] = [f"%check --strict {noted['step']}"]
    return notebook


def file_name(lesson: Lesson) -> str:
    """`01-images.ipynb` for the lesson `01-images.md`."""
    return f"{lesson.path.stem}.ipynb"


def folder_of(course: Course, home: Home) -> Path:
    """Where the notebooks of a course go in the workspace: each course but the built-in has a folder."""
    return home.workspace if course.id == courses.built_in().id else home.workspace / course.id


def place(lesson: Lesson, home: Home) -> Placed:
    """Put the lesson's notebook into the learner's workspace, and keep what the learner changed in it.

    Raises LessonError if a picture is missing.
    """
    folder = _bring_pictures(lesson, home)
    return files.put(build(lesson, "."), folder / file_name(lesson))


def place_all(home: Home) -> dict[str, Placed]:
    """Place the notebooks of the course that is on, by lesson: all, because they link to each other."""
    return {lesson.id: place(lesson, home) for lesson in courses.current(home).lessons()}


def repair(lesson: Lesson, home: Home) -> Placed:
    """Place the notebook, and restore all parts of the lesson that are missing in it."""
    folder = _bring_pictures(lesson, home)
    return files.repair(build(lesson, "."), folder / file_name(lesson))


def repair_all(home: Home, lesson_id: str | None = None) -> tuple[Placed, ...]:
    """Repair the notebooks of the course that is on: of one lesson, or of all.

    Raises UsageError, LessonError, HomeError.
    """
    home.prepare()
    course = courses.current(home)
    lessons = (course.lesson(lesson_id),) if lesson_id else course.lessons()
    return tuple(repair(lesson, home) for lesson in lessons)


def _course_of(lesson: Lesson) -> dict[str, str]:
    """The lesson's course, for the metadata. Left out without `course.yaml`: the id names a place then."""
    course = Course(lesson.path.parent)
    return {"course": course.id} if course.is_declared else {}


def _bring_pictures(lesson: Lesson, home: Home) -> Path:
    """Copy the lesson's pictures to where its notebook goes; returns that folder."""
    folder = folder_of(Course(lesson.path.parent), home)
    pieces = cut(lesson, ".")
    texts = (pieces.opening, pieces.end, *(text for pair in pieces.steps.values() for text in pair))
    for picture in {picture for text in texts for picture in text.pictures}:
        target = folder / picture
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(lesson.path.parent / picture, target)
    return folder


def _markdown(lesson: Lesson, step: Step | None, role: str, text: Text) -> Cell:
    return _cell(lesson, step, role, "markdown", text.markdown)


def _code(lesson: Lesson, step: Step | None, role: str, source: str) -> Cell:
    return _cell(lesson, step, role, "code", source) | {"execution_count": None, "outputs": []}


def _cell(lesson: Lesson, step: Step | None, role: str, kind: str, source: str) -> Cell:
    noted = {"lesson": lesson.id, "role": role} | ({"step": step.id} if step else {})
    name = "-".join(filter(None, [lesson.id, step.id if step else "", role]))
    return {"cell_type": kind, "id": _short(name), "metadata": {KEY: noted}, "source": split(source)}


def _locked(cell: Cell) -> Cell:
    cell["metadata"] |= LOCK
    return cell


def _short(name: str) -> str:
    """The name, shortened with a hash of it if it is too long for a cell's id."""
    if len(name) <= ID_LIMIT:
        return name
    return f"{name[: ID_LIMIT - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
