"""A lesson as its author left it: all that can be read of it, and every problem noted.

A draft without problems is a lesson; the compiler for authors looks further into any draft.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from checker.conditions.base import Condition
from checker.course.check_reader import read_condition
from checker.course.lesson import Lesson, Mistake, Step
from checker.course.markers import Marked, marked_steps
from checker.course.suggestions import instead
from checker.course.validation import convert_or_default
from checker.course.yaml_source import Problem, Source, Unreadable, read_text, read_yaml

STEP_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_FORM = "a step's id is made of a-z and 0-9, in words joined by `-`"


class LessonData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson's YAML: title, the minutes that it takes, start state and steps."""

    title: str
    minutes: Annotated[int, msgspec.Meta(ge=1, le=120)]
    steps: dict[str, Any]
    start: tuple[str, ...] = ()


class StepData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is judged of a step, what helps with it, and how it is proven."""

    check: Any
    hints: tuple[str, ...]
    solution: str
    after: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    mistakes: dict[str, Any] = {}


class MistakeData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known wrong attempt: the commands, the reason it must get, and words it must be told."""

    run: str
    reason: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftStep:
    """A step of the YAML, with something empty for what is wrong in it."""

    data: StepData
    check: Condition | None
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Draft:
    """A lesson's two files as far as they can be read; the problems of both are in `source`."""

    file: Path
    source: Source
    text: str = ""
    data: LessonData | None = None
    marked: dict[str, Marked] = field(default_factory=dict)
    steps: dict[str, DraftStep] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, the text's problems first, from top to bottom."""
        return tuple(sorted(self.source.problems, key=lambda problem: (problem.file.name, problem.line)))

    def lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson, if nothing is wrong."""
        data = self.data
        if data is None or self.source.problems:
            return None
        steps = []
        for number, (step_id, step) in enumerate(self.steps.items(), 1):
            marked = self.marked[step_id]
            if step.check is None:
                return None
            given = step.data
            parts = (step.check, given.hints, given.solution, given.after, given.routes, step.mistakes)
            steps.append(Step(step_id, number, marked.task, marked.line, *parts))
        return Lesson(lesson_id, data.title, data.minutes, data.start, tuple(steps), self.text, self.file)


def read_draft(file: Path) -> Draft:
    """Read a lesson by the path of its Markdown. Problems are collected in the result, never raised."""
    source = read_yaml(file.with_suffix(".yaml"))
    try:
        text = read_text(file)
    except Unreadable as error:
        source.problems.append(error.problem)
        return Draft(file, source)
    marked = _marked(file, text, source)
    if source.data is None and source.problems:
        return Draft(file, source, text, marked=marked)
    data = convert_or_default(source, (), source.data, LessonData)
    if not isinstance(source.data, dict) or not isinstance(source.data.get("steps"), dict):
        return Draft(file, source, text, data, marked)
    for step_id in data.steps.keys() - marked.keys():
        wrong = f"the step `{step_id}` has no `<!-- step: {step_id} -->` in the text"
        source.complain(("steps", step_id), wrong if STEP_ID.fullmatch(step_id) else ID_FORM)
    steps = {step_id: _step(source, step_id, fields) for step_id, fields in data.steps.items()}
    _agree(file, source, marked, list(steps))
    return Draft(file, source, text, data, marked, steps)


def _marked(file: Path, text: str, source: Source) -> dict[str, Marked]:
    """The marked steps of the text, by id."""
    found: dict[str, Marked] = {}
    for marked in marked_steps(text):
        twice = f"the step `{marked.id}` is marked twice" if marked.id in found else None
        if problem := marked.problem or twice:
            source.problems.append(Problem(file, marked.line, problem))
        else:
            found[marked.id] = marked
    return found


def _agree(file: Path, source: Source, marked: dict[str, Marked], steps: list[str]) -> None:
    """The text and the YAML hold the same steps in the same order."""
    if not steps:
        source.complain(("steps",), "a lesson has at least one step")
    for step_id in marked.keys() - set(steps):
        what = f"the step `{step_id}` is not in {source.file.name}{instead(step_id, steps)}"
        source.problems.append(Problem(file, marked[step_id].line, what))
    here, there = [s for s in marked if s in steps], [s for s in steps if s in marked]
    for one, other in zip(here, there, strict=True):
        if one != other:
            what = f"here stands the step `{one}`, where {source.file.name} has `{other}`: one order, please"
            source.problems.append(Problem(file, marked[one].line, what))
            break


def _step(source: Source, step_id: str, fields: Any) -> DraftStep:
    path = ("steps", step_id)
    data = convert_or_default(source, path, fields, StepData)
    if not isinstance(fields, dict):
        return DraftStep(data, None, ())
    earlier = list(source.data["steps"])
    earlier = earlier[: earlier.index(step_id)]
    for index, needed in enumerate(data.after):
        if needed not in earlier:
            what = f"`{needed}` is no step before `{step_id}`{instead(needed, earlier)}"
            source.complain((*path, "after", index), what)
    if not data.hints or not all(hint.strip() for hint in data.hints):
        source.complain((*path, "hints"), "a step has at least one hint, and none is empty")
    if not data.solution.strip():
        source.complain((*path, "solution"), "the solution is empty")
    mistakes = (_mistake(source, (*path, "mistakes", name), name, raw) for name, raw in data.mistakes.items())
    check = read_condition(source, (*path, "check"), data.check)
    return DraftStep(data, check, tuple(mistakes))


def _mistake(source: Source, path: tuple[str, ...], name: str, fields: Any) -> Mistake:
    data = convert_or_default(source, path, fields, MistakeData)
    return Mistake(name, data.run, data.reason, data.says)
