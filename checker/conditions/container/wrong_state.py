"""Why a container is in the wrong state: it was never started, or it has not ended."""

from collections.abc import Iterator

from checker.conditions.container.exit_codes import CouldNotStart, ExitedWithError, could_not_start
from checker.conditions.reasons import Commands, Private, Reason
from checker.conditions.wording import shell_command
from checker.facts.objects import Container, familiar


class CreatedNotStarted(Reason, frozen=True, tag="created-not-started"):
    """The container was created and never started."""

    name: Private
    image: Private
    start_commands: Commands
    seen = "The container `{name}` was created from `{image}` and never started."
    next = ("{start_commands}",)


class StillRunning(Reason, frozen=True, tag="still-running"):
    """The container should have ended, and it is running."""

    name: Private
    seen = "The container `{name}` is still running."
    next = ("docker stop {name}",)


class ContainerPaused(Reason, frozen=True, tag="container-paused"):
    """The container is paused."""

    name: Private
    next_commands: Commands = ()
    seen = "The container `{name}` is paused: it does no work, and it does not end."
    next = ("docker unpause {name}", "{next_commands}")


class ContainerRestarting(Reason, frozen=True, tag="container-restarting"):
    """The restart policy of the container starts it again and again, because it ends each time."""

    name: Private
    next_commands: Commands
    seen = "The container `{name}` is restarting in a loop."
    cause = "Its main process ends each time, and Docker starts it again."
    next = ("docker logs {name}", "{next_commands}")


class ContainerDead(Reason, frozen=True, tag="container-dead"):
    """Docker is removing the container, or failed to remove it."""

    name: Private
    next_commands: Commands
    seen = "Docker began to remove the container `{name}` and has not finished."
    next = ("{next_commands}",)


NEVER_STARTED = (CreatedNotStarted, CouldNotStart, ExitedWithError)
NOT_ENDED = (StillRunning, ContainerPaused, ContainerRestarting, ContainerDead)


def never_started(
    found: Container, replace_commands: tuple[str, ...], *, attach: bool = True
) -> Iterator[Reason]:
    """It was only created, or it could not be started. Needs an inspected container.

    `attach`: the container is meant to end, so the learner can wait for it.
    """
    if found.state == "created" and found.exit_code:
        yield could_not_start(found, *replace_commands)
    elif found.state == "created":
        start = shell_command("docker", "start", *(["--attach"] if attach else []), found.name)
        yield CreatedNotStarted(name=found.name, image=familiar(found.image), start_commands=(start,))


def not_ended(found: Container, replace_commands: tuple[str, ...]) -> Iterator[Reason]:
    """It should have ended, and it still exists in a state that is not an end."""
    name, stop = found.name, shell_command("docker", "stop", found.name)
    match found.state:
        case "running":
            yield StillRunning(name=name)
        case "paused":
            yield ContainerPaused(name=name, next_commands=(stop,))
        case "restarting":
            yield ContainerRestarting(name=name, next_commands=(stop,))
        case "dead" | "removing":
            yield ContainerDead(name=name, next_commands=replace_commands)
