"""Notebooks from lessons, and what becomes of a learner's copy when the lesson changes."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.course import Course, read_lesson
from checker.errors import LessonError
from checker.lesson import Lesson
from dockyard.course_files import course_folder
from dockyard.home import Home
from dockyard.notebooks import build, dump, file_name, place, solved, write_all
from dockyard.notebooks.merge import merge

COURSE = Course(course_folder())
TEXT = """\
# One

Hello.

## Why

> [!WARNING]
> Mind the gap.

![A whale](pictures/a%20whale.svg) and <img alt="" src="pictures/a%20whale.svg">
See [the next](02-two.md#why), [elsewhere](https://example.org/02-two.md).

```sh
echo '![no](pictures/none.svg) [!NOTE]'
```

<!-- step: fetch -->
**Your turn.** Fetch it.

> [!TIP]
> Think.

Well done.

<!-- step: name-it -->
Name it.

Bye.
"""
YAML = """
title: One
minutes: 1
steps:
  fetch:
    check: {image: ubuntu, is: present}
    hints: [Think.]
    solution: docker pull ubuntu
  name-it:
    check: {answer: image-that-ran, of: hello-world}
    hints: [Look.]
    solution: dockyard answer name-it "$(docker images --quiet hello-world)"
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    folder = tmp_path / "lessons"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "a whale.svg").write_text("<svg/>")
    (folder / "01-one.md").write_text(TEXT)
    (folder / "01-one.yaml").write_text(YAML)
    return read_lesson(folder / "01-one.md")


@pytest.fixture
def quiet_home(tmp_path: Path) -> Home:
    """A home with no engine."""
    return Home(tmp_path / "home")


def sources(notebook: dict[str, Any]) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in notebook["cells"] if each["id"] == name)
    return found


def own(text: str, name: str = "mine") -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": [text]}


def test_build__has_its_cells_in_order(lesson: Lesson) -> None:
    made = sources(build(lesson))
    assert [name.removeprefix("one-") for name in made] == [
        *("opening", "how", "setup"),
        *("fetch-prose", "fetch-task", "fetch-work", "fetch-check"),
        *("name-it-prose", "name-it-task", "name-it-work", "name-it-check"),
        "end",
    ]
    assert made["one-opening"] == "# One\n\nHello."
    assert made["one-setup"] == "%load_ext checker"
    assert made["one-fetch-task"].startswith("**Your turn.** Fetch it.")
    assert "Think." in made["one-fetch-task"]
    assert made["one-fetch-check"] == "%check fetch"
    assert made["one-name-it-prose"] == "Well done."
    assert "# %answer name-it your answer" in made["one-name-it-work"]
    assert made["one-end"] == "Bye."
    assert "<!--" not in "".join(made.values())


def test_build__marks_its_cells(lesson: Lesson) -> None:
    check = cell(build(lesson), "one-fetch-check")
    assert check["metadata"] == {
        "deletable": False,
        "editable": False,
        "dockyard": {"lesson": "one", "role": "check", "step": "fetch"},
    }


def test_build__reads_well_where_alerts_are_unknown(lesson: Lesson) -> None:
    prose = sources(build(lesson))["one-fetch-prose"]
    assert "> **Warning**\n>\n> Mind the gap." in prose
    assert "[!NOTE]" in prose  # code stays as it is


def test_build__leads_to_pictures_and_lessons(lesson: Lesson) -> None:
    prose = sources(build(lesson))["one-fetch-prose"]
    assert "![A whale](../lessons/pictures/a%20whale.svg)" in prose
    assert 'src="../lessons/pictures/a%20whale.svg"' in prose
    assert "(02-two.ipynb#why)" in prose
    assert "(https://example.org/02-two.md)" in prose
    assert "![no](pictures/none.svg)" in prose


@pytest.mark.parametrize("wrong", ["gone.svg", "../secret.svg"])
def test_build__refuses_a_picture_that_is_not_there(wrong: str, lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").touch()
    with pytest.raises(LessonError, match=r"01-one\.md: there is no picture"):
        build(replace(lesson, text=TEXT.replace("pictures/a%20whale.svg", wrong)))


def test_build__keeps_ids_short_and_distinct(lesson: Lesson) -> None:
    first, second = lesson.steps
    steps = (replace(first, id="x" * 80 + "a"), replace(second, id="x" * 80 + "b"))
    names = [each["id"] for each in build(replace(lesson, steps=steps))["cells"]]
    assert max(map(len, names)) <= 64
    assert len(set(names)) == len(names)


def test_solved__runs_the_solutions_strictly(lesson: Lesson) -> None:
    made = sources(solved(build(lesson), lesson))
    assert made["one-fetch-work"] == "%%bash -e\ndocker pull ubuntu"
    assert made["one-fetch-check"] == "%check --strict fetch"


def test_import__is_light() -> None:
    code = "import sys, dockyard.notebooks; print('nbformat' in sys.modules, 'IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", COURSE.ids())
def test_course__is_committed_as_it_is_generated(name: str) -> None:
    lesson = COURSE.lesson(name)
    committed = course_folder("notebooks") / file_name(lesson)
    assert committed.read_text() == dump(build(lesson)), "run: python -m dockyard.notebooks"


def test_course__has_no_other_notebooks(tmp_path: Path) -> None:
    written = {file.name for file in write_all(COURSE, tmp_path)}
    assert {file.name for file in course_folder("notebooks").glob("*.ipynb")} == written


def test_course__is_valid_and_survives_a_run_with_nothing_done(tmp_path: Path) -> None:
    """In a process of its own: Jupyter's libraries warn of things that are not ours."""
    code = """
import sys, nbformat
from nbclient import NotebookClient
for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=60).execute()
    checks = [c for c in notebook.cells if c.source.startswith("%check")]
    print(len(checks), sum("cannot tell" in c.outputs[0].data["text/html"] for c in checks))
"""
    files = [str(file) for file in write_all(COURSE, tmp_path / "notebooks")]
    env = os.environ | {
        "CHECKER_LESSONS": str(COURSE.folder),
        "CHECKER_STRICT": "",
        "DOCKER_HOST": f"unix://{tmp_path}/no.sock",
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *files], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    counts = [len(lesson.steps) for lesson in COURSE.lessons()]
    assert done.stdout.splitlines() == [f"{count} {count}" for count in counts]


def test_place__brings_notebook_and_pictures(lesson: Lesson, quiet_home: Home) -> None:
    placed = place(lesson, quiet_home)
    assert placed.path == quiet_home.workspace / "01-one.ipynb"
    assert placed.notices == ()
    assert "(./pictures/a%20whale.svg)" in placed.path.read_text()
    assert (quiet_home.workspace / "pictures" / "a whale.svg").read_text() == "<svg/>"
    shown = [each.name for each in quiet_home.workspace.iterdir() if not each.name.startswith(".")]
    assert sorted(shown) == ["01-one.ipynb", "pictures"]


def test_place__leaves_a_learners_file_alone(lesson: Lesson, quiet_home: Home) -> None:
    path = place(lesson, quiet_home).path
    mine = json.loads(path.read_text())
    mine["cells"].reverse()
    path.write_text(json.dumps(mine))
    before = path.stat()
    assert place(lesson, quiet_home).notices == ()
    assert path.stat() == before


def test_place__merges_a_new_edition(lesson: Lesson, quiet_home: Home) -> None:
    path = place(lesson, quiet_home).path
    mine = json.loads(path.read_text())
    cell(mine, "one-fetch-work")["source"] = ["!docker pull ubuntu"]
    cell(mine, "one-fetch-task")["source"] = ["My note."]
    path.write_text(dump(mine))
    placed = place(
        replace(lesson, text=TEXT.replace("Fetch it", "Get it").replace("Bye", "So long")), quiet_home
    )
    merged = sources(json.loads(path.read_text()))
    assert merged["one-fetch-work"] == "!docker pull ubuntu"
    assert merged["one-fetch-task"] == "My note."
    assert merged["one-end"] == "So long."
    assert "one-fetch-task" in placed.notices[0]


@pytest.mark.parametrize(
    "mangled", ["", "<<<<<<< mine", "[]", "{}", '{"cells": [1]}', '{"cells": [{"source": 1}]}', "\x00"]
)
def test_place__sets_a_mangled_notebook_aside(mangled: str, lesson: Lesson, quiet_home: Home) -> None:
    path = place(lesson, quiet_home).path
    for number in (1, 2):
        path.write_text(mangled)
        assert f"01-one.damaged-{number}.ipynb" in place(lesson, quiet_home).notices[0]
        assert path.with_name(f"01-one.damaged-{number}.ipynb").read_text() == mangled
        assert json.loads(path.read_text()) == build(lesson, ".")


def test_place__brings_back_a_deleted_notebook(lesson: Lesson, quiet_home: Home) -> None:
    path = place(lesson, quiet_home).path
    path.unlink()
    assert place(lesson, quiet_home).path.exists()


def test_merge__keeps_outputs_of_what_did_not_change(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    cell(mine, "one-setup")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    cell(new, "one-end")["source"] = ["New."]
    merged, kept = merge(base, mine, new)
    assert cell(merged, "one-setup")["outputs"]
    assert cell(merged, "one-end")["source"] == ["New."]
    assert kept == ()


def test_merge__keeps_own_cells_at_their_neighbour(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    mine["cells"][0:0] = [own("top", "top")]
    at = [each["id"] for each in mine["cells"]].index("one-fetch-work") + 1
    mine["cells"][at:at] = [own("a", "a"), own("b", "b")]
    new["cells"][1:1] = [own("new", "one-new")]
    names = [each["id"] for each in merge(base, mine, new)[0]["cells"]]
    assert names[:3] == ["top", "one-opening", "one-new"]
    at = names.index("one-fetch-work")
    assert names[at + 1 : at + 4] == ["a", "b", "one-fetch-check"]


def test_merge__follows_the_lesson_where_a_step_goes(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    cell(mine, "one-fetch-work")["source"] = ["!docker pull ubuntu"]
    new["cells"] = [each for each in new["cells"] if "-fetch-" not in each["id"]]
    names = sources(merge(base, mine, new)[0])
    assert names["one-fetch-work"] == "!docker pull ubuntu"
    assert "one-fetch-check" not in names


def test_merge__leaves_out_what_the_learner_took_out(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    mine["cells"] = [each for each in mine["cells"] if each["id"] not in ("one-how", "one-end")]
    cell(new, "one-end")["source"] = ["New."]
    names = sources(merge(base, mine, new)[0])
    assert "one-how" not in names
    assert names["one-end"] == "New."  # it is new text


def test_merge__copes_with_lost_and_doubled_ids(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    for each in mine["cells"]:
        del each["id"]
    mine["cells"] += [copy.deepcopy(mine["cells"][-1]), {"cell_type": "code", "metadata": {}, "source": "1"}]
    cell(new, "one-opening")["source"] = ["# Two"]
    merged, _ = merge(base, mine, new)
    names = [each["id"] for each in merged["cells"]]
    assert names == [*sources(new), "one-end-2", "own-2"]
    assert cell(merged, "one-opening")["source"] == ["# Two"]


def test_merge__without_a_base_takes_nothing_away(lesson: Lesson) -> None:
    new = build(lesson)
    mine = copy.deepcopy(new)
    cell(mine, "one-end")["source"] = ["Mine."]
    del mine["cells"][1]
    merged, kept = merge({"cells": []}, mine, new)
    assert sources(merged) == sources(new) | {"one-end": "Mine."}
    assert kept == ("one-end",)
