"""Nothing outside dockyard/engine knows more of an engine than its protocol."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
OUTSIDE = sorted(
    source
    for source in (REPOSITORY / "dockyard").rglob("*.py")
    if not source.is_relative_to(REPOSITORY / "dockyard/engine")
)
OPEN = {"dockyard.engine.base", "dockyard.engine.kinds"}
PATHS = ("docker.sock", "engine/data")
NOT_A_PATH = "docker.socket"  # a unit of systemd


def name_of(source: Path) -> str:
    return str(source.relative_to(REPOSITORY))


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "dockyard.engine":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def engine_details(tree: ast.Module) -> Iterator[str]:
    """Where a module names the private engine, a socket of an engine or its data folder."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith("PrivateEngine"):
            yield f"line {node.lineno}: PrivateEngine"
        elif isinstance(node, ast.Attribute) and node.attr == "socket":
            if ast.unparse(node) != "socket.socket":  # of the standard library
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.replace(NOT_A_PATH, "")
            yield from (f"line {node.lineno}: {path}" for path in PATHS if path in text)


def test_sources__are_found() -> None:
    assert {"dockyard/home.py", "dockyard/session/lifecycle.py"} <= set(map(name_of, OUTSIDE))


@pytest.mark.parametrize("source", OUTSIDE, ids=name_of)
def test_engine__is_reached_through_its_protocol(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    assert {module for module in imported(tree) if module.startswith("dockyard.engine.")} <= OPEN
    assert list(engine_details(tree)) == []


@pytest.mark.parametrize(
    "text",
    [
        "PrivateEngine(home).up()",
        "private.PrivateEngine(home).up()",
        "home.socket.exists()",
        "path / 'docker.sock'",
        "parts = ('engine/data', 'hub')",
    ],
)
def test_engine_details__are_noticed(text: str) -> None:
    assert len(list(engine_details(ast.parse(text)))) == 1
