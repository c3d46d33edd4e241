"""A learner's notebook meets a new edition of the lesson: merged by cell, and the learner wins.

Beside the learner's notebook lies, hidden, the text that it was made from. A cell that still reads
like that takes the new text; a changed one stays as it is; the learner's own stay where they stood.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

KEY = "dockyard"  # all of our metadata stands under this one key


@dataclass(frozen=True)
class Placed:
    """Where the learner's notebook is, and what the learner should know about it."""

    path: Path
    notices: tuple[str, ...] = ()


def put(new: Notebook, path: Path, dump: Callable[[Notebook], str]) -> Placed:
    """Bring the notebook at `path` up to date with `new`, or make it. Nothing of the learner's is lost."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.stem}.generated.ipynb")
    base, mine = _read(hidden), None
    notices: tuple[str, ...] = ()
    if path.exists():
        mine = _read(path)
        notices = () if mine else (_set_aside(path),)
    if mine is None:
        _write(path, dump(new))
    elif new != base:
        merged, kept = merge(base or {"cells": []}, mine, new)
        notices = (_kept(path, kept),) if kept else ()
        if merged != mine:
            _write(path, dump(merged))
    if new != base:
        _write(hidden, dump(new))
    return Placed(path, notices)


def merge(base: Notebook, mine: Notebook, new: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """The learner's notebook with what is new in the lesson, and the ids of cells changed by both."""
    was, now = _by_id(base), _by_id(new)
    mine = mine | {"cells": list(_identified(mine["cells"], [*new["cells"], *base["cells"]]))}
    own = _by_id(mine)
    cells, kept = [], []
    for name, cell in now.items():
        fresh = name not in was or not _same(was[name], cell)
        touched = name in own and (name not in was or not _same(own[name], was[name]))
        if name not in own:
            cells += [cell] if fresh else []  # the learner took it out
        elif touched or not fresh:
            cells.append(own[name])
        else:
            cells.append(cell)
        if touched and fresh and not _same(own[name], cell):
            kept.append(name)
    _insert_own(cells, mine["cells"], was, now)
    return mine | {"cells": cells, "nbformat": 4, "nbformat_minor": 5}, tuple(kept)


def _insert_own(cells: list[Cell], mine: list[Cell], was: dict[str, Cell], now: dict[str, Cell]) -> None:
    """Put the learner's own cells behind the cell that they followed; so, too, those that the lesson
    dropped and the learner had changed."""
    before = ""
    for cell in mine:
        name = cell["id"]
        if name not in now:
            if name in was and _same(cell, was[name]):
                continue
            names = [each["id"] for each in cells]
            cells.insert(names.index(before) + 1 if before else 0, cell)
        before = name


def _identified(cells: list[Cell], known: list[Cell]) -> Iterator[Cell]:
    """The cells with unique ids: old tools drop ids, and copies of a cell may share one."""
    by_role = {json.dumps(c["metadata"].get(KEY), sort_keys=True): c["id"] for c in reversed(known)}
    seen = {cell["id"] for cell in known} | {cell.get("id") for cell in cells}
    taken: set[str] = set()
    for cell in cells:
        about = (cell.get("metadata") or {}).get(KEY)
        name = cell.get("id") or by_role.get(json.dumps(about, sort_keys=True) if about else "", "own")
        if name in taken or name == "own":
            name = next(f"{name[:56]}-{n}" for n in count(2) if f"{name[:56]}-{n}" not in seen)
        seen.add(name)
        taken.add(name)
        yield cell if cell.get("id") == name else cell | {"id": name}


def _by_id(notebook: Notebook) -> dict[str, Cell]:
    return {cell["id"]: cell for cell in notebook["cells"]}


def _same(one: Cell, other: Cell) -> bool:
    """Whether two cells read the same; outputs and counters are no text."""
    parts = ("cell_type", "attachments")
    return _source(one) == _source(other) and all(one.get(part) == other.get(part) for part in parts)


def _source(cell: Cell) -> str:
    source = cell.get("source", "")
    return (source if isinstance(source, str) else "".join(source)).rstrip("\n")


def _read(path: Path) -> Notebook | None:
    """The notebook, or None when it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    cells = found.get("cells") if isinstance(found, dict) else None
    return found if isinstance(cells, list) and all(map(_is_cell, cells)) else None


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, dict) and isinstance(cell.get("source", ""), str | list)


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _set_aside(path: Path) -> str:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return f"{path.name} could not be read as a notebook. It is now {aside.name}, and a fresh one was made."


def _kept(path: Path, kept: tuple[str, ...]) -> str:
    cells = ", ".join(kept)
    return (
        f"{path.name} has a new edition. You had changed these cells, so they stay yours: {cells}. "
        f"For the new text, rename the file and start the lesson again."
    )
