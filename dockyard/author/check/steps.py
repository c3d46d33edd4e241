"""Rules about steps that do not keep a lesson from running: tasks, hints, reasons, names of steps."""

import re
from collections.abc import Iterator
from pathlib import Path

from checker.course.course_file import lesson_name, read_course
from checker.course.lesson_reader import Draft, DraftStep
from checker.course.lines import split_lines
from checker.course.suggestions import suggestion
from checker.course.yaml_source import KeyPath, Problem
from dockyard.author.check.page import Page
from dockyard.author.reference.reasons import reasons_of
from dockyard.author.reference.schema import HINTS
from dockyard.courses import built_in_folder

NAMED_STEP = re.compile(r"(?:\bdockyard |%)(?:answer|check|hint|solution) +(?:--\S+ +)*([\w/-]+)")
PLACEHOLDER = re.compile(r"[A-Z]+(/[A-Z]+)?")


def step_problems(draft: Draft, page: Page) -> Iterator[Problem]:
    """All problems of the steps, except those that reading the lesson finds."""
    yield from _tasks(draft, page)
    for step_id, step in draft.steps.items():
        yield from _hints(draft, ("steps", step_id, "hints"), step.data.hints)
        yield from _reasons(draft, ("steps", step_id, "mistakes"), step)
    if draft.steps:
        yield from _named_steps(draft, page)


def _tasks(draft: Draft, page: Page) -> Iterator[Problem]:
    """Markers whose task a Markdown parser reads differently: the notebook would show another text."""
    for marker in draft.markers.values():
        if page.tasks.get(marker.line) != marker.task.replace("\0", "\ufffd"):  # as parsers replace it
            what = "is inside a list, a quotation or HTML, or its task is not a plain paragraph"
            problem = f"the marker of `{marker.id}` {what}: put empty lines around both"
            yield Problem(draft.file, marker.line, problem)


def _hints(draft: Draft, path: KeyPath, hints: tuple[str, ...]) -> Iterator[Problem]:
    if not hints:
        return  # reading the lesson reports it
    if not HINTS[0] <= len(hints) <= HINTS[1]:
        count = "is one hint" if len(hints) == 1 else f"are {len(hints)} hints"
        yield _at(
            draft, path, f"there {count}; a step has {HINTS[0]} to {HINTS[1]}, each with a little more help"
        )
    for index, hint in enumerate(hints):
        if hint.strip() and hint.strip() in map(str.strip, hints[:index]):
            yield _at(draft, (*path, index), "the same hint is written twice")


def _reasons(draft: Draft, path: KeyPath, step: DraftStep) -> Iterator[Problem]:
    if step.check is None:
        return
    possible = reasons_of(step.check)
    for mistake in step.mistakes:
        if mistake.reason and mistake.reason not in possible:
            what = (
                f"this check never gives the reason `{mistake.reason}`{suggestion(mistake.reason, possible)}"
            )
            yield _at(draft, (*path, mistake.name, "reason"), what)


def _named_steps(draft: Draft, page: Page) -> Iterator[Problem]:
    """Commands such as `dockyard hint STEP`, in the text and the YAML, whose step does not exist."""
    lessons = _lessons(draft.file)
    codes = [(fence.line + bool(fence.info), fence.code) for fence in page.fences]
    codes += [(code.line, code.code) for code in page.codes]
    texts = [(draft.file, line, code) for line, code in codes]
    texts += [(draft.source.file, line, code) for line, code in _written(draft)]
    for file, first, text in texts:
        for index, line in enumerate(split_lines(text)):
            for named in NAMED_STEP.findall(line):
                if not PLACEHOLDER.fullmatch(named) and (what := _unknown(named, draft, lessons)):
                    yield Problem(file, first + index, what)


def _unknown(named: str, draft: Draft, lessons: frozenset[str]) -> str | None:
    """What is wrong with LESSON, STEP or LESSON/STEP; steps of other lessons are not checked."""
    lesson, slash, step = named.rpartition("/")
    if slash and lesson not in lessons:
        return f"there is no lesson `{lesson}`{suggestion(lesson, lessons)}"
    elsewhere = slash and lesson != lesson_name(draft.file)
    if elsewhere or step in draft.steps or named in lessons:
        return None
    return f"there is no step `{step}`{suggestion(step, draft.steps)}"


def _written(draft: Draft) -> Iterator[tuple[int, str]]:
    """The texts in the steps' YAML that may name a step, each with its first line number."""
    for step_id, step in draft.steps.items():
        path: KeyPath = ("steps", step_id)
        for key, texts in (("hints", step.data.hints), ("routes", step.data.routes)):
            yield from (_text(draft, (*path, key, index), text) for index, text in enumerate(texts))
        yield _text(draft, (*path, "solution"), step.data.solution)
        for mistake in step.mistakes:
            yield _text(draft, (*path, "mistakes", mistake.name, "run"), mistake.run)


def _text(draft: Draft, path: KeyPath, text: str) -> tuple[int, str]:
    """A text and its first line: the one after its key, if it has several lines."""
    return draft.source.line(*path) + ("\n" in text), text


def _lessons(file: Path) -> frozenset[str]:
    """The ids of the lessons that a lesson can name.

    These are all in its folder and, without a `course.yaml`, those of the built-in course, which the
    lesson may be written for.
    """
    beside = read_course(file.parent)
    built_in = {} if beside.declared else read_course(built_in_folder()).files
    return frozenset((*beside.files, *built_in))


def _at(draft: Draft, path: KeyPath, what: str) -> Problem:
    return Problem(draft.source.file, draft.source.line(*path), what)
