"""Who may import whom: read from the sources, and tried in a fresh interpreter."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import PATIENCE

REPOSITORY = Path(__file__).parents[2]
SOURCES = sorted((REPOSITORY / "checker").rglob("*.py"))
HEAVY = ["docker", "requests", "markdown_it", "yaml", "IPython", "msgspec"]


def name_of(source: Path) -> str:
    return str(source.relative_to(REPOSITORY))


def imported(source: Path) -> Iterator[str]:
    """The packages that a module imports anywhere, also late or for annotations only."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(source)}:{node.lineno}: imports are written in full"
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant))


def loaded_by(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"]
    printed = subprocess.check_output(command, cwd=REPOSITORY, text=True, timeout=PATIENCE)
    return set(printed.split())


def test_sources__are_found() -> None:
    assert {"checker/judge.py", "checker/conditions/base.py", "checker/sources/engine.py"} <= set(
        map(name_of, SOURCES)
    )


@pytest.mark.parametrize("source", SOURCES, ids=map(name_of, SOURCES))
def test_checker__never_imports_dockyard(source: Path) -> None:
    assert "dockyard" not in set(imported(source))


def test_only_the_transport__imports_docker() -> None:
    assert [name_of(source) for source in SOURCES if "docker" in imported(source)] == [
        "checker/sources/transport.py"
    ]


@pytest.mark.parametrize(
    "module",
    [
        "judge",
        "facts/facts",
        "facts/needs",
        "facts/history",
        "facts/objects",
        "facts/sightings",
        "verdict",
        "course/lesson",
        "reference",
        "session/report",
    ],
)
def test_the_core__knows_no_engine_screen_or_clock(module: str) -> None:
    found = set(imported(REPOSITORY / "checker" / f"{module}.py"))
    assert found <= {"checker", "collections", "dataclasses", "enum", "functools", "pathlib", "re", "typing"}


@pytest.mark.parametrize(
    "source",
    [s for s in SOURCES if "conditions" in s.parts and s.name != "third_party.py"],
    ids=lambda s: s.name,
)
def test_conditions__are_pure(source: Path) -> None:
    pure = {"checker", "collections", "dataclasses", "functools", "msgspec", "re", "shlex", "string"} | {
        "typing"
    }
    assert set(imported(source)) <= pure


def test_import_checker__costs_nothing() -> None:
    found = loaded_by("import checker")
    assert "checker" in found
    assert found.isdisjoint(HEAVY)


def test_a_reference__needs_no_engine() -> None:
    found = loaded_by("from checker import ImageReference; ImageReference.parse('ubuntu')")
    assert "checker.reference" in found
    assert found.isdisjoint(HEAVY)


def test_a_desk__imports_the_sdk_only_to_ask() -> None:
    found = loaded_by("import checker.session.session, checker.judge, checker.sources.endpoint")
    assert "checker.sources.engine" in found
    assert found.isdisjoint(["docker", "requests", "markdown_it", "IPython"])


def test_class_names__are_unique() -> None:
    """One word for one thing: a class is found by its name alone."""
    seen: dict[str, str] = {}
    for source in [*SOURCES, *sorted((REPOSITORY / "dockyard").rglob("*.py"))]:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert seen.setdefault(node.name, name_of(source)) == name_of(source), node.name
