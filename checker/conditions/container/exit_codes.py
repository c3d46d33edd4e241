"""How the life of a container ended: what its exit code means, and why it never started."""

from checker.conditions.reasons import Commands, Private, Reason
from checker.conditions.wording import shell_command
from checker.facts.objects import Container

MEANINGS = {
    0: "its main process finished its work",
    1: "its main process failed, and its output may say why",
    125: "Docker itself could not run it",
    126: "the command exists but cannot be executed",
    127: "there is no such command in the image",
    128: "Docker itself could not run it",
    137: "it was killed by `docker kill`, by `docker stop` after ten seconds, or because memory ran out",
    139: "its main process crashed on an invalid memory access",
    143: "it was asked to stop, as `docker stop` does, and it did",
}
COMMAND_FAILED = (126, 127)
KILLED = 137
ENDED_BY_SIGNAL = range(129, 160)


class ExitedWithError(Reason, frozen=True, tag="exited-with-error"):
    """The container ended with another exit code than the step asks for."""

    name: Private
    code: int
    next_commands: Commands
    wanted: int | None = None  # None: it should not have ended
    started: bool = True
    error: Private = ""  # what Docker said
    asked = "This step asks for exit code {wanted}."
    seen = "The container `{name}` {result} exit code {code}: {meaning}."
    cause = "Docker says: {error}."
    next = ("{next_commands}",)

    @property
    def result(self) -> str:
        """Whether it ran at all."""
        return "ended with" if self.started else "could not be started and has"

    @property
    def meaning(self) -> str:
        """What the exit code means."""
        if self.code in ENDED_BY_SIGNAL and self.code not in MEANINGS:
            return f"signal {self.code - 128} ended it"
        return MEANINGS.get(self.code, "its main process returned this code")


class EndedAtOnce(Reason, frozen=True, tag="ended-at-once"):
    """The container should be running, but its main process ended without an error."""

    name: Private
    next_commands: Commands
    seen = "The container `{name}` started and ended again with exit code 0."
    cause = "Its main process finished its work, and a container runs only as long as that process."
    next = ("docker logs {name}", "{next_commands}")


class CouldNotStart(Reason, frozen=True, tag="could-not-start"):
    """The container was created, but Docker could not start it."""

    name: Private
    error: Private  # what Docker said
    next_commands: Commands
    seen = "The container `{name}` could not be started."
    cause = "Docker says: {error}."
    next = ("docker inspect --format '{{{{.State.Error}}}}' {name}", "{next_commands}")


def ended(
    name: str, code: int, *next_commands: str, wanted: int | None = None, here: bool = True
) -> ExitedWithError:
    """It ended with another exit code than the wanted one. `here`: it still exists and can be inspected."""
    look = _look(name, code) if here else ()
    return ExitedWithError(name=name, code=code, wanted=wanted, next_commands=(*look, *next_commands))


def could_not_start(found: Container, *next_commands: str) -> Reason:
    """It was created, but its main process never started."""
    code, error = found.exit_code or 0, _last_causes(found.error)
    if code not in COMMAND_FAILED:
        return CouldNotStart(name=found.name, error=error, next_commands=next_commands)
    look = shell_command("docker", "inspect", "--format", "{{.State.Error}}", found.name)
    return ExitedWithError(
        name=found.name, code=code, started=False, error=error, next_commands=(look, *next_commands)
    )


def _look(name: str, code: int) -> tuple[str, ...]:
    if code == KILLED:
        return (shell_command("docker", "inspect", "--format", "out of memory: {{.State.OOMKilled}}", name),)
    return (shell_command("docker", "logs", name),)


def _last_causes(error: str) -> str:
    """The end of a long chain of causes, which says the most."""
    return ": ".join(error.removesuffix(": unknown").rstrip(".").split(": ")[-2:])
