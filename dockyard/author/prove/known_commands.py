"""Finds out whether a command that a learner is told to type exists."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache

from dockyard.session import lifecycle

PROGRAMS = ("docker", "dockyard")
SIGNS = ";&|()<>"
GROUP = re.compile(r"Usage: +[a-z -]+( \[OPTIONS\])? COMMAND( \[ARGS\]\.\.\.)?")


def unknown(commands: Iterable[str]) -> tuple[str, ...]:
    """Those that do not exist. Only program and sub-command are looked at."""
    return tuple(command for command in commands if not _known(command))


def _known(command: str) -> bool:
    simple = [words for words in _simple(command) if words]
    return bool(simple) and all(map(_exists, simple))


def _simple(command: str) -> Iterator[list[str]]:
    """The words of each simple command in a shell command line."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=SIGNS)
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for word in lexer:
            if set(word) <= set(SIGNS):
                yield words
                words = []
            elif words or "=" not in word:  # not a variable that is set for this command
                words.append(word)
    except ValueError:  # a quotation mark is missing
        words = [command]
    yield words


def _exists(words: list[str]) -> bool:
    if words[0] not in PROGRAMS:
        return bool(_output("sh", "-c", 'command -v "$1"', "sh", words[0]))
    known = 1
    while GROUP.fullmatch(_usage(*words[:known])):
        if known == len(words) or _usage(*words[: known + 1]) in ("", _usage(*words[:known])):
            return False
        known += 1
    return True


@cache
def _usage(*words: str) -> str:
    """A command's usage line. For an unknown sub-command, docker prints that of the group."""
    lines = _output(*words, "--help").splitlines()
    return next((line for line in lines if line.startswith("Usage:")), "")


def _output(*words: str) -> str:
    env = os.environ | {"PATH": lifecycle.command_path()}
    return subprocess.run(words, capture_output=True, text=True, check=False, env=env).stdout
