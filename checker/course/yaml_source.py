"""Reads YAML together with the line of every value, so that a problem can name its line.

Only what a lesson needs is allowed: mappings, lists and scalars. Refused are aliases (a few bytes of
them can expand to gigabytes), tags, duplicate keys, deep nesting, and files above a quarter of a MiB.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from checker.course.lines import LineNumbers

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 32
KeyPath = tuple[str | int, ...]  # the keys and list indexes that lead to a value
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Problem(NamedTuple):
    """What is wrong at a line of a file."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.what}"


class Unreadable(Exception):
    """A file cannot be used at all; `problem` says why."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        self.problem = Problem(file, line, what)
        super().__init__(str(self.problem))


@dataclass
class Source:
    """The data of a file, the line (from 1) of every value in it, and the problems found so far."""

    file: Path
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _reported: set[KeyPath] = field(default_factory=set)

    def line(self, *path: str | int) -> int:
        """The line of a value; of the nearest one around it if there is no such value."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add_problem(self, path: KeyPath, what: str) -> None:
        """Record a problem with a value, unless one is recorded for it or for a part of it."""
        if path not in self._reported:
            self._reported.update(path[:end] for end in range(len(path) + 1))
            self.problems.append(Problem(self.file, self.line(*path), what))


def read_text(file: Path) -> str:
    """The file as UTF-8 text. Raises Unreadable."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise Unreadable(file, 1, f"cannot be read: {error.strerror}") from error
    if len(raw) > SIZE_LIMIT:
        raise Unreadable(file, 1, f"has more than {SIZE_LIMIT} bytes, which is the limit")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = raw[: error.start].decode("utf-8", "replace")
        raise Unreadable(file, LineNumbers(readable).at(len(readable)), "is not UTF-8 text") from error


def read_yaml(file: Path) -> Source:
    """Read one file. Problems are collected in the result, never raised."""
    source = Source(file)
    numbers = LineNumbers("")
    try:
        text = read_text(file)
        numbers = LineNumbers(text)
        _refuse_unsafe(file, text, numbers)
        node = yaml.compose(text, Loader=_Loader)
    except Unreadable as error:
        source.problems.append(error.problem)
    except yaml.YAMLError as error:
        line = _line(getattr(error, "problem_mark", None), numbers)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        source.problems.append(Problem(file, line, f"is not valid YAML: {what}"))
    else:
        source.data = _Converter(source, numbers).plain(node, ()) if node else None
    return source


def _refuse_unsafe(file: Path, text: str, numbers: LineNumbers) -> None:
    """Raise Unreadable for what is not allowed, before anything is built from it."""
    depth = 0
    for event in _events(file, text, numbers):
        starts, ends = yaml.CollectionStartEvent, yaml.CollectionEndEvent
        depth += isinstance(event, starts) - isinstance(event, ends)
        line = _line(event.start_mark, numbers)
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(file, line, f"aliases (`*{event.anchor}`) are not allowed")
        if tag := getattr(event, "tag", None):
            raise Unreadable(file, line, f"tags (`{tag}`) are not allowed")
        if depth > DEPTH_LIMIT:
            raise Unreadable(file, line, f"is nested more than {DEPTH_LIMIT} levels deep")


def _events(file: Path, text: str, numbers: LineNumbers) -> Iterator[Any]:
    line = 1
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = _line(event.start_mark, numbers)
            yield event
    except yaml.YAMLError as error:
        if "nesting depth" not in str(error):  # a limit of some versions of the library, without a line
            raise
        raise Unreadable(file, line, f"is nested more than {DEPTH_LIMIT} levels deep") from error


@dataclass(frozen=True)
class _Converter:
    """Turns YAML nodes into plain data, and records their lines and problems in a source."""

    source: Source
    numbers: LineNumbers

    def plain(self, node: yaml.Node, path: KeyPath) -> Any:
        self.source.lines[path] = _line(node.start_mark, self.numbers)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.source.add_problem(path, "a key must be a word")
                continue
            key, line = str(key_node.value), _line(key_node.start_mark, self.numbers)
            if key in found:
                self.source.lines[(*path, key)] = line
                self.source.add_problem((*path, key), f"`{key}` is written twice")
            found[key] = self.plain(value_node, (*path, key))
            self.source.lines[(*path, key)] = line
        return found

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        loader = _Loader("")
        try:
            return loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.source.add_problem(path, f"`{node.value}` cannot be read as {node.tag}")
            return None
        finally:
            loader.dispose()


def _line(mark: Any, numbers: LineNumbers) -> int:
    """The line of a mark. Its own number will not do: YAML counts more characters as ends of lines."""
    return numbers.at(mark.index) if mark else 1
