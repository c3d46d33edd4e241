"""The library names no application, starts no process, and picks no place to write."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKER = Path(__file__).parents[2] / "checker"
SOURCES = sorted(CHECKER.rglob("*.py"))


def name_of(source: Path) -> str:
    return str(source.relative_to(CHECKER))


def strings(source: Path) -> Iterator[str]:
    """All texts of a module, docstrings included."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def imported(source: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("source", SOURCES, ids=map(name_of, SOURCES))
def test_no_text_of_checker__names_dockyard(source: Path) -> None:
    assert [text for text in strings(source) if "dockyard" in text.lower()] == []


def test_checker__starts_no_process() -> None:
    assert [
        name_of(source) for source in SOURCES if imported(source) & {"subprocess", "multiprocessing"}
    ] == []


def test_only_notebooks__pick_a_place_for_the_journal() -> None:
    assert [name_of(source) for source in SOURCES if "platformdirs" in imported(source)] == [
        "ipython/notebook_session.py"
    ]
