"""Reasons that any step may have: it waits, the engine is the wrong one, nothing can be told."""

from checker.conditions.reasons import Commands, Private, Reason, declared
from checker.errors import CannotTell


class Waiting(Reason, frozen=True, tag="waiting"):
    """The step builds on other steps that are not done yet."""

    steps: tuple[str, ...]  # such as "step 1 (`pull-ubuntu`)"
    commands: Commands
    next = ("{commands}",)

    @property
    def names(self) -> str:
        """The steps in one text."""
        return " and ".join(self.steps)

    seen = "This step waits for {names}."


class NotStarted(Reason, frozen=True, tag="not-started"):
    """The lesson was not started, is not the active one, or its start state was interrupted."""

    lesson: str
    state: str
    commands: Commands
    seen = "The lesson `{lesson}` {state}."
    next = ("{commands}",)


class WrongEngine(Reason, frozen=True, tag="wrong-engine"):
    """The learner's shell talks to another engine, and nothing has happened on the lesson's."""

    engine: str
    address: Private
    source: Private
    commands: Commands
    image: str = ""
    seen = (
        "Your shell talks to another engine, {address} (because of {source}), and `{image}` is there.",
        "Your shell talks to another engine, {address} (because of {source}).",
    )
    cause = "The lesson is on {engine}, where nothing has happened."
    next = ("{commands}",)


class LessonBug(Reason, frozen=True, tag="lesson-bug"):
    """The check itself is wrong; the learner is not to blame."""

    said: Private
    commands: Commands = ()
    seen = "{said}"
    next = ("{commands}",)


class Unknown(Reason, frozen=True, tag="cannot-tell"):
    """The facts could not be read, for a cause that has no reason of its own."""

    said: Private = ""
    cause_unknown: Private = ""  # the same, where it is sure that the step is not done
    commands: Commands = ()
    seen = ("{said}", "This is not done yet, and why cannot be told: {cause_unknown}")
    next = ("{commands}",)


class EngineUnreachableReason(Unknown, frozen=True, tag="engine-unreachable"):
    """No engine answers: it is stopped, has no socket, refuses permission, or takes too long."""


class EngineRefusedReason(Unknown, frozen=True, tag="engine-refused"):
    """The engine answers with an error that says nothing about what was asked."""


class EventsMissingReason(Unknown, frozen=True, tag="events-missing"):
    """The engine has forgotten events that decide whether the step is done."""


class UnknownContextReason(Unknown, frozen=True, tag="unknown-context"):
    """The chosen Docker context does not exist or cannot be used."""


class RegistryUnreachableReason(Unknown, frozen=True, tag="registry-unreachable"):
    """Nothing answers as a registry there."""


class RegistryLoginReason(Unknown, frozen=True, tag="registry-login"):
    """The registry wants a login before it tells anything."""


class FilesUnreadableReason(Unknown, frozen=True, tag="files-unreadable"):
    """The learner's folder, or a file in it, cannot be read."""


CANNOT_TELL: tuple[type[Reason], ...] = (Unknown, *Unknown.__subclasses__())
OF_ANY_STEP: tuple[type[Reason], ...] = (Waiting, NotStarted, WrongEngine, LessonBug, *CANNOT_TELL)


def reason_for(error: CannotTell, commands: tuple[str, ...], *, cause_only: bool = False) -> Unknown:
    """The reason of an error, with the commands that help.

    `cause_only`: it is sure that the step is not done; only the cause cannot be told.
    """
    found = declared().get(error.reason, Unknown)
    kind = found if issubclass(found, Unknown) else Unknown
    if cause_only:
        return kind(cause_unknown=error.message, commands=commands)
    return kind(said=error.message, commands=commands)
