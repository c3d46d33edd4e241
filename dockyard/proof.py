"""The proof of a lesson on a real engine: refused before, passed after, each mistake with its reason.

Every attempt is played in the lesson's own start state, with the steps solved that it builds on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from checker.lesson import Lesson, Step
from checker.report import StepReport
from checker.verdict import Outcome
from dockyard import yard
from dockyard.desk import open_desk
from dockyard.home import Home


@dataclass(frozen=True)
class Attempt:
    """Something a learner might do at a step, and what must be said to it.

    Without a `reason` it must pass.
    """

    step: Step
    name: str
    commands: str
    reason: str | None = None
    says: tuple[str, ...] = ()


def attempts(lesson: Lesson) -> Iterator[Attempt]:
    """All mistakes and other routes of a lesson."""
    for step in lesson.steps:
        for number, route in enumerate(step.routes, 1):
            yield Attempt(step, f"route {number}", route)
        for mistake in step.mistakes:
            yield Attempt(step, mistake.name, mistake.run, mistake.reason, mistake.says)


def play_solutions(home: Home, lesson: Lesson) -> list[str]:
    """Start the lesson and solve it step by step; returns what went wrong, in words."""
    yard.start(home, lesson.id)
    problems = [
        f"{found.step}: passes on the start state, with nothing done: {found.verdict.message}"
        for found in look(home, lesson)
        if found.verdict.outcome is not Outcome.NOT_YET
    ]
    for step in lesson.steps:
        before, after = look(home, lesson, step), None
        if before[0].verdict.outcome is Outcome.PASSED:
            problems.append(f"{step.id}: passes before it is its turn: {before[0].verdict.message}")
        yard.run(home, step.solution)
        after = look(home, lesson, step)
        if after[0].verdict.outcome is not Outcome.PASSED:
            problems.append(f"{step.id}: the solution does not solve it: {after[0].verdict.message}")
    lost = [f.step for f in look(home, lesson) if f.verdict.outcome is not Outcome.PASSED]
    return problems + [f"{step}: was achieved and is lost at the end" for step in lost]


def play(home: Home, lesson: Lesson, attempt: Attempt) -> list[str]:
    """Play one attempt in a fresh start state; returns what went wrong, in words."""
    yard.start(home, lesson.id)
    for step in lesson.before(attempt.step):
        yard.run(home, step.solution)
        look(home, lesson, step)
    yard.run(home, attempt.commands)
    verdict = look(home, lesson, attempt.step)[0].verdict
    where = f"{attempt.step.id} / {attempt.name}"
    if attempt.reason is None:
        return [] if verdict.outcome is Outcome.PASSED else [f"{where}: does not pass: {verdict.message}"]
    if verdict.outcome is not Outcome.NOT_YET:
        return [f"{where}: is {verdict.outcome.value}, not refused: {verdict.message}"]
    told = "\n".join((verdict.message, *verdict.next))
    problems = [f"{where}: does not say `{words}`: {told}" for words in attempt.says if words not in told]
    if verdict.reason != attempt.reason:
        problems.append(f"{where}: the reason is {verdict.reason}, not {attempt.reason}: {told}")
    return problems


def look(home: Home, lesson: Lesson, step: Step | None = None) -> tuple[StepReport, ...]:
    """The verdicts as a learner's own check would give them."""
    with open_desk(home) as desk:
        return desk.check(lesson.id, step.id if step else None).steps
