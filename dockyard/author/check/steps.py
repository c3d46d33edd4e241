"""Rules about a lesson's steps that a learner's run does not need: hints, reasons, names of steps."""

import re
from collections.abc import Iterator
from pathlib import Path

from checker.course.course import Course
from checker.course.course_file import lesson_name
from checker.course.lesson_reader import Draft, DraftStep
from checker.course.suggestions import instead
from checker.course.yaml_source import Path_, Problem
from checker.errors import LessonError
from dockyard.author.check.page import Page
from dockyard.author.reference.reasons import reasons_of
from dockyard.course_files import course_folder

HINTS = (2, 4)
SPEAKS_OF_STEP = re.compile(r"(?:\bdockyard |%)(?:answer|check|hint|solution) +(?:--\S+ +)*([\w/-]+)")
PLACEHOLDER = re.compile(r"[A-Z]+(/[A-Z]+)?")


def step_problems(draft: Draft, page: Page) -> Iterator[Problem]:
    """All that is wrong with the steps beyond what keeps the lesson from being read."""
    for step_id, step in draft.steps.items():
        yield from _hints(draft, ("steps", step_id, "hints"), step.data.hints)
        yield from _reasons(draft, ("steps", step_id, "mistakes"), step)
    if draft.steps:
        yield from _named_steps(draft, page)


def _hints(draft: Draft, path: Path_, hints: tuple[str, ...]) -> Iterator[Problem]:
    if not hints:
        return  # said already
    if not HINTS[0] <= len(hints) <= HINTS[1]:
        count = "is one hint" if len(hints) == 1 else f"are {len(hints)} hints"
        yield _at(
            draft, path, f"there {count}; a step has {HINTS[0]} to {HINTS[1]}, each telling a little more"
        )
    for index, hint in enumerate(hints):
        if hint.strip() and hint.strip() in map(str.strip, hints[:index]):
            yield _at(draft, (*path, index), "the same hint stands here twice")


def _reasons(draft: Draft, path: Path_, step: DraftStep) -> Iterator[Problem]:
    if step.check is None:
        return
    possible = reasons_of(step.check)
    for mistake in step.mistakes:
        if mistake.reason and mistake.reason not in possible:
            what = f"this check never gives the reason `{mistake.reason}`{instead(mistake.reason, possible)}"
            yield _at(draft, (*path, mistake.name, "reason"), what)


def _named_steps(draft: Draft, page: Page) -> Iterator[Problem]:
    """Commands such as `dockyard hint STEP`, in the text and in the YAML, name steps that there are."""
    lessons = _lessons(draft.file)
    codes = [(fence.line + bool(fence.info), fence.code) for fence in page.fences]
    codes += [(code.line, code.code) for code in page.codes]
    texts = [(draft.file, line, code) for line, code in codes]
    texts += [(draft.source.file, line, code) for line, code in _written(draft)]
    for file, first, text in texts:
        for index, line in enumerate(text.splitlines()):
            for named in SPEAKS_OF_STEP.findall(line):
                if not PLACEHOLDER.fullmatch(named) and (what := _unknown(named, draft, lessons)):
                    yield Problem(file, first + index, what)


def _unknown(named: str, draft: Draft, lessons: frozenset[str]) -> str | None:
    """What is wrong with LESSON, STEP or LESSON/STEP; steps of other lessons are not looked at."""
    lesson, slash, step = named.rpartition("/")
    if slash and lesson not in lessons:
        return f"there is no lesson `{lesson}`{instead(lesson, lessons)}"
    elsewhere = slash and lesson != lesson_name(draft.file)
    if elsewhere or step in draft.steps or named in lessons:
        return None
    return f"there is no step `{step}`{instead(step, draft.steps)}"


def _written(draft: Draft) -> Iterator[tuple[int, str]]:
    """The texts in the steps' YAML that may name a step, each with its first line."""
    for step_id, step in draft.steps.items():
        path: Path_ = ("steps", step_id)
        for key, texts in (("hints", step.data.hints), ("routes", step.data.routes)):
            yield from (_text(draft, (*path, key, index), text) for index, text in enumerate(texts))
        yield _text(draft, (*path, "solution"), step.data.solution)
        for mistake in step.mistakes:
            yield _text(draft, (*path, "mistakes", mistake.name, "run"), mistake.run)


def _text(draft: Draft, path: Path_, text: str) -> tuple[int, str]:
    """A text and the line where it begins: below its key, if it has several."""
    return draft.source.line(*path) + ("\n" in text), text


def _lessons(file: Path) -> frozenset[str]:
    """The ids of the lessons of the course, and of those beside this one."""
    try:
        return frozenset((*Course(course_folder()).ids(), *Course(file.parent).ids()))
    except LessonError:
        return frozenset()  # two of one name: that is told of the folder


def _at(draft: Draft, path: Path_, what: str) -> Problem:
    return Problem(draft.source.file, draft.source.line(*path), what)
