"""The wheel, installed elsewhere, runs the same course."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import host_of

from checker.course.course import Course
from dockyard.courses import built_in_folder
from dockyard.home import Home

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel brings, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", folder / "site", wheel]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "site"


def test_wheel__holds_the_course_and_runs_it(site: Path, home: Home, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(site), "DOCKYARD_HOME": str(home.path)}

    def run(*words: str) -> str:
        command = [sys.executable, "-P", *words]
        return subprocess.run(
            command, env=env, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    assert run("-c", "import dockyard; print(dockyard.__file__)").startswith(str(site))
    assert run("-c", "import dockyard.courses as c; print(c.built_in_folder())").startswith(str(site))
    lessons = json.loads(run("-m", "dockyard.cli.main", "lessons", "--json"))
    assert [lesson["lesson"] for lesson in lessons] == list(Course(built_in_folder()).ids())
    run("-m", "dockyard.cli.main", "start", "images")
    subprocess.run(
        ["docker", "pull", "--quiet", "ubuntu"], env=env | {"DOCKER_HOST": host_of(home)}, check=True
    )
    step = json.loads(run("-m", "dockyard.cli.main", "check", "images/pull-ubuntu", "--json"))["steps"][0]
    assert step["outcome"] == "passed"
    notebooks = site / "dockyard/course/notebooks"
    assert {path.name for path in notebooks.glob("*.ipynb")} == {
        path.with_suffix(".ipynb").name for path in built_in_folder().glob("[0-9]*.md")
    }
