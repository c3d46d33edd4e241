"""Which commands exist, asked of docker and dockyard themselves: each is asked once."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache

import click
from support import PATIENCE

from dockyard.cli.main import cli

OF_THE_SHELL = {"cat", "cd", "curl", "df", "echo", "eval", "export", "id", "ls", "mkdir", "mv", "printf"}
COMMANDS = re.compile(r"^  ([a-z][a-z-]*)\*? {2,}\S", re.MULTILINE)
OPTIONS = re.compile(r"^ +(?:(-\w), )? *(--[\w-]+)( \w+)?(?: {2,}|$)", re.MULTILINE)
QUOTED = re.compile(r"'[^']*'")
INNER = re.compile(r"\$\(([^()]*)\)")


def wrong_with(command: str) -> str | None:
    """What keeps a command from being one that can be typed; None if nothing does."""
    unquoted = QUOTED.sub("QUOTED", command)
    for inner in INNER.findall(unquoted):
        if problem := wrong_with(inner):
            return problem
    for part in re.split(r"\s(?:\||&&)\s", INNER.sub("INNER", unquoted)):
        problem = next(_problems(shlex.split(part)), None)
        if problem:
            return f"{command}: {problem}"
    return None


def _problems(words: list[str]) -> Iterator[str]:
    match words:
        case ["docker", *rest]:
            yield from _of_docker(rest)
        case ["dockyard", *rest]:
            yield from _of_dockyard(rest)
        case [word, *_]:
            if word not in OF_THE_SHELL:
                yield f"there is no `{word}`"
        case _:
            yield "nothing to type"


def _of_docker(words: list[str]) -> Iterator[str]:
    path: tuple[str, ...] = ()
    while words and words[0] in _help(path)[0]:
        path, words = (*path, words[0]), words[1:]
    commands, options = _help(path)
    if commands or not path:
        yield f"docker has no command `{' '.join((*path, *words[:1]))}`"
        return
    while words:
        word, *words = words
        name, written, _ = word.partition("=")
        if not word.startswith("-") or word == "-":
            if path[-1] in ("create", "exec", "run"):
                return  # what follows is for the container
        elif name not in options:
            yield f"`docker {' '.join(path)}` has no option `{name}`"
        elif options[name] and not written:
            words = words[1:]


@cache
def _help(path: tuple[str, ...]) -> tuple[set[str], dict[str, bool]]:
    """The commands below a command of docker's, and its options: whether they take a value."""
    command = ["docker", *path, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    head, _, options = done.stdout.partition("ptions:\n")
    found = OPTIONS.findall(options)
    takes = {name: bool(value) for short, long, value in found for name in (short, long) if name}
    return set(COMMANDS.findall(head)), takes


def _of_dockyard(words: list[str]) -> Iterator[str]:
    command: click.Command = cli
    while isinstance(command, click.Group):
        word, *words = words or [""]
        if word not in command.commands:
            yield f"dockyard has no command `{word}`"
            return
        command = command.commands[word]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("--") and word.partition("=")[0] not in options:
            yield f"`dockyard {command.name}` has no option `{word}`"
