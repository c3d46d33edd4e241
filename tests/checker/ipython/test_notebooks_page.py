"""docs/notebooks.md: its files, cells and tests are played on a real engine, its outputs compared."""

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from support import Docker, host_of

from dockyard.home import Home
from dockyard.session import lifecycle

PAGE = Path(__file__).parents[3] / "docs" / "notebooks.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(lessons/[\w.-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def played(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the page's lessons, and an engine with a registry of images for the docker command."""
    lifecycle.up(home, print)
    work = tmp_path / "work"
    for name, text in FILE.findall(PAGE.read_text("utf-8")):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    monkeypatch.setenv("DOCKER_HOST", host_of(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    for name in ("CHECKER_LESSONS", "CHECKER_STRICT", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    return work


def cells() -> list[tuple[str, str]]:
    """The cells of the page, each with the output that is shown below it."""
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    pairs = pairwise(blocks)
    return [(code, output) for (kind, code), (after, output) in pairs if (kind, after) == ("python", "text")]


def shown(cell: nbformat.NotebookNode, home: Home, work: Path) -> str:
    """What a cell shows, with the names that a reader would see."""
    parts = (each.get("text") or each["data"]["text/plain"] for each in cell.outputs)
    text = "\n".join(part.strip("\n") for part in parts).replace("\r", "")
    text = text.replace(host_of(home), "unix:///run/user/1000/docker.sock").replace(
        str(work), "/home/ada/course"
    )
    return re.sub(
        r"\S+/state/checker/journal-\w+", "/home/ada/.local/state/checker/journal-0123456789ab", text
    )


def test_notebook__shows_what_the_page_shows(
    played: Path, home: Home, docker_at: Callable[[str], Docker]
) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code.strip()) for code, _ in cells()])
    NotebookClient(
        made, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(played)}}
    ).execute()
    found = [shown(cell, home, played) for cell in made.cells]
    assert found == [output.strip("\n") for _, output in cells()]
    assert docker_at(host_of(home))("ps", "--all", "--quiet") == ""


def test_tests__pass_as_the_page_says(played: Path) -> None:
    (code,) = (code for kind, code in BLOCK.findall(PAGE.read_text("utf-8")) if "def test_" in code)
    (played / "test_course.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_course.py"]
    done = subprocess.run(command, cwd=played, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
