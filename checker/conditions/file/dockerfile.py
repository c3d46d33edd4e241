"""Reads the FROM lines of a Dockerfile: what its image is built on.

Comments, continuation lines, the escape directive, heredocs, arguments and stages are understood as
the builder understands them; all other instructions are skipped.
"""

import re
from collections.abc import Iterator, Mapping

DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
HEREDOC = re.compile(r"(?<!\S)\d*<<-?(['\"]?)([^\s<'\"]+)\1(?!\S)")
VARIABLE = re.compile(r"\\\$|\$(?:(\w+)|\{(\w+)(?::?([-+])([^{}]*))?\})")
WITH_HEREDOC = ("RUN", "COPY", "ADD")


def base_of(text: str) -> str | None:
    """The image that the last stage is built on, as written there; None if there is no FROM.

    A stage that is built on an earlier one is built on the base of that one. `scratch` is an empty base.
    """
    stages: dict[str, str] = {}
    arguments: dict[str, str] = {}
    base: str | None = None
    for instruction, rest in instructions(text):
        if instruction == "ARG" and base is None:
            arguments |= _assigned(rest, arguments)
        elif instruction == "FROM" and (words := _words(rest)):
            written = _filled_in(words[0], arguments)
            base = stages.get(written.lower(), written)
            named = words[2] if len(words) == 3 and words[1].upper() == "AS" else str(len(stages))
            stages[named.lower()] = base
    return base


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction in upper case, with the rest of its line and its continuation lines."""
    lines = iter(text.removeprefix("\N{BYTE ORDER MARK}").splitlines())
    escape = _escape(text)
    whole = ""
    for line in lines:
        if line.lstrip().startswith("#") or not line.strip():
            continue  # also between the lines of one instruction
        whole += line.rstrip().removesuffix(escape) + " "
        if not line.rstrip().endswith(escape):
            word, rest = _instruction(whole)
            yield word, rest
            whole = ""
            if word in WITH_HEREDOC:
                _skip_heredocs(lines, [found[2] for found in HEREDOC.finditer(rest)])
    if whole.strip():
        yield _instruction(whole)


def _instruction(line: str) -> tuple[str, str]:
    word, *rest = line.strip().split(maxsplit=1)
    return word.upper(), "".join(rest)


def _escape(text: str) -> str:
    """The character that continues a line: a backslash, or a backtick if a directive at the top says so."""
    for line in text.splitlines():
        found = DIRECTIVE.match(line.strip())
        if found is None:
            break
        if found[1].lower() == "escape" and found[2] in ("\\", "`"):
            return found[2]
    return "\\"


def _skip_heredocs(lines: Iterator[str], ends: list[str]) -> None:
    """Skip the lines of heredocs, up to the word that ends each."""
    for end in ends:
        for line in lines:
            if line.strip("\t") == end or line == end:
                break


def _words(rest: str) -> list[str]:
    """The words after FROM, without its flags."""
    return [word for word in rest.split() if not word.startswith("--")]


def _assigned(rest: str, known: Mapping[str, str]) -> dict[str, str]:
    """The values that an ARG line gives to names; a name without a value is empty."""
    pairs = (word.partition("=") for word in rest.split())
    return {name: _filled_in(value.strip("'\""), known) for name, _, value in pairs}


def _filled_in(text: str, arguments: Mapping[str, str]) -> str:
    """The text with `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+then}` replaced."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        given, words = arguments.get(name, ""), found[4] or ""
        if found[3] == "-":
            return given or words
        if found[3] == "+":
            return words if given else ""
        return given

    return VARIABLE.sub(value, text.strip("'\""))
