"""A learner's copy of a notebook on disk: created, updated and repaired, and nothing of it is ever lost.

A hidden file beside it holds the notebook as it was generated: the base of the next merge. A file that
needs no change is not written, because it may be open.
"""

from dataclasses import dataclass
from pathlib import Path

from dockyard.notebooks.format import KEY, Notebook, dump
from dockyard.notebooks.merge import NOTHING, merge, restored
from dockyard.notebooks.recover import read_valid, recovered
from dockyard.system.files import write_atomically


@dataclass(frozen=True)
class Placed:
    """Where the learner's notebook is, and what the learner should know about it."""

    path: Path
    notices: tuple[str, ...] = ()


def put(new: Notebook, path: Path) -> Placed:
    """Create the notebook at `path`, or update it to `new`; repair it if it is damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.stem}.generated.ipynb")
    base = read_valid(_data(hidden))
    notices: tuple[str, ...] = ()
    if not _is_there(path):
        _write(path, new)
    elif (mine := read_valid(_data(path))) is None:
        notices = (_replace_damaged(new, path),)
    elif (other := _course(mine)) and other != (_course(new) or other):
        notices = (_replace_foreign(new, path, other),)
    elif new != base:
        merged, kept = merge(base or NOTHING, mine, new)
        notices = (_kept(path, kept),) if kept else ()
        if merged != mine:
            _write(path, merged)
    if new != base:
        _write(hidden, new)
    return Placed(path, notices)


def repair(new: Notebook, path: Path) -> Placed:
    """The same as `put`, and all parts of the lesson that are missing are restored."""
    placed = put(new, path)
    mine = read_valid(_data(path)) or NOTHING
    repaired, back = restored(mine, new)
    if repaired == mine:
        return placed
    aside = _set_aside(path, "damaged")
    _write(path, repaired)
    what = f"brought back: {', '.join(back)}" if back else "its cells have their own ids again"
    notice = f"{path.name} is repaired; {what}. The file as it was before is kept as {aside}."
    return Placed(path, (*placed.notices, notice))


def _replace_damaged(new: Notebook, path: Path) -> str:
    """Put the readable cells of a damaged notebook in its place, with all that is missing."""
    found = recovered(_data(path))
    aside = _set_aside(path, "damaged")
    _write(path, restored(found, new)[0])
    count = len(found["cells"])
    what = f"{count} cells could be read and are kept" if count else "Nothing in it could be read"
    return f"{path.name} was damaged. {what}; the rest is as in the lesson. The damaged file is now {aside}."


def _replace_foreign(new: Notebook, path: Path, course: str) -> str:
    """Replace a notebook of another course, and keep it under another name."""
    aside = _set_aside(path, "other-course")
    _write(path, new)
    return f"{path.name} belonged to the course `{course}`; it is kept as {aside}."


def _course(notebook: Notebook) -> str | None:
    """The course that a notebook names; None in those without `course.yaml`, and in old ones."""
    noted = notebook["metadata"].get(KEY)
    course = noted.get("course") if isinstance(noted, dict) else None
    return course if isinstance(course, str) else None


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _data(path: Path) -> bytes:
    """The bytes of a file; empty if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, notebook: Notebook) -> None:
    write_atomically(path, dump(notebook))


def _set_aside(path: Path, why: str) -> str:
    number = 1
    while _is_there(aside := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")):
        number += 1
    path.rename(aside)
    return aside.name


def _kept(path: Path, kept: tuple[str, ...]) -> str:
    cells = ", ".join(kept)
    return (
        f"{path.name} has a new edition. You had changed these cells, so they stay yours: {cells}. "
        f"For the new text, rename the file and open the lab again."
    )
