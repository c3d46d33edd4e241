"""What a proof tries, and the results, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass

from checker.course.lesson import Lesson, Mistake, Step

WHOLE = ""  # instead of a step's id: the lesson as a whole
COMPILES, STARTS = "it compiles", "start state"
BEFORE, SOLUTION, HINTS, KEPT = "refused before", "solution", "hints", "stays achieved"


@dataclass(frozen=True)
class Attempt:
    """Something a learner might do at a step. Without a `mistake` it must pass."""

    step: Step
    name: str
    commands: str
    mistake: Mistake | None = None


@dataclass(frozen=True)
class Result:
    """One thing that was tried with a lesson, and the problems that were found."""

    lesson: str
    step: str
    name: str
    problems: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return not self.problems

    @property
    def place(self) -> tuple[str, str, str]:
        """What was tried: lesson, step and name."""
        return self.lesson, self.step, self.name


def attempts(lesson: Lesson) -> Iterator[Attempt]:
    """All mistakes and other routes of a lesson."""
    for step in lesson.steps:
        for mistake in step.mistakes:
            yield Attempt(step, f"mistake: {mistake.name}", mistake.run, mistake)
        for number, route in enumerate(step.routes, 1):
            yield Attempt(step, f"route {number}", route)


def expected(lesson: Lesson) -> Iterator[tuple[str, str, str]]:
    """The places of everything that has to be tried with a lesson, in order."""
    yield lesson.id, WHOLE, STARTS
    for step in lesson.steps:
        yield from ((lesson.id, step.id, name) for name in (BEFORE, SOLUTION, HINTS, KEPT))
        yield from ((lesson.id, step.id, each.name) for each in attempts(lesson) if each.step == step)
