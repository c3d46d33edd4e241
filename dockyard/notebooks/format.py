"""A notebook as plain JSON (nbformat 4.5).

nbformat itself is not imported on the way to a notebook: beside a Jupyter Server that costs two
seconds. The tests validate with it.
"""

import json
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

KEY = "dockyard"  # all of our metadata stands under this one key
VERSION = {"nbformat": 4, "nbformat_minor": 5}
LOCK = {"deletable": False, "editable": False}  # the cell's metadata that JupyterLab obeys
ID_LIMIT = 64


def dump(notebook: Notebook) -> str:
    """The notebook as it stands in a file, written the way Jupyter writes."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair stays an escape


def split(source: str) -> list[str]:
    """A text as a cell holds it: a list of lines."""
    return source.rstrip("\n").splitlines(keepends=True)


def text_of(cell: Cell) -> str:
    """A cell's text, whichever way it holds it."""
    source = cell["source"]
    return (source if isinstance(source, str) else "".join(source)).rstrip("\n")


def about(cell: Cell) -> dict[str, Any]:
    """What is noted at a cell of ours: lesson, role, step; nothing at a learner's own."""
    noted = cell["metadata"].get(KEY)
    return noted if isinstance(noted, dict) else {}


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells read the same; outputs and counters are no text."""
    parts = ("cell_type", "attachments")
    return text_of(one) == text_of(other) and all(one.get(part) == other.get(part) for part in parts)


def by_id(notebook: Notebook) -> dict[str, Cell]:
    """The cells by their ids, in order."""
    return {cell["id"]: cell for cell in notebook["cells"] if "id" in cell}
