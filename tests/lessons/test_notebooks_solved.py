"""Every notebook on a real engine: unsolved it runs through, solved it passes; one that is wrong fails.

Once under nbclient, with `dockyard answer` in the solutions' shell; once under nbval, where answers are
given with `%answer`. All in processes of their own: Jupyter's libraries warn of things that are not ours.
"""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import erase

from checker.course.course import Course
from checker.course.lesson import Lesson
from dockyard.courses import built_in_folder
from dockyard.home import Home
from dockyard.notebooks.build import build, solved
from dockyard.notebooks.format import Notebook, about, dump
from dockyard.session import lifecycle

pytestmark = pytest.mark.timeout(3600)  # the whole course is one run of nbval
COURSE = Course(built_in_folder())
FIRST = COURSE.lessons()[0]
RUNNER = Path(__file__).with_name("notebook_runner.py")
WRONG = ("!docker rmi no-such-image", "%%bash -e\ndocker rmi no-such-image\ntrue")
NBVAL = """
import sys
sys.modules["rfc3987_syntax"] = None
import pytest
own = "-q -p nbval -p no:cacheprovider --nbval-lax --nbval-current-env"
sys.exit(pytest.main([*own.split(), *sys.argv[1:]]))
"""
TYPED = 'import pathlib\nget_ipython().run_line_magic("answer", pathlib.Path(".answer").read_text().strip())'


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home with everything up."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "home")
        lifecycle.up(home, print)
        yield home
        erase(home)


@pytest.fixture(scope="module")
def env(home: Home) -> dict[str, str]:
    """What the notebooks run in: a learner's shell, with folders of its own."""
    return lifecycle.learner_env(home) | {
        "DOCKER_CONFIG": str(home.path / "docker-config"),
        "IPYTHONDIR": str(home.path / "ipython"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


@dataclass(frozen=True)
class Ran:
    """What became of a notebook: its error, and its cells with their outputs."""

    error: str
    cells: list[dict[str, Any]]

    def checks(self) -> list[str]:
        """What the checks said, in HTML."""
        return [c["outputs"][0]["data"]["text/html"] for c in self.cells if c["source"].startswith("%check")]


@pytest.fixture(scope="module")
def run(home: Home, env: dict[str, str]) -> Iterator[Callable[..., Ran]]:
    """Runs a notebook in the learner's folder."""
    command = [sys.executable, str(RUNNER)]
    with subprocess.Popen(command, env=env, cwd=home.workspace, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(notebook: Notebook, *, strict: bool) -> Ran:
            process.stdin.write(json.dumps({"notebook": dump(notebook), "strict": strict}) + "\n")
            process.stdin.flush()
            return Ran(**json.loads(process.stdout.readline()))

        yield ask
        process.stdin.close()


def with_work(notebook: Notebook, *sources: str) -> Notebook:
    """The notebook with these in its first cells of work."""
    notebook = copy.deepcopy(notebook)
    work = [cell for cell in notebook["cells"] if about(cell).get("role") == "work"]
    for cell, source in zip(work, sources, strict=False):
        cell["source"] = source
    return notebook


@pytest.mark.parametrize("name", COURSE.ids())
def test_course__is_not_done_unsolved_and_done_solved(name: str, home: Home, run: Callable[..., Ran]) -> None:
    lesson = lifecycle.start(home, name)
    unsolved = run(build(lesson, "."), strict=False)
    assert unsolved.error == ""
    assert [("not yet" in said) for said in unsolved.checks()] == [True] * len(lesson.steps)
    done = run(solved(build(lesson, "."), lesson), strict=True)
    assert done.error == ""
    assert [("✓ done" in said) for said in done.checks()] == [True] * len(lesson.steps)


@pytest.fixture(scope="module")
def begun(home: Home) -> Lesson:
    """The first lesson, in its start state; nothing in the tests that use it gets any further."""
    return lifecycle.start(home, FIRST.id)


def test_strict__fails_at_a_check(begun: Lesson, run: Callable[..., Ran]) -> None:
    assert f"StepNotPassed: {begun.steps[0].id} (" in run(build(begun), strict=True).error


@pytest.mark.parametrize("source", WRONG)
def test_strict__fails_at_a_failing_command(source: str, begun: Lesson, run: Callable[..., Ran]) -> None:
    notebook = with_work(build(begun), source)
    assert "CalledProcessError" in run(notebook, strict=True).error
    shown = next(cell for cell in run(notebook, strict=False).cells if cell["source"] == source)
    assert "No such image" in json.dumps(shown["outputs"])


# Under nbval


def beginning_with_its_start(notebook: Notebook, lesson: Lesson) -> Notebook:
    """The notebook with a first cell that starts its lesson: nbval runs many notebooks in one go."""
    cell = {"cell_type": "code", "execution_count": None, "id": "start", "metadata": {}, "outputs": []}
    return notebook | {"cells": [cell | {"source": f"!dockyard start {lesson.id}"}, *notebook["cells"]]}


def answering_in_the_notebook(notebook: Notebook) -> Notebook:
    """The solved notebook with `%answer STEP TEXT` where its shell had `dockyard answer STEP TEXT`."""
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        source = "".join(cell["source"])
        if about(cell).get("role") == "work" and "dockyard answer" in source:
            cells[-1] = cell | {"source": re.sub(r"\bdockyard answer\b", "echo >.answer", source)}
            cells.append(cell | {"id": f"{cell['id'][:57]}-answer", "source": TYPED})
    return notebook | {"cells": cells}


@pytest.fixture(scope="module")
def nbval(home: Home, env: dict[str, str]) -> dict[str, list[str]]:
    """All notebooks in one run: the cells that failed, by the notebook's name, with what they said."""
    notebooks = {"wrong": beginning_with_its_start(with_work(build(FIRST), *WRONG), FIRST)}
    for lesson in COURSE.lessons():
        done = answering_in_the_notebook(solved(build(lesson, "."), lesson))
        # The wrong one leaves the first lesson as it was started.
        notebooks[lesson.id] = done if lesson == FIRST else beginning_with_its_start(done, lesson)
    files = []
    for name, notebook in notebooks.items():
        files.append(home.workspace / f"solved-{name}.ipynb")
        files[-1].write_text(dump(notebook), encoding="utf-8")
    report = home.path / "nbval.xml"
    command = [sys.executable, "-c", NBVAL, f"--junitxml={report}", f"--rootdir={home.workspace}"]
    strictly = env | {"CHECKER_STRICT": "1"}
    ran = subprocess.run([*command, *map(str, files)], env=strictly, cwd=home.workspace, capture_output=True)
    assert report.exists(), ran
    failed: dict[str, list[str]] = {name: [] for name in notebooks}
    cells = list(ET.parse(report).iter("testcase"))
    assert len(cells) == sum(c["cell_type"] == "code" for n in notebooks.values() for c in n["cells"]), ran
    for cell in cells:
        name = cell.get("classname", "").removeprefix("solved-").removesuffix(".ipynb")
        failed[name] += ["".join(each.itertext()) for each in cell if each.tag in ("failure", "error")]
    return failed


@pytest.mark.parametrize("name", COURSE.ids())
def test_nbval__passes_every_solved_notebook(name: str, nbval: dict[str, list[str]]) -> None:
    assert nbval[name] == []


def test_nbval__fails_what_is_wrong(nbval: dict[str, list[str]]) -> None:
    """Two commands that fail, and all the checks."""
    failed = "\n".join(nbval["wrong"])
    assert len(nbval["wrong"]) == 2 + len(FIRST.steps)
    assert failed.count("CalledProcessError") >= 2
    for step in FIRST.steps:
        assert f"StepNotPassed: {step.id} (" in failed
