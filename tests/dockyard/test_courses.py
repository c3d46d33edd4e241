"""Which course is on: one answer for terminal, lab, notebooks, repair and authors' commands."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import PATIENCE

from checker.course.course_file import folder_id
from dockyard import courses
from dockyard.author.new import new_lesson
from dockyard.home import Home
from dockyard.lab.files import LabFiles
from dockyard.notebooks.build import place_all, repair_all
from dockyard.session.open import open_session

Dockyard = Callable[..., subprocess.CompletedProcess[str]]
SEA = "id: sea\ntitle: The sea\nlanguage: en\nlessons: [boats, ships]\n"


@pytest.fixture
def quiet_home(tmp_path: Path) -> Home:
    """A home with no engine."""
    return Home(tmp_path / "home")


@pytest.fixture
def dockyard(quiet_home: Home, tmp_path: Path) -> Dockyard:
    """Runs `dockyard` in that home; keyword arguments are further environment variables."""

    def run(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        base = {name: value for name, value in os.environ.items() if not name.startswith("DOCKYARD_")}
        return subprocess.run(
            [sys.executable, "-m", "dockyard.cli.main", *words],
            env=base | {"DOCKYARD_HOME": str(quiet_home.path)} | env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    return run


@pytest.fixture
def sea(tmp_path: Path) -> Path:
    """A course of two lessons, the second with a picture."""
    folder = tmp_path / "the sea"
    new_lesson("boats", folder)
    second = new_lesson("ships", folder)[0]
    (folder / "pictures").mkdir()
    (folder / "pictures" / "ship.svg").write_text("<svg/>")
    second.write_text(second.read_text().replace("## A first", "![A ship.](pictures/ship.svg)\n\n## A first"))
    (folder / "course.yaml").write_text(SEA)
    return folder


def listed(dockyard: Dockyard, **env: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(dockyard("course", "list", "--json", **env).stdout)
    return rows


def is_on(dockyard: Dockyard, **env: str) -> list[object]:
    return [row["id"] for row in listed(dockyard, **env) if row["on"]]


def lessons(dockyard: Dockyard, **env: str) -> list[str]:
    return [row["lesson"] for row in json.loads(dockyard("lessons", "--json", **env).stdout)]


# The command


def test_built_in_course__is_on_at_first(dockyard: Dockyard, quiet_home: Home) -> None:
    (row,) = listed(dockyard)
    assert row == {
        "id": "docker-images",
        "title": "Docker images",
        "language": "en",
        "lessons": ["images", "docker-hub", "identifiers", "removal", "cleanup", "custom-images"],
        "folder": str(courses.built_in_folder()),
        "origin": "built-in",
        "on": True,
        "problems": [],
    }
    assert dockyard("course", "list").stdout.startswith("* docker-images ")
    assert not quiet_home.path.exists()  # looking changes nothing


def test_add_and_use(dockyard: Dockyard, sea: Path) -> None:
    added = dockyard("course", "add", "the sea")
    assert added.returncode == 0, added.stderr
    assert added.stdout == (
        "Added the course `sea`: The sea, 2 lessons.\nTo turn it on: dockyard course use sea\n"
    )
    assert is_on(dockyard) == ["docker-images"]
    used = dockyard("course", "use", "sea")
    assert used.stdout == "The course `sea` is on: The sea.\nTo begin: dockyard start boats\n"
    assert [(row["id"], row["origin"], row["on"]) for row in listed(dockyard)] == [
        ("docker-images", "built-in", False),
        ("sea", "added", True),
    ]
    assert lessons(dockyard) == ["boats", "ships"]
    assert dockyard("course", "add", sea).returncode == 0  # again: nothing changes
    assert is_on(dockyard) == ["sea"]
    assert dockyard("course", "use", "docker-images").returncode == 0
    assert lessons(dockyard)[0] == "images"


def test_environment__decides_where_it_is_set(dockyard: Dockyard, sea: Path, tmp_path: Path) -> None:
    new_lesson("rocks", tmp_path / "land")
    land = {"DOCKYARD_LESSONS": "land"}
    dockyard("course", "add", sea)
    used = dockyard("course", "use", "sea", **land)
    assert "DOCKYARD_LESSONS is set to" in used.stdout
    assert is_on(dockyard) == ["sea"]
    assert is_on(dockyard, **land) == [folder_id(tmp_path / "land")]
    assert lessons(dockyard, **land) == ["rocks"]
    assert [row["origin"] for row in listed(dockyard, **land)] == ["built-in", "added", "DOCKYARD_LESSONS"]
    assert is_on(dockyard, DOCKYARD_LESSONS="") == ["sea"]
    unknown = dockyard("course", "use", folder_id(tmp_path / "land"), **land)
    assert unknown.returncode == 2  # it was never added


def test_add__refuses_what_is_no_course(dockyard: Dockyard, tmp_path: Path, quiet_home: Home) -> None:
    missing = dockyard("course", "add", "nowhere")
    assert (missing.returncode, missing.stderr) == (2, f"dockyard: {tmp_path}/nowhere is not a folder.\n")
    (tmp_path / "empty").mkdir()
    empty = dockyard("course", "add", "empty")
    assert empty.returncode == 2
    assert "has no lessons" in empty.stderr
    assert "try: dockyard author new first --folder" in empty.stderr
    assert not quiet_home.path.exists()


def test_add__tells_all_problems(dockyard: Dockyard, sea: Path) -> None:
    (sea / "course.yaml").write_text(SEA.replace("language: en", "language: English"))
    for file in sea.glob("*-*.yaml"):
        file.write_text(file.read_text().replace("is: ran", "is: rann"))
    refused = dockyard("course", "add", sea)
    assert refused.returncode == 4
    for place in ("course.yaml:3: ", "01-boats.yaml:9: ", "02-ships.yaml:9: "):
        assert f"dockyard: {place}" in refused.stderr


def test_add__refuses_an_id_that_is_taken(dockyard: Dockyard, sea: Path, tmp_path: Path) -> None:
    dockyard("course", "add", sea)
    other = tmp_path / "another"
    new_lesson("rocks", other)
    for taken, where in (("sea", sea), ("docker-images", courses.built_in_folder())):
        (other / "course.yaml").write_text(f"id: {taken}\ntitle: Mine\nlanguage: en\nlessons: [rocks]\n")
        refused = dockyard("course", "add", other)
        assert refused.returncode == 2
        assert f"The id `{taken}` is taken by the course in {where}." in refused.stderr
        assert str(other / "course.yaml") in refused.stderr
    assert len(listed(dockyard)) == 2
    same = dockyard("course", "add", courses.built_in_folder())
    assert same.returncode == 0
    assert len(listed(dockyard)) == 2


def test_use__of_an_unknown_course(dockyard: Dockyard, sea: Path) -> None:
    dockyard("course", "add", sea)
    unknown = dockyard("course", "use", "see")
    assert unknown.returncode == 2
    assert "There is no course `see`; did you mean `sea`? Allowed: docker-images, sea" in unknown.stderr


def test_course__whose_folder_is_gone(dockyard: Dockyard, sea: Path) -> None:
    dockyard("course", "add", sea)
    dockyard("course", "use", "sea")
    sea.rename(sea.with_name("moved"))
    lost = dockyard("lessons")
    assert lost.returncode == 2
    assert f"The course that is on was in {sea}, and this folder is gone." in lost.stderr
    assert "try: dockyard course use docker-images" in lost.stderr
    assert listed(dockyard)[1] | {"on": True, "problems": ["the folder is gone"]} == listed(dockyard)[1]
    assert "the folder is gone" in dockyard("course", "list").stdout
    assert dockyard("course", "use", "docker-images").returncode == 0
    assert lessons(dockyard)[0] == "images"


def test_course__that_became_wrong_is_listed_with_its_problems(dockyard: Dockyard, sea: Path) -> None:
    dockyard("course", "add", sea)
    (sea / "course.yaml").write_text(SEA.replace("ships", "shops"))
    (problem,) = listed(dockyard)[1]["problems"]
    assert str(problem).startswith(
        "course.yaml:4: there is no file `NN-shops.md` here; did you mean `ships`?"
    )
    assert dockyard("course", "use", "sea").returncode == 2


def test_course__keeps_on_when_its_id_changes(dockyard: Dockyard, sea: Path) -> None:
    dockyard("course", "add", sea)
    dockyard("course", "use", "sea")
    (sea / "course.yaml").write_text(SEA.replace("id: sea", "id: ocean"))
    assert is_on(dockyard) == ["ocean"]


def test_courses__added_at_the_same_time(quiet_home: Home, tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from dockyard.courses import add
from dockyard.home import Home
add(Home(Path(sys.argv[1])), Path(sys.argv[2]))
"""
    running = []
    for number in range(4):
        new_lesson("rocks", tmp_path / str(number))
        words = [sys.executable, "-c", code, str(quiet_home.path), str(tmp_path / str(number))]
        running.append(subprocess.Popen(words))
    assert [process.wait(PATIENCE) for process in running] == [0, 0, 0, 0]
    assert len(courses.known(quiet_home)) == 5


# All obey


def test_home__carries_its_course_into_other_processes(quiet_home: Home, sea: Path) -> None:
    for home in (quiet_home, Home(quiet_home.path, sea)):
        assert Home.locate({"DOCKYARD_LESSONS": "/elsewhere", **home.env}) == home
        files = LabFiles(home)
        assert Home.locate(files.env()) == home
        files.path.mkdir(parents=True, exist_ok=True)
        files.write()
        done = subprocess.run(
            ["bash", "--norc", "-c", f". {files.bashrc}; printenv DOCKYARD_LESSONS"],
            env=os.environ | {"DOCKYARD_LESSONS": "/elsewhere"},
            capture_output=True,
            text=True,
        )
        assert done.stdout.rstrip("\n") == (str(sea) if home.lessons else "")


def test_session__has_the_course_that_is_on(quiet_home: Home, sea: Path) -> None:
    courses.add(quiet_home, sea)
    courses.use(quiet_home, "sea")
    with open_session(quiet_home) as session:
        assert (session.course.id, session.course.ids()) == ("sea", ("boats", "ships"))


def test_notebooks__of_another_course_have_a_folder(quiet_home: Home, sea: Path) -> None:
    quiet_home.prepare()
    (quiet_home.workspace / "01-boats.ipynb").write_text("mine")
    courses.add(quiet_home, sea)
    courses.use(quiet_home, "sea")
    folder = quiet_home.workspace / "sea"
    assert [placed.path for placed in place_all(quiet_home).values()] == [
        folder / "01-boats.ipynb",
        folder / "02-ships.ipynb",
    ]
    assert (folder / "pictures" / "ship.svg").exists()
    (folder / "02-ships.ipynb").write_text("")
    (notices,) = [placed.notices for placed in repair_all(quiet_home, "ships")]
    assert "02-ships.ipynb was damaged" in notices[0]
    assert (quiet_home.workspace / "01-boats.ipynb").read_text() == "mine"
    courses.use(quiet_home, "docker-images")
    assert place_all(quiet_home)["images"].path == quiet_home.workspace / "01-images.ipynb"


def test_notebook__of_another_course_is_never_merged(quiet_home: Home, sea: Path) -> None:
    home = Home(quiet_home.path, sea)
    home.prepare()
    path = place_all(home)["boats"].path
    moved = home.workspace / "01-images.ipynb"  # a learner moved it, say
    path.rename(moved)
    before = moved.read_bytes()
    (placed,) = repair_all(quiet_home, "images")
    aside = moved.with_name("01-images.other-course-1.ipynb")
    assert placed.notices == (f"01-images.ipynb belonged to the course `sea`; it is kept as {aside.name}.",)
    assert aside.read_bytes() == before
    assert json.loads(moved.read_text())["metadata"]["dockyard"]["course"] == "docker-images"
    assert repair_all(quiet_home, "images")[0].notices == ()


def test_notebook__without_a_course_is_an_old_one(quiet_home: Home) -> None:
    quiet_home.prepare()
    path = place_all(quiet_home)["images"].path
    notebook = json.loads(path.read_text())
    del notebook["metadata"]["dockyard"]["course"]
    path.with_name(".01-images.generated.ipynb").write_text(json.dumps(notebook))
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["Mine."]})
    path.write_text(json.dumps(notebook))
    (placed,) = repair_all(quiet_home, "images")
    assert placed.notices == ()
    found = json.loads(path.read_text())
    assert found["metadata"]["dockyard"] == {"course": "docker-images", "lesson": "images"}
    assert found["cells"][-1]["source"] == ["Mine."]


def test_authors_commands__take_the_course_that_is_on(dockyard: Dockyard, sea: Path) -> None:
    dockyard("course", "add", sea)
    dockyard("course", "use", "sea")
    assert dockyard("author", "check").stderr == "2 lessons checked: nothing is wrong.\n"
    assert dockyard("author", "build", "ships").stdout == f"{sea}/02-ships.ipynb\n"
    (sea / "course.yaml").write_text(SEA.replace("boats", "boots"))
    checked = dockyard("author", "check")
    assert checked.returncode == 4
    assert "course.yaml:4: there is no file `NN-boots.md` here" in checked.stdout
    assert "2 lessons checked: 1 problem." in checked.stderr
    (sea / "course.yaml").write_text(SEA)
    taken = dockyard("author", "new", "ships")
    assert "There is a lesson `ships` already" in taken.stderr
    created = dockyard("author", "new", "buoys", "--folder", sea)
    assert f"Add `buoys` to the lessons in {sea}/course.yaml." in created.stdout
