"""What a judgement says: one of four outcomes, the reason, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum

from checker.errors import CannotTell


class Outcome(StrEnum):
    """How a step stands. Nothing but positive evidence makes PASSED."""

    PASSED = "passed"
    NOT_YET = "not-yet"
    CANNOT_TELL = "cannot-tell"
    LESSON_BUG = "lesson-bug"


EXIT_CODES = {
    Outcome.PASSED: 0,
    Outcome.NOT_YET: 1,
    Outcome.CANNOT_TELL: 3,
    Outcome.LESSON_BUG: 4,
}

LONGEST = 2000  # characters of a message that are shown
TAIL = 500  # of these, at its end, where it is said what is wanted


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a goal is not reached, as seen on this engine.

    `reason` is a stable id; `message` says what was seen and the likely cause, with the learner's
    own names; `next` holds the commands to type, in order.
    """

    reason: str
    message: str
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one step.

    `true_now` tells whether the goal holds at this moment (None: cannot be told); a step that was
    achieved stays PASSED when its state is gone. `evidence` is what was seen that made it pass.
    """

    outcome: Outcome
    message: str
    reason: str | None = None
    next: tuple[str, ...] = ()
    evidence: str | None = None
    true_now: bool | None = False

    @classmethod
    def passed(cls, evidence: str, *, true_now: bool | None = True) -> "Verdict":
        """Done; `evidence` is also what the learner reads."""
        evidence = display_text(evidence)
        return cls(Outcome.PASSED, evidence, evidence=evidence, true_now=true_now)

    @classmethod
    def not_yet(cls, diagnosis: Diagnosis) -> "Verdict":
        """Not done, and why. Names come from outside, so control characters are taken out."""
        commands = tuple(map(printable, diagnosis.next))
        return cls(Outcome.NOT_YET, display_text(diagnosis.message), diagnosis.reason, commands)

    @classmethod
    def unknown(cls, error: CannotTell) -> "Verdict":
        """The facts are not to be had. What an engine says of itself comes from outside, too."""
        commands = tuple(map(printable, error.next))
        return cls(Outcome.CANNOT_TELL, display_text(error.message), error.reason, commands)

    @classmethod
    def lesson_bug(cls, message: str) -> "Verdict":
        """The check itself is wrong; the learner is not to blame."""
        return cls(Outcome.LESSON_BUG, display_text(message), "lesson-bug", ("dockyard doctor",))


def printable(text: str) -> str:
    """The text without control characters, so that no name can move a terminal's cursor."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def display_text(text: str) -> str:
    """A message as it may be shown: printable, and cut in its middle where somebody's name is endless.

    Commands are never cut: half a command is another command.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - TAIL]} … {text[-TAIL:]}"
    return printable(text)


def worst(outcomes: "list[Outcome]") -> Outcome:
    """The outcome that decides for many: a lesson's bug first, then "cannot tell"."""
    order = [Outcome.LESSON_BUG, Outcome.CANNOT_TELL, Outcome.NOT_YET, Outcome.PASSED]
    return min(outcomes, key=order.index)
