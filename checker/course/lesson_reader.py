"""Reads the two files of a lesson into a draft: all that can be read, and every problem.

A draft without problems becomes a lesson. An application can examine drafts further.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from checker.conditions.base import Condition
from checker.course.check_reader import read_condition
from checker.course.lesson import Lesson, Mistake, Step
from checker.course.markers import StepMarker, find_markers
from checker.course.suggestions import suggestion
from checker.course.validation import convert_or_default
from checker.course.yaml_source import Problem, Source, Unreadable, read_text, read_yaml

STEP_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_FORM = "a step's id is made of a-z and 0-9, in words joined by `-`"


class LessonData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson's YAML: its title, the minutes that it takes, its start state and its steps."""

    title: str
    minutes: Annotated[int, msgspec.Meta(ge=1, le=120)]
    steps: dict[str, Any]
    start: tuple[str, ...] = ()


class StepData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step in the YAML: how it is judged, what helps with it, and how it is proven."""

    check: Any
    hints: tuple[str, ...]
    solution: str
    after: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    mistakes: dict[str, Any] = {}


class MistakeData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known wrong attempt: its commands, the reason it must get, and words of the message."""

    run: str
    reason: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftStep:
    """A step of the YAML, with empty values in place of invalid ones."""

    data: StepData
    check: Condition | None
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Draft:
    """The two files of a lesson, as far as they can be read. `source` holds the problems of both."""

    file: Path
    source: Source
    text: str = ""
    data: LessonData | None = None
    markers: dict[str, StepMarker] = field(default_factory=dict)
    steps: dict[str, DraftStep] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems: those of the text first, each file from top to bottom."""
        return tuple(sorted(self.source.problems, key=lambda problem: (problem.file.name, problem.line)))

    def lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson; None if there is any problem."""
        data = self.data
        if data is None or self.source.problems:
            return None
        steps = []
        for number, (step_id, step) in enumerate(self.steps.items(), 1):
            marker = self.markers[step_id]
            if step.check is None:
                return None
            given = step.data
            parts = (step.check, given.hints, given.solution, given.after, given.routes, step.mistakes)
            steps.append(Step(step_id, number, marker.task, marker.line, *parts))
        return Lesson(lesson_id, data.title, data.minutes, data.start, tuple(steps), self.text, self.file)


def read_draft(file: Path) -> Draft:
    """Read a lesson by the path of its Markdown. Problems are collected in the result, never raised."""
    source = read_yaml(file.with_suffix(".yaml"))
    try:
        text = read_text(file)
    except Unreadable as error:
        source.problems.append(error.problem)
        return Draft(file, source)
    markers = _markers(file, text, source)
    if source.data is None and source.problems:
        return Draft(file, source, text, markers=markers)
    data = convert_or_default(source, (), source.data, LessonData)
    if not isinstance(source.data, dict) or not isinstance(source.data.get("steps"), dict):
        return Draft(file, source, text, data, markers)
    for step_id in data.steps.keys() - markers.keys():
        wrong = f"the step `{step_id}` has no `<!-- step: {step_id} -->` in the text"
        source.add_problem(("steps", step_id), wrong if STEP_ID.fullmatch(step_id) else ID_FORM)
    steps = {step_id: _step(source, step_id, fields) for step_id, fields in data.steps.items()}
    _compare_steps(file, source, markers, list(steps))
    return Draft(file, source, text, data, markers, steps)


def _markers(file: Path, text: str, source: Source) -> dict[str, StepMarker]:
    """The valid markers of the text, by the id of their step."""
    found: dict[str, StepMarker] = {}
    for marker in find_markers(text):
        twice = f"the step `{marker.id}` is marked twice" if marker.id in found else None
        if problem := marker.problem or twice:
            source.problems.append(Problem(file, marker.line, problem))
        else:
            found[marker.id] = marker
    return found


def _compare_steps(file: Path, source: Source, markers: dict[str, StepMarker], steps: list[str]) -> None:
    """Record where the text and the YAML do not have the same steps in the same order."""
    if not steps:
        source.add_problem(("steps",), "a lesson has at least one step")
    for step_id in markers.keys() - set(steps):
        what = f"the step `{step_id}` is not in {source.file.name}{suggestion(step_id, steps)}"
        source.problems.append(Problem(file, markers[step_id].line, what))
    in_text, in_yaml = [s for s in markers if s in steps], [s for s in steps if s in markers]
    for here, there in zip(in_text, in_yaml, strict=True):
        if here != there:
            what = f"the step here is `{here}`, but {source.file.name} has `{there}` next: use one order"
            source.problems.append(Problem(file, markers[here].line, what))
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
            what = f"`{needed}` is not a step before `{step_id}`{suggestion(needed, earlier)}"
            source.add_problem((*path, "after", index), what)
    if not data.hints or not all(hint.strip() for hint in data.hints):
        source.add_problem((*path, "hints"), "a step has at least one hint, and none is empty")
    if not data.solution.strip():
        source.add_problem((*path, "solution"), "the solution is empty")
    mistakes = (_mistake(source, (*path, "mistakes", name), name, raw) for name, raw in data.mistakes.items())
    check = read_condition(source, (*path, "check"), data.check)
    return DraftStep(data, check, tuple(mistakes))


def _mistake(source: Source, path: tuple[str, ...], name: str, fields: Any) -> Mistake:
    data = convert_or_default(source, path, fields, MistakeData)
    return Mistake(name, data.run, data.reason, data.says)
