"""Each helper has one home."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
HOMES = {
    "fcntl.flock": "dockyard/system/locks.py",
    "urllib.request": "none",
    "http.client": "dockyard/system/http.py",
}


def uses(source: Path, name: str) -> bool:
    """Whether a module names or imports this."""
    module, _, member = name.rpartition(".")
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == name:
            return True
        if isinstance(node, ast.Import) and name in {alias.name for alias in node.names}:
            return True
        if isinstance(node, ast.ImportFrom) and (
            node.module == name or (node.module == module and member in {each.name for each in node.names})
        ):
            return True
    return False


@pytest.mark.parametrize("name", HOMES)
def test_helper__has_one_home(name: str) -> None:
    sources = sorted((REPOSITORY / "dockyard").rglob("*.py"))
    assert REPOSITORY / "dockyard/system/locks.py" in sources
    found = {str(source.relative_to(REPOSITORY)) for source in sources if uses(source, name)}
    assert found <= {HOMES[name]}
