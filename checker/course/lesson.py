"""A lesson as plain data: its text (from the Markdown) and its checks (from the YAML)."""

from dataclasses import dataclass
from pathlib import Path

from checker.conditions.base import Condition
from checker.errors import UsageError


@dataclass(frozen=True)
class Mistake:
    """A known wrong attempt: its commands, the reason it must get, and words of the message."""

    name: str
    run: str
    reason: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing to do. `task` is Markdown; `line` is the line of its marker in the lesson's text.

    `after` holds the ids of the steps that it builds on, `routes` other solutions that must pass.
    """

    id: str
    number: int
    task: str
    line: int
    check: Condition
    hints: tuple[str, ...]
    solution: str
    after: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether the step is done by typing an answer."""
        return self.check.needs_answer


@dataclass(frozen=True)
class Lesson:
    """A lesson: its text, the commands that create its start state, and its steps in order."""

    id: str
    title: str
    minutes: int
    start: tuple[str, ...]
    steps: tuple[Step, ...]
    text: str
    path: Path

    def step(self, step_id: str) -> Step:
        """The step with this id. Raises UsageError, which names the steps that exist."""
        for step in self.steps:
            if step.id == step_id:
                return step
        known = ", ".join(step.id for step in self.steps)
        raise UsageError(f"The lesson `{self.id}` has no step `{step_id}`. It has: {known}.")

    def before(self, step: Step) -> tuple[Step, ...]:
        """The steps that a step builds on, directly or through others, in order."""
        needed: set[str] = set(step.after)
        for earlier in reversed(self.steps):
            if earlier.id in needed:
                needed.update(earlier.after)
        return tuple(earlier for earlier in self.steps if earlier.id in needed)

    def image_names(self) -> frozenset[str]:
        """Full names of all images in its checks."""
        return frozenset(name for step in self.steps for name in step.check.image_names())
