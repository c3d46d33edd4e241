"""The one tree of errors.

CheckerError                 what happened, why, and the next command
├── InvalidReference         the text is not an image reference        (checker.reference)
├── LessonError              the author's fault: file, line, what is allowed
├── CannotTell               the facts are not to be had; never "absent"
│   ├── EngineUnreachable    nobody answers at the endpoint
│   ├── EngineRefused        somebody answers, and says no
│   ├── UnknownContext       the chosen Docker context does not exist
│   ├── RegistryUnreachable  no registry answers there
│   ├── RegistryLogin        the registry wants a login first
│   └── FilesUnreadable      the learner's folder cannot be read
├── JournalError             the record of progress cannot be read or written
│   └── JournalTooNew        it was written by a newer version
├── UsageError               no such lesson or step
├── StepNotPassed            a notebook that is run as a test: a check is not met (checker.magics)
└── DockyardError            the application round the checker          (dockyard.errors)

"Not yet" is a verdict, never an error.
"""


class CheckerError(Exception):
    """Base of all errors here: one message for a person, and the commands that help.

    `next` holds commands ready to be typed, most useful first; it may be empty.
    """

    def __init__(self, message: str, next: tuple[str, ...] = ()) -> None:  # noqa: A002 - the word of the JSON contract
        super().__init__(message)
        self.message = message
        self.next = next


class LessonError(CheckerError):
    """A lesson is wrong; `problems` lists every `file:line: what is wrong` found."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class CannotTell(CheckerError):
    """The facts are not to be had. `reason` is the stable id of why."""

    reason = "cannot-tell"


class EngineUnreachable(CannotTell):
    """Nobody answers at the endpoint: stopped, no socket, no permission, no answer in time."""

    reason = "engine-unreachable"


class EngineRefused(CannotTell):
    """The engine answers with an error that says nothing about what was asked for."""

    reason = "engine-refused"


class UnknownContext(CannotTell):
    """The Docker context that was chosen does not exist or cannot be used."""

    reason = "unknown-context"


class RegistryUnreachable(CannotTell):
    """Nobody answers as a registry there."""

    reason = "registry-unreachable"


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


class UsageError(CheckerError):
    """There is no such lesson or step, or the call makes no sense now."""
