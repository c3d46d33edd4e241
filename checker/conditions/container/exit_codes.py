"""How a container's life went, in words: the codes it ends with, and why one never started."""

from checker.conditions.wording import shell_command
from checker.facts.objects import Container
from checker.verdict import Diagnosis

WORDS = {
    0: "its main process did its work and ended",
    1: "its main process met an error, and may have printed which",
    125: "Docker itself could not run it",
    126: "the command is there but cannot be executed",
    127: "there is no such command in the image",
    128: "Docker itself could not run it",
    137: "it was killed, by `docker kill`, by `docker stop` after ten seconds' grace, or for want of memory",
    139: "its main process crashed, reaching for memory that is not its own",
    143: "it was asked to end, as `docker stop` does, and it did",
}
OF_THE_COMMAND = (126, 127)
ENDED_BY_SIGNAL = range(129, 160)


def ended(name: str, code: int, *mend: str, here: bool = True) -> Diagnosis:
    """It ended with a code that is not the wanted one; `here`: it can still be asked why."""
    message = f"The container `{name}` ended with the code {code}: {_words(code)}."
    return Diagnosis("exited-with-error", message, (*(_look(name, code) if here else ()), *mend))


def ended_at_once(name: str, *mend: str) -> Diagnosis:
    """It should be running, and had nothing to do."""
    message = f"The container `{name}` started and ended again with the code 0: {WORDS[0]}."
    why = "A container lives as long as that process does."
    return Diagnosis("ended-at-once", f"{message} {why}", (shell_command("docker", "logs", name), *mend))


def could_not_start(found: Container, *mend: str) -> Diagnosis:
    """It was made, but its main process never began."""
    code = found.exit_code or 0
    look = shell_command("docker", "inspect", "--format", "{{.State.Error}}", found.name)
    said = f" Docker says: {_gist(found.error)}." if found.error else ""
    if code in OF_THE_COMMAND:
        message = f"The container `{found.name}` ended with the code {code} before it began: {WORDS[code]}."
        return Diagnosis("exited-with-error", message + said, (look, *mend))
    message = f"The container `{found.name}` could not be started."
    return Diagnosis("could-not-start", message + said, (look, *mend))


def _words(code: int) -> str:
    if code in WORDS:
        return WORDS[code]
    return f"the signal {code - 128} ended it" if code in ENDED_BY_SIGNAL else "its main process said so"


def _look(name: str, code: int) -> tuple[str, ...]:
    if code == 137:
        return (shell_command("docker", "inspect", "--format", "out of memory: {{.State.OOMKilled}}", name),)
    return (shell_command("docker", "logs", name),)


def _gist(error: str) -> str:
    """The end of a long chain of causes, which is the one that tells."""
    return ": ".join(error.removesuffix(": unknown").rstrip(".").split(": ")[-2:])
