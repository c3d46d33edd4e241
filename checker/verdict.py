"""What a judgement says: one of four outcomes, the reason, and what to do next."""

from dataclasses import dataclass
from enum import StrEnum

from checker.commands import Commands
from checker.conditions.general import LessonBug, reason_for
from checker.conditions.reasons import Reason, Texts
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

NO_COMMANDS = Commands()
LONGEST = 2000  # characters of a message that are shown
TAIL = 500  # of these, at its end, where it is said what is wanted


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The old form of a reason, until all are declared."""

    id: str
    message: str
    next: tuple[str, ...] = ()

    @property
    def texts(self) -> Texts:
        return Texts("", self.message, "", self.next)

    def fields(self) -> dict[str, object]:
        return {"message": self.message, "next": self.next}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one step: data, and nothing is said until it is rendered.

    `diagnosis` is why it is not passed. `true_now` tells whether the goal holds at this moment (None:
    cannot be told); a step that was achieved stays PASSED when its state is gone. `evidence` is what
    was seen that made it pass. `first` holds commands to type before those of the diagnosis.
    """

    outcome: Outcome
    diagnosis: "Reason | Diagnosis | None" = None
    evidence: str | None = None
    true_now: bool | None = False
    first: tuple[str, ...] = ()

    @classmethod
    def passed(cls, evidence: str, *, true_now: bool | None = True) -> "Verdict":
        """Done; `evidence` is also what the learner reads."""
        return cls(Outcome.PASSED, evidence=display_text(evidence), true_now=true_now)

    @classmethod
    def not_yet(cls, diagnosis: "Reason | Diagnosis", first: tuple[str, ...] = ()) -> "Verdict":
        """Not done, and why."""
        return cls(Outcome.NOT_YET, diagnosis, first=first)

    @classmethod
    def unknown(cls, error: CannotTell, commands: Commands = NO_COMMANDS) -> "Verdict":
        """The facts could not be read. `commands` are those of the learner's surface."""
        return cls(Outcome.CANNOT_TELL, reason_for(error, error.advice(commands)))

    @classmethod
    def lesson_bug(cls, message: str, commands: Commands = NO_COMMANDS) -> "Verdict":
        """The check itself is wrong; the learner is not to blame."""
        return cls(Outcome.LESSON_BUG, LessonBug(said=message, commands=commands.fill("doctor")))

    @property
    def reason(self) -> str | None:
        """The stable id of the diagnosed cause."""
        return self.diagnosis.id if self.diagnosis else None

    @property
    def message(self) -> str:
        """What the learner reads. Names come from outside, so control characters are taken out."""
        return display_text(self.diagnosis.texts.message) if self.diagnosis else self.evidence or ""

    @property
    def next(self) -> tuple[str, ...]:
        """The commands to type, in order."""
        commands = self.diagnosis.texts.next if self.diagnosis else ()
        return tuple(map(printable, (*self.first, *commands)))


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
