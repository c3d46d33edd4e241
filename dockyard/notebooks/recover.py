"""Reads a learner's notebook, even a damaged one: cut short, with markers of a merge conflict, in an old
format, or no notebook at all.

All cells that are found are valid today, except for their ids: these may be missing or double.
`merge` repairs them, because it knows the ids of the lesson.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from checker.course.lines import split_lines
from dockyard.notebooks.format import VERSION, Cell, Notebook, same

ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
KINDS = ("code", "markdown", "raw")
MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(\s|$)")
DEEPEST = 5  # levels: notebook, list, cell; in nbformat 3 there is a worksheet and its list between
DECODER = json.JSONDecoder()
OUTPUTS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "stream": {"name": str, "text": (str, list)},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": (int, type(None))},
    "error": {"ename": str, "evalue": str, "traceback": list},
}


def read_valid(data: bytes) -> Notebook | None:
    """The notebook in a file; None if it is damaged."""
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("nbformat") != VERSION["nbformat"]:
        return None
    cells, metadata = found.get("cells"), found.get("metadata")
    if not isinstance(cells, list) or not isinstance(metadata, dict):
        return None
    return found if all(isinstance(cell, dict) and cell and _valid(cell) == cell for cell in cells) else None


def recovered(data: bytes) -> Notebook:
    """All cells that can be read in a file, in order; those of both sides of a merge conflict."""
    text = data.decode(json.detect_encoding(data), "replace")
    ours, theirs = (list(_cells(side)) for side in _sides(text))
    return {"cells": ours if ours == theirs else _both(ours, theirs), "metadata": {}, **VERSION}


def _sides(text: str) -> tuple[str, str]:
    """The two versions of a text in which git left markers of a conflict."""
    ours, theirs, part = [], [], ">"
    for line in split_lines(text, keep_ends=True):
        if MARKER.match(line):
            part = line[0]
            continue
        if part in "<>":
            ours.append(line)
        if part in "=>":
            theirs.append(line)
    return "".join(ours), "".join(theirs)


def _both(ours: list[Cell], theirs: list[Cell]) -> list[Cell]:
    """Our cells, each followed by their version of it."""
    cells, at = list(ours), 0
    for cell in theirs:
        name = cell.get("id")
        at = next((n for n, each in enumerate(cells, 1) if name and each.get("id") == name), at)
        if not any(same(cell, each) for each in ours):
            cells.insert(at, cell)
            at += 1
    return cells


def _cells(text: str) -> Iterator[Cell]:
    """The cells in all parts of a text that are JSON."""
    at = text.find("{")
    while at >= 0:
        try:
            value, at = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield from _inside(value, DEEPEST)
        at = text.find("{", at)


def _inside(value: Any, depth: int) -> Iterator[Cell]:
    if isinstance(value, dict) and "cell_type" in value:
        if (cell := _valid(value)) is not None:
            yield cell
    elif depth:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for each in inner:
            yield from _inside(each, depth - 1)


def _valid(cell: Cell) -> Cell | None:
    """The cell as the schema requires it, without parts that are invalid; None if it has no text."""
    kind, source = cell.get("cell_type"), cell.get("source", cell.get("input"))  # nbformat 3: `input`
    if not _is_text(source):
        return None
    if kind == "heading":  # nbformat 3, too
        kind, source = "markdown", f"# {''.join(source)}"
    metadata = cell.get("metadata")
    made: Cell = {
        "cell_type": kind if kind in KINDS else "raw",
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source,
    }
    if isinstance(cell.get("id"), str) and ID.fullmatch(cell["id"]):
        made["id"] = cell["id"]
    if kind == "code":
        count, outputs = cell.get("execution_count"), cell.get("outputs")
        made["execution_count"] = count if type(count) is int else None
        made["outputs"] = [each for each in outputs if _is_output(each)] if isinstance(outputs, list) else []
    elif isinstance(cell.get("attachments"), dict):
        made["attachments"] = cell["attachments"]
    return made


def _is_text(value: Any) -> TypeGuard[str | list[str]]:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))


def _is_output(value: Any) -> bool:
    wanted = OUTPUTS.get(str(value.get("output_type"))) if isinstance(value, dict) else None
    return wanted is not None and all(
        key in value and isinstance(value[key], kind) and (kind is not list or _is_text(value[key]))
        for key, kind in wanted.items()
    )
