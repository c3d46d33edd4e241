"""A learner's copy of a notebook on the disk: made, brought up to date, mended; never lost.

Beside it lies, hidden, the text that it was made from: the base of the next merge. A file that is
already as it should be is not written, for it may be open.
"""

from dataclasses import dataclass
from pathlib import Path

from dockyard.home import write_whole
from dockyard.notebooks.format import Notebook, dump
from dockyard.notebooks.merge import NOTHING, merge, restored
from dockyard.notebooks.recover import salvaged, whole


@dataclass(frozen=True)
class Placed:
    """Where the learner's notebook is, and what the learner should know about it."""

    path: Path
    notices: tuple[str, ...] = ()


def put(new: Notebook, path: Path) -> Placed:
    """Bring the notebook at `path` up to date with `new`, or make it; mend it where it is damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.stem}.generated.ipynb")
    base = whole(_data(hidden))
    notices: tuple[str, ...] = ()
    if not _is_there(path):
        _write(path, new)
    elif (mine := whole(_data(path))) is None:
        notices = (_mend(new, path),)
    elif new != base:
        merged, kept = merge(base or NOTHING, mine, new)
        notices = (_kept(path, kept),) if kept else ()
        if merged != mine:
            _write(path, merged)
    if new != base:
        _write(hidden, new)
    return Placed(path, notices)


def repair(new: Notebook, path: Path) -> Placed:
    """The same, and everything that is missing of the lesson comes back."""
    placed = put(new, path)
    mine = whole(_data(path)) or NOTHING
    mended, back = restored(mine, new)
    if mended == mine:
        return placed
    aside = _set_aside(path)
    _write(path, mended)
    what = f"brought back: {', '.join(back)}" if back else "its cells have ids of their own again"
    notice = f"{path.name} is mended; {what}. As it was before, it is kept as {aside}."
    return Placed(path, (*placed.notices, notice))


def _mend(new: Notebook, path: Path) -> str:
    """Put what can be read of a damaged notebook in its place, with all that is missing."""
    found = salvaged(_data(path))
    aside = _set_aside(path)
    _write(path, restored(found, new)[0])
    count = len(found["cells"])
    what = f"{count} cells could be read and are kept" if count else "Nothing in it could be read"
    return f"{path.name} was damaged. {what}; the rest is as in the lesson. The damaged file is now {aside}."


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _data(path: Path) -> bytes:
    """What stands in a file; nothing where nobody can read it."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, notebook: Notebook) -> None:
    write_whole(path, dump(notebook))


def _set_aside(path: Path) -> str:
    number = 1
    while _is_there(aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")):
        number += 1
    path.rename(aside)
    return aside.name


def _kept(path: Path, kept: tuple[str, ...]) -> str:
    cells = ", ".join(kept)
    return (
        f"{path.name} has a new edition. You had changed these cells, so they stay yours: {cells}. "
        f"For the new text, rename the file and open the lab again."
    )
