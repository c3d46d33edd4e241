"""Merges a new edition of a lesson into a learner's notebook, cell by cell; the learner's changes win.

A cell that the learner left unchanged gets the new text, a changed one stays as it is, and the
learner's own cells stay where they are.
"""

import json
from collections.abc import Iterator
from itertools import count

from dockyard.notebooks.format import ID_LIMIT, KEY, LOCK, VERSION, Cell, Notebook, about, by_id, same

NOTHING: Notebook = {"cells": [], "metadata": {}}


def merge(base: Notebook, mine: Notebook, new: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """The learner's notebook with what is new in the lesson, and the ids of cells that both changed.

    `base` is the notebook as it was generated, `mine` the learner's version of it, `new` the new edition.
    """
    was, now = by_id(base), by_id(new)
    cells = list(_identified(mine["cells"], [*new["cells"], *base["cells"]]))
    own = {cell["id"]: cell for cell in cells}
    merged, kept = [], []
    for name in _order(was, own, now):
        fresh = name not in was or not same(was[name], now[name])
        touched = name in own and (name not in was or not same(own[name], was[name]))
        if name not in own:
            merged += [now[name]] if fresh else []  # otherwise the learner removed it
        elif touched or not fresh:
            merged.append(own[name])
        else:
            merged.append(now[name])
        if touched and fresh and not same(own[name], now[name]):
            kept.append(name)
    _insert_own(merged, cells, was, now)
    ours = {KEY: new["metadata"][KEY]} if KEY in new["metadata"] else {}
    metadata = new["metadata"] | mine["metadata"] | ours
    return mine | {"cells": merged, "metadata": metadata, **VERSION}, tuple(kept)


def restored(mine: Notebook, new: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """The learner's notebook with all missing parts of the lesson, and the ids of the cells restored.

    A locked cell that was changed anyway is restored, too; the change is kept in a cell after it.
    """
    now = by_id(new)
    cells = list(_identified(mine["cells"], new["cells"]))
    mine = mine | {"cells": list(_relocked(cells, now))}
    had = by_id(mine).keys()
    unseen = {"cells": [cell for cell in new["cells"] if cell["id"] in had]}
    changed = {cell["id"] for cell in cells if cell["id"] in now and _is_broken(cell, now)}
    back = tuple(name for name in now if name not in had or name in changed)
    return merge(unseen, mine, new)[0], back


def _order(was: dict[str, Cell], own: dict[str, Cell], now: dict[str, Cell]) -> list[str]:
    """The lesson's cells: in the learner's order if the learner moved some, otherwise in the lesson's."""
    if [name for name in own if name in was] == [name for name in was if name in own]:
        return list(now)
    order = [name for name in own if name in now]
    before = None
    for name in now:
        if name not in own:
            order.insert(order.index(before) + 1 if before else 0, name)
        before = name
    return order


def _insert_own(merged: list[Cell], mine: list[Cell], was: dict[str, Cell], now: dict[str, Cell]) -> None:
    """Insert the learner's own cells after the cell that they followed.

    These include copies of the lesson's cells, and cells that the learner changed and the lesson dropped.
    """
    before = None
    for cell in mine:
        name = cell["id"]
        if name not in now:
            if name in was and same(cell, was[name]):
                continue
            names = [each["id"] for each in merged]
            merged.insert(names.index(before) + 1 if before else 0, _unlocked(cell))
        before = name


def _unlocked(cell: Cell) -> Cell:
    kept = {key: value for key, value in cell["metadata"].items() if key not in (KEY, *LOCK)}
    return cell | {"metadata": kept}


def _relocked(cells: list[Cell], now: dict[str, Cell]) -> Iterator[Cell]:
    taken = {cell["id"] for cell in cells}
    for cell in cells:
        if not _is_broken(cell, now):
            yield cell
            continue
        yield now[cell["id"]]
        if not any(same(cell, each) for each in cells if each is not cell):
            yield _unlocked(cell) | {"id": _free(cell["id"], taken)}


def _is_broken(cell: Cell, now: dict[str, Cell]) -> bool:
    original = now.get(cell["id"])
    return original is not None and LOCK.items() <= original["metadata"].items() and not same(cell, original)


def _identified(cells: list[Cell], known: list[Cell]) -> Iterator[Cell]:
    """The cells with unique ids.

    Old tools drop ids, pasting gives a new one, and copies may share one. The metadata of a cell
    tells whether it is one of the lesson's.
    """
    by_role = {json.dumps(about(cell), sort_keys=True): cell["id"] for cell in reversed(known)}
    lessons = set(by_role.values())
    seen = {cell["id"] for cell in cells if "id" in cell}
    taken: set[str] = set()
    for cell in cells:
        name = cell.get("id", "own")
        role = by_role.get(json.dumps(about(cell), sort_keys=True)) if about(cell) else None
        if role and name not in lessons and role not in seen | taken:
            name = role
        if name in taken or name == "own":
            name = _free(name, seen | lessons | taken)
        taken.add(name)
        yield cell if cell.get("id") == name else cell | {"id": name}


def _free(name: str, taken: set[str]) -> str:
    """An id like this one that no other cell has."""
    stem = name[: ID_LIMIT - 8]
    return next(free for free in (f"{stem}-{n}" for n in count(2)) if free not in taken)
