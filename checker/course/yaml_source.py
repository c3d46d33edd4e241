"""YAML with the line of every value, so that an error can say where it is.

Only what a lesson needs: mappings, lists and scalars. Aliases are refused (a few bytes of them can
stand for gigabytes), and so are tags, duplicate keys, deep nesting and files of more than a quarter
of a MiB.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 32
Path_ = tuple[str | int, ...]
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
    """The file's data and, for every path into it, the line (from 1) where it stands."""

    file: Path
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _places: set[Path_] = field(default_factory=set)

    def line(self, *path: str | int) -> int:
        """The line of the value, or of the nearest one around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def complain(self, path: Path_, what: str) -> None:
        """Note a problem at a place in the data, unless one is noted there, or inside it, already."""
        if path not in self._places:
            self._places.update(path[:end] for end in range(len(path) + 1))
            self.problems.append(Problem(self.file, self.line(*path), what))


def read_text(file: Path) -> str:
    """The file as UTF-8 text. Raises Unreadable."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise Unreadable(file, 1, f"cannot be read: {error.strerror}") from error
    if len(raw) > SIZE_LIMIT:
        raise Unreadable(file, 1, f"has more than {SIZE_LIMIT} bytes; a lesson is shorter")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable(file, line, "is not UTF-8 text") from error


def read_yaml(file: Path) -> Source:
    """Read one file. Problems are collected in the result, never raised."""
    source = Source(file)
    try:
        text = read_text(file)
        _refuse_tricks(file, text)
        node = yaml.compose(text, Loader=_Loader)
    except Unreadable as error:
        source.problems.append(error.problem)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        source.problems.append(Problem(file, line, f"is not valid YAML: {what}"))
    else:
        source.data = _plain(node, (), source) if node else None
    return source


def _refuse_tricks(file: Path, text: str) -> None:
    """Raise Unreadable for what a lesson has no use for, before anything is built from it."""
    depth = 0
    for event in _events(file, text):
        starts, ends = yaml.CollectionStartEvent, yaml.CollectionEndEvent
        depth += isinstance(event, starts) - isinstance(event, ends)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(file, line, f"aliases (`*{event.anchor}`) are not allowed")
        if tag := getattr(event, "tag", None):
            raise Unreadable(file, line, f"tags (`{tag}`) are not allowed")
        if depth > DEPTH_LIMIT:
            raise Unreadable(file, line, f"is nested more than {DEPTH_LIMIT} levels deep")


def _events(file: Path, text: str) -> Iterator[Any]:
    line = 1
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else line
            yield event
    except yaml.YAMLError as error:
        if "nesting depth" not in str(error):  # some versions of the library count, too, and say no line
            raise
        raise Unreadable(file, line, f"is nested more than {DEPTH_LIMIT} levels deep") from error


def _plain(node: yaml.Node, path: Path_, source: Source) -> Any:
    source.lines[path] = _line(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), source) for i, item in enumerate(node.value)]
    return _scalar(node, path, source)


def _mapping(node: yaml.MappingNode, path: Path_, source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            source.complain(path, "a key must be a word")
            continue
        key = str(key_node.value)
        if key in found:
            source.lines[(*path, key)] = _line(key_node)
            source.complain((*path, key), f"`{key}` is written twice")
        found[key] = _plain(value_node, (*path, key), source)
        source.lines[(*path, key)] = _line(key_node)
    return found


def _scalar(node: yaml.Node, path: Path_, source: Source) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        source.complain(path, f"`{node.value}` cannot be read as {node.tag}")
        return None
    finally:
        loader.dispose()


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1
