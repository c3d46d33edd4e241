"""Errors of the application; the root of the tree is drawn in checker.errors.

DockyardError
├── HomeError            the home cannot be used: not writable, full, or from a newer version
├── MissingRequirement   the machine lacks something; `next` installs it
├── EngineFailed         the engine does not start or stop
├── HubError             the hub cannot be filled, or does not answer
└── StartFailed          a command of a lesson's start state failed
"""

from checker.errors import CheckerError


class DockyardError(CheckerError):
    """Base of the application's errors."""


class HomeError(DockyardError):
    """The home cannot be used; nothing in it was changed."""


class MissingRequirement(DockyardError):
    """The machine lacks something that Dockyard needs; nothing was changed."""


class EngineFailed(DockyardError):
    """The engine does not start or stop; the message ends with what it printed last."""


class HubError(DockyardError):
    """The hub cannot be filled, or does not answer; its content is unchanged."""


class StartFailed(DockyardError):
    """A command that makes a lesson's start state failed."""
