"""Every solved notebook on a real engine: all its checks pass; one that is wrong fails.

The notebooks run in a process of their own: Jupyter's libraries warn of things that are not ours.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import erase

from checker.course import Course
from dockyard import yard
from dockyard.course_files import course_folder
from dockyard.home import Home
from dockyard.notebooks import build, dump, solved

COURSE = Course(course_folder())
RUN = """
import sys, nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
notebook = nbformat.read(sys.argv[1], as_version=4)
strict = ["--InteractiveShell.system_raise_on_error=True"]
try:
    NotebookClient(notebook, timeout=120, extra_arguments=strict).execute()
except CellExecutionError as error:
    sys.exit(str(error))
"""
NBVAL = ["-m", "pytest", "-q", "-p", "nbval", "--nbval-lax", "--nbval-current-env", "--confcutdir=."]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home with everything up."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "home")
        yard.up(home, print)
        yield home
        erase(home)


def run(notebook: dict[str, Any], home: Home, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a notebook in the learner's workspace, strictly."""
    file = home.workspace / "solved.ipynb"
    file.write_text(dump(notebook))
    commands = str(Path(sys.executable).parent)
    env = yard.learner_env(home) | {
        "CHECKER_STRICT": "1",
        "DOCKER_CONFIG": str(home.path / "docker-config"),
        "IPYTHONDIR": str(home.path / "ipython"),
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    words = command or ("-c", RUN)
    return subprocess.run(
        [sys.executable, *words, str(file)], env=env, cwd=home.workspace, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", COURSE.ids())
def test_solved__passes_every_check(name: str, home: Home) -> None:
    lesson = yard.start(home, name)
    done = run(solved(build(lesson), lesson), home)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COURSE.ids())
def test_solved__passes_under_nbval(name: str, home: Home) -> None:
    lesson = yard.start(home, name)
    done = run(solved(build(lesson), lesson), home, *NBVAL)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", COURSE.ids())
def test_broken__fails_at_its_first_check(name: str, home: Home) -> None:
    lesson = yard.start(home, name)
    notebook = solved(build(lesson), lesson)
    first = lesson.steps[0].id
    for cell in notebook["cells"]:
        if cell["id"] == f"{name}-{first}-work":
            cell["source"] = ["%%bash -e\n", "true"]
    done = run(notebook, home)
    assert f"StepNotPassed: {first} (" in done.stderr


def test_broken__fails_at_a_failing_command(home: Home) -> None:
    lesson = yard.start(home, COURSE.ids()[0])
    for source in (["!docker rmi no-such-image"], ["%%bash -e\n", "docker rmi no-such-image\n", "true"]):
        notebook = build(lesson)
        next(c for c in notebook["cells"] if c["metadata"]["dockyard"]["role"] == "work")["source"] = source
        assert "CalledProcessError" in run(notebook, home).stderr


def test_unsolved__fails_when_strict(home: Home) -> None:
    lesson = yard.start(home, COURSE.ids()[0])
    assert f"StepNotPassed: {lesson.steps[0].id} (" in run(build(lesson), home).stderr
