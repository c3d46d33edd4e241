"""A notebook as plain JSON (nbformat 4.5).

nbformat itself is not imported to build a notebook: beside a Jupyter Server that costs two seconds.
The tests validate with it.
"""

import json
from typing import Any

from checker.course.lines import split_lines

Cell = dict[str, Any]
Notebook = dict[str, Any]

KEY = "dockyard"  # the one key under which all our metadata is
VERSION = {"nbformat": 4, "nbformat_minor": 5}
LOCK = {"deletable": False, "editable": False}  # the cell's metadata that JupyterLab obeys
ID_LIMIT = 64


def dump(notebook: Notebook) -> str:
    """The text of the notebook's file, written the way Jupyter writes it."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair remains an escape


def split(source: str) -> list[str]:
    """A text as a cell holds it: a list of lines."""
    return split_lines(source.rstrip("\n"), keep_ends=True)


def text_of(cell: Cell) -> str:
    """A cell's text, which is one string or a list of lines in the file."""
    source = cell["source"]
    return (source if isinstance(source, str) else "".join(source)).rstrip("\n")


def about(cell: Cell) -> dict[str, Any]:
    """Our metadata of a cell: lesson, role, step. Empty for a learner's own cell."""
    noted = cell["metadata"].get(KEY)
    return noted if isinstance(noted, dict) else {}


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells have the same content; outputs and counters do not count."""
    parts = ("cell_type", "attachments")
    return text_of(one) == text_of(other) and all(one.get(part) == other.get(part) for part in parts)


def by_id(notebook: Notebook) -> dict[str, Cell]:
    """The cells by their ids, in order."""
    return {cell["id"]: cell for cell in notebook["cells"] if "id" in cell}
