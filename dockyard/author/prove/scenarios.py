"""Plays lessons: all solutions in order, and every mistake and route in a state of its own."""

import time
from collections import defaultdict
from collections.abc import Iterator

from checker.course.lesson import Lesson, Step
from checker.errors import CheckerError
from checker.verdict import Outcome, Verdict
from dockyard.author.prove.results import BEFORE, HINTS, KEPT, SOLUTION, STARTS, WHOLE, Attempt, Result
from dockyard.author.prove.sandbox import Checked, Sandbox
from dockyard.errors import StartFailed
from dockyard.session.open import open_session


def play_solutions(sandbox: Sandbox, lesson: Lesson) -> Iterator[Result]:
    """Solve the lesson from start to end; check each step before its solution, after it and at the end."""
    began = time.monotonic()
    try:
        sandbox.begin(lesson)
    except StartFailed as error:
        yield Result(lesson.id, WHOLE, STARTS, (error.message,), time.monotonic() - began)
        return
    yield Result(lesson.id, WHOLE, STARTS, (), time.monotonic() - began)
    before: dict[str, list[str]] = defaultdict(list)
    achieved: list[str] = []
    for step_id, checked in sandbox.check_all(lesson).items():
        before[step_id] += _unless_refused(checked, "on the start state, with nothing done")
    for step in lesson.steps:
        before[step.id] += _unless_refused(sandbox.check(lesson, step), "before its turn")
        yield Result(lesson.id, step.id, BEFORE, tuple(dict.fromkeys(before[step.id])))
        solved = _solved(sandbox, lesson, step)
        if solved.ok:
            achieved.append(step.id)
        yield solved
        yield Result(lesson.id, step.id, HINTS, _hints(sandbox, lesson, step))
    at_the_end = sandbox.check_all(lesson)
    for step_id in achieved:
        verdict, defects = at_the_end[step_id]
        lost = [] if verdict.outcome is Outcome.PASSED else [f"is lost at the end: {_words(verdict)}"]
        yield Result(lesson.id, step_id, KEPT, (*lost, *defects))


def play_attempt(sandbox: Sandbox, lesson: Lesson, attempt: Attempt) -> Result:
    """Make a mistake, or take another route, and check what the learner is told."""
    began = time.monotonic()
    try:
        problems = sandbox.make_ready(lesson, attempt) or _tried(sandbox, lesson, attempt)
    except StartFailed as error:
        problems = (error.message,)
    return Result(lesson.id, attempt.step.id, attempt.name, problems, time.monotonic() - began)


def _tried(sandbox: Sandbox, lesson: Lesson, attempt: Attempt) -> tuple[str, ...]:
    errors = sandbox.run(attempt.commands)
    checked = sandbox.check(lesson, attempt.step)
    if attempt.mistake is None:
        return tuple(_unless_passed(checked, errors))
    return tuple(_unless_diagnosed(checked, attempt))


def _solved(sandbox: Sandbox, lesson: Lesson, step: Step) -> Result:
    began = time.monotonic()
    errors = sandbox.run(step.solution)
    problems = _unless_passed(sandbox.check(lesson, step), errors)
    return Result(lesson.id, step.id, SOLUTION, tuple(problems), time.monotonic() - began)


def _unless_refused(checked: Checked, when: str) -> Iterator[str]:
    verdict, defects = checked
    if verdict.outcome is Outcome.PASSED:
        yield f"passes {when}: {verdict.message}"
    elif verdict.outcome is not Outcome.NOT_YET:
        yield f"cannot be judged {when}: {_words(verdict)}"
    yield from defects


def _unless_passed(checked: Checked, errors: str) -> Iterator[str]:
    verdict, defects = checked
    if verdict.outcome is not Outcome.PASSED:
        complaint = f" Its commands printed: {errors}" if errors else ""
        yield f"does not solve the step: {_words(verdict)}{complaint}"
    yield from defects


def _unless_diagnosed(checked: Checked, attempt: Attempt) -> Iterator[str]:
    (verdict, defects), mistake = checked, attempt.mistake
    assert mistake is not None
    if verdict.outcome is Outcome.PASSED:
        yield f"passes, but must not: {verdict.message}"
    elif verdict.outcome is not Outcome.NOT_YET:
        yield f"cannot be judged: {_words(verdict)}"
    else:
        if verdict.reason != mistake.reason:
            yield f"gets the reason `{verdict.reason}`, not `{mistake.reason}`: {_words(verdict)}"
        for words in mistake.says:
            if words not in _words(verdict):
                yield f"does not mention `{words}`: {_words(verdict)}"
    yield from defects


def _hints(sandbox: Sandbox, lesson: Lesson, step: Step) -> tuple[str, ...]:
    """Ask for one hint after another, as `dockyard hint` does; each time, the next one must be shown."""
    seen: tuple[str, ...] = ()
    with open_session(sandbox.home) as session:
        for number, hint in enumerate(step.hints, 1):
            try:
                shown, _ = session.hints(step.id, lesson.id)
            except CheckerError as error:
                return (f"hint {number} is not shown: {error.message}",)
            if shown != (*seen, hint):
                return (f"hint {number} of {len(step.hints)} is never reached: {hint}",)
            seen = shown
    return ()


def _words(verdict: Verdict) -> str:
    """Everything that the learner reads."""
    return " · ".join((verdict.message, *verdict.next))
