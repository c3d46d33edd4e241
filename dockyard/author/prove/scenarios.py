"""Playing lessons: all solutions in order, and every mistake and route in a state of its own."""

import time
from collections import defaultdict
from collections.abc import Iterator

from checker.course.lesson import Lesson, Step
from checker.errors import CheckerError
from checker.verdict import Outcome, Verdict
from dockyard.author.prove.results import BEFORE, HINTS, KEPT, SOLUTION, STARTS, WHOLE, Attempt, Result
from dockyard.author.prove.sandbox import Sandbox, Told
from dockyard.errors import StartFailed
from dockyard.session.open import open_session


def play_solutions(stage: Sandbox, lesson: Lesson) -> Iterator[Result]:
    """Solve the lesson from its start to its end; what holds of each step before, then, and after."""
    began = time.monotonic()
    try:
        stage.begin(lesson)
    except StartFailed as error:
        yield Result(lesson.id, WHOLE, STARTS, (error.message,), time.monotonic() - began)
        return
    yield Result(lesson.id, WHOLE, STARTS, (), time.monotonic() - began)
    before: dict[str, list[str]] = defaultdict(list)
    achieved: list[str] = []
    for step_id, told in stage.look_at(lesson).items():
        before[step_id] += _unless_refused(told, "on the start state, with nothing done")
    for step in lesson.steps:
        before[step.id] += _unless_refused(stage.look(lesson, step), "before it is its turn")
        yield Result(lesson.id, step.id, BEFORE, tuple(dict.fromkeys(before[step.id])))
        solved = _solved(stage, lesson, step)
        if solved.ok:
            achieved.append(step.id)
        yield solved
        yield Result(lesson.id, step.id, HINTS, _hints(stage, lesson, step))
    at_the_end = stage.look_at(lesson)
    for step_id in achieved:
        verdict, always = at_the_end[step_id]
        lost = [] if verdict.outcome is Outcome.PASSED else [f"is lost at the end: {_words(verdict)}"]
        yield Result(lesson.id, step_id, KEPT, (*lost, *always))


def play_attempt(stage: Sandbox, lesson: Lesson, attempt: Attempt) -> Result:
    """Make a mistake, or go another way, and see what is said to it."""
    began = time.monotonic()
    try:
        problems = stage.make_ready(lesson, attempt) or _tried(stage, lesson, attempt)
    except StartFailed as error:
        problems = (error.message,)
    return Result(lesson.id, attempt.step.id, attempt.name, problems, time.monotonic() - began)


def _tried(stage: Sandbox, lesson: Lesson, attempt: Attempt) -> tuple[str, ...]:
    said = stage.type(attempt.commands)
    told = stage.look(lesson, attempt.step)
    return tuple(_unless_passed(told, said) if attempt.mistake is None else _unless_diagnosed(told, attempt))


def _solved(stage: Sandbox, lesson: Lesson, step: Step) -> Result:
    began = time.monotonic()
    said = stage.type(step.solution)
    problems = _unless_passed(stage.look(lesson, step), said)
    return Result(lesson.id, step.id, SOLUTION, tuple(problems), time.monotonic() - began)


def _unless_refused(told: Told, when: str) -> Iterator[str]:
    verdict, always = told
    if verdict.outcome is Outcome.PASSED:
        yield f"passes {when}: {verdict.message}"
    elif verdict.outcome is not Outcome.NOT_YET:
        yield f"cannot be judged {when}: {_words(verdict)}"
    yield from always


def _unless_passed(told: Told, said: str) -> Iterator[str]:
    verdict, always = told
    if verdict.outcome is not Outcome.PASSED:
        complaint = f" Its commands complained: {said}" if said else ""
        yield f"does not solve the step: {_words(verdict)}{complaint}"
    yield from always


def _unless_diagnosed(told: Told, attempt: Attempt) -> Iterator[str]:
    (verdict, always), mistake = told, attempt.mistake
    assert mistake is not None
    if verdict.outcome is Outcome.PASSED:
        yield f"passes, and must not: {verdict.message}"
    elif verdict.outcome is not Outcome.NOT_YET:
        yield f"cannot be judged: {_words(verdict)}"
    else:
        if verdict.reason != mistake.reason:
            yield f"gets the reason `{verdict.reason}`, not `{mistake.reason}`: {_words(verdict)}"
        for words in mistake.says:
            if words not in _words(verdict):
                yield f"is not told `{words}`, but: {_words(verdict)}"
    yield from always


def _hints(stage: Sandbox, lesson: Lesson, step: Step) -> tuple[str, ...]:
    """Ask for one hint after the other, as `dockyard hint` does; each must bring the next."""
    seen: tuple[str, ...] = ()
    with open_session(stage.home) as session:
        for number, hint in enumerate(step.hints, 1):
            try:
                shown, _ = session.hints(step.id, lesson.id)
            except CheckerError as error:
                return (f"hint {number} cannot be had: {error.message}",)
            if shown != (*seen, hint):
                return (f"hint {number} of {len(step.hints)} is never reached: {hint}",)
            seen = shown
    return ()


def _words(verdict: Verdict) -> str:
    """All that a learner reads."""
    return " · ".join((verdict.message, *verdict.next))
