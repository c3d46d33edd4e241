"""A learner's notebook meets a new edition of the lesson: merged by cell, and the learner wins.

A cell that still reads as the lesson had it takes the lesson's new text; a changed one stays as it
is; the learner's own stay where they stood.
"""

import json
from collections.abc import Iterator
from itertools import count

from dockyard.notebooks.format import ID_LIMIT, KEY, LOCK, VERSION, Cell, Notebook, about, by_id, same

NOTHING: Notebook = {"cells": [], "metadata": {}}


def merge(base: Notebook, mine: Notebook, new: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """The learner's notebook with what is new in the lesson, and the ids of cells changed by both.

    `base` is what the learner's was made from, `mine` what the learner made of it.
    """
    was, now = by_id(base), by_id(new)
    cells = list(_identified(mine["cells"], [*new["cells"], *base["cells"]]))
    own = {cell["id"]: cell for cell in cells}
    merged, kept = [], []
    for name in _order(was, own, now):
        fresh = name not in was or not same(was[name], now[name])
        touched = name in own and (name not in was or not same(own[name], was[name]))
        if name not in own:
            merged += [now[name]] if fresh else []  # else the learner took it out
        elif touched or not fresh:
            merged.append(own[name])
        else:
            merged.append(now[name])
        if touched and fresh and not same(own[name], now[name]):
            kept.append(name)
    _insert_own(merged, cells, was, now)
    metadata = new["metadata"] | mine["metadata"]
    return mine | {"cells": merged, "metadata": metadata, **VERSION}, tuple(kept)


def restored(mine: Notebook, new: Notebook) -> tuple[Notebook, tuple[str, ...]]:
    """The learner's notebook with all that is missing of the lesson, and the ids of what came back.

    A locked cell that was changed all the same is as it was; the change is in a cell behind it.
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
    """The lesson's cells in the lesson's order, or in the learner's where the learner moved some."""
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
    """Put the learner's own cells behind the cell that they followed; so, too, those that the lesson
    dropped and the learner had changed. A copy of one of the lesson's is the learner's own, to change."""
    before = None
    for cell in mine:
        name = cell["id"]
        if name not in now:
            if name in was and same(cell, was[name]):
                continue
            names = [each["id"] for each in merged]
            merged.insert(names.index(before) + 1 if before else 0, _freed(cell))
        before = name


def _freed(cell: Cell) -> Cell:
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
            yield _freed(cell) | {"id": _free(cell["id"], taken)}


def _is_broken(cell: Cell, now: dict[str, Cell]) -> bool:
    original = now.get(cell["id"])
    return original is not None and LOCK.items() <= original["metadata"].items() and not same(cell, original)


def _identified(cells: list[Cell], known: list[Cell]) -> Iterator[Cell]:
    """The cells with unique ids. Old tools drop them, a cell that is cut and pasted gets a new one, and
    copies may share one: what we noted at a cell tells whether it is the lesson's."""
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
    """An id like this one that nobody has."""
    stem = name[: ID_LIMIT - 8]
    return next(free for free in (f"{stem}-{n}" for n in count(2)) if free not in taken)
