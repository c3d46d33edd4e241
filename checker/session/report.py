"""What a check of a lesson says, as plain data: the one thing that every view renders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checker.course.digest import check_digest
from checker.course.lesson import Lesson, Step
from checker.session.run import RunState
from checker.verdict import Outcome, Verdict, display_text, printable, worst


@dataclass(frozen=True)
class StepReport:
    """A step with its verdict; `achieved_at` is ISO 8601 in UTC, or None.

    `older_check`: it was passed under another form of its check.
    """

    step: str
    number: int
    task: str
    verdict: Verdict
    achieved_at: str | None
    older_check: bool = False


@dataclass(frozen=True)
class Report:
    """A lesson as judged now on one engine. `notices` are things the learner should know."""

    lesson: str
    title: str
    engine: str
    steps: tuple[StepReport, ...]
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Make addresses and notices printable: they come from outside, and views show them as they are."""
        object.__setattr__(self, "engine", printable(self.engine))
        object.__setattr__(self, "notices", tuple(map(display_text, self.notices)))

    @property
    def outcome(self) -> Outcome:
        """The outcome that decides for the whole."""
        return worst([step.verdict.outcome for step in self.steps])

    def as_json(self) -> dict[str, Any]:
        """The report for programs; its keys are a contract."""
        steps = [
            {
                "step": step.step,
                "task": step.task,
                "outcome": step.verdict.outcome.value,
                "achieved_at": step.achieved_at,
                "true_now": step.verdict.true_now,
                "reason": step.verdict.reason,
                "message": step.verdict.message,
                "next": list(step.verdict.next),
                "older_check": step.older_check,
            }
            for step in self.steps
        ]
        return {"lesson": self.lesson, "engine": self.engine, "steps": steps}


def report(
    lesson: Lesson,
    verdicts: Mapping[str, Verdict],
    state: RunState | None,
    engine: str,
    notices: tuple[str, ...],
) -> Report:
    """The report on the steps that were judged; `state` is that of the lesson's run, if it has one."""
    steps = tuple(_step_report(lesson.step(step), verdict, state) for step, verdict in verdicts.items())
    return Report(lesson.id, lesson.title, engine, steps, notices)


def _step_report(step: Step, verdict: Verdict, state: RunState | None) -> StepReport:
    done = state.achieved.get(step.id) if state else None
    if state is None or done is None:
        return StepReport(step.id, step.number, step.task, verdict, None)
    shown = state.latched(step.id, verdict)
    older = shown.outcome is Outcome.PASSED and done.is_older_than(check_digest(step.check))
    return StepReport(step.id, step.number, step.task, shown, done.at, older)
