"""What a check of a lesson says, as plain data: the one thing that every view renders."""

from dataclasses import dataclass
from typing import Any

from checker.verdict import Outcome, Verdict, display_text, printable, worst


@dataclass(frozen=True)
class StepReport:
    """A step with its verdict; `achieved_at` is ISO 8601 in UTC, or None."""

    step: str
    number: int
    task: str
    verdict: Verdict
    achieved_at: str | None


@dataclass(frozen=True)
class Report:
    """A lesson as judged now on one engine. `notices` are things the learner should know."""

    lesson: str
    title: str
    engine: str
    steps: tuple[StepReport, ...]
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Addresses and notices come from outside, too: no view has to mind what is in them."""
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
            }
            for step in self.steps
        ]
        return {"lesson": self.lesson, "engine": self.engine, "steps": steps}
