"""The one tree of errors.

CheckerError                 what happened, why, and the next command
├── InvalidReference         the text is not an image reference        (checker.reference)
├── LessonError              the author's mistake: file, line, what is allowed
├── CannotTell               a fact cannot be read; this never means "absent"
│   ├── EngineUnreachable    no engine answers at the endpoint
│   │   └── EngineForbidden  the engine's socket may not be opened
│   ├── EngineRefused        the engine answers with an error
│   ├── EventsMissing        the engine has forgotten events that decide
│   ├── UnknownContext       the chosen Docker context does not exist
│   ├── RegistryUnreachable  no registry answers there
│   ├── RegistryLogin        the registry wants a login first
│   └── FilesUnreadable      the learner's folder cannot be read
├── JournalError             the record of progress cannot be read or written
│   └── JournalTooNew        it was written by a newer version
├── UsageError               there is no such lesson or step
└── StepNotPassed            a step is not passed, where that must be an error: in a test

An application adds errors of its own below CheckerError. "Not yet" is a verdict, never an error.
"""

from typing import ClassVar

from checker.commands import Commands


class CheckerError(Exception):
    """Base of all errors here: one message for a person, and the commands that help.

    `next` holds commands ready to be typed, most useful first; it may be empty. `helped_by` names
    the command of the surface that helps (see checker.commands): only the surface knows its words.
    """

    helped_by: ClassVar[str] = ""

    def __init__(self, message: str, next: tuple[str, ...] = ()) -> None:  # noqa: A002 - the word of the JSON contract
        super().__init__(message)
        self.message = message
        self.next = next

    def advice(self, commands: Commands) -> tuple[str, ...]:
        """All commands that help on a surface with these commands."""
        of_surface = commands.fill(self.helped_by) if self.helped_by else ()
        return (*of_surface, *self.next)


class LessonError(CheckerError):
    """A lesson is wrong; `problems` lists every `file:line: what is wrong` found."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CannotTell(CheckerError):
    """A fact cannot be read. `reason` is the stable id of why."""

    reason = "cannot-tell"


class EngineUnreachable(CannotTell):
    """No engine answers at the endpoint: it is stopped, has no socket, or takes too long."""

    reason = "engine-unreachable"
    helped_by = "up"


class EngineForbidden(EngineUnreachable):
    """The user has no permission to open the engine's socket."""

    helped_by = "doctor"


class EngineRefused(CannotTell):
    """The engine answers with an error that says nothing about what was asked."""

    reason = "engine-refused"


class EventsMissing(CannotTell):
    """The engine has forgotten events that decide whether the step is done."""

    reason = "events-missing"
    helped_by = "check_step"


class UnknownContext(CannotTell):
    """The Docker context that was chosen does not exist or cannot be used."""

    reason = "unknown-context"


class RegistryUnreachable(CannotTell):
    """Nothing answers as a registry there."""

    reason = "registry-unreachable"
    helped_by = "up"


class RegistryLogin(CannotTell):
    """The registry wants a login before it tells anything."""

    reason = "registry-login"


class FilesUnreadable(CannotTell):
    """The learner's folder, or a file in it, cannot be read."""

    reason = "files-unreadable"


class JournalError(CheckerError):
    """The journal cannot be read or written; what it holds is left as it is."""


class JournalTooNew(JournalError):
    """The journal was written by a newer version of this program."""

    helped_by = "update"


class UsageError(CheckerError):
    """There is no such lesson or step, or the call makes no sense now."""


class StepNotPassed(CheckerError, AssertionError):
    """A step is not passed, and its caller wants an error: a notebook or a pytest test that checks it."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone (a hook of IPython): the stack trace says nothing useful."""
        return [f"{type(self).__name__}: {self.message}", *(f"  try: {command}" for command in self.next)]
