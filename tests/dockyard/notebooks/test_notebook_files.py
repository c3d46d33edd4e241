"""A learner's notebook on the disk: brought up to date, mended when damaged, and nothing of it lost."""

import copy
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.course.course import Course, read_lesson
from checker.course.lesson import Lesson
from checker.verdict import Verdict
from dockyard.courses import built_in_folder
from dockyard.home import Home
from dockyard.notebooks.build import build, place, repair
from dockyard.notebooks.format import KEY, by_id, dump, text_of
from dockyard.notebooks.merge import merge, restored
from dockyard.notebooks.recover import read_valid, recovered
from dockyard.session.open import open_session

TEXT = """\
# One

Hello.

![A whale](pictures/a%20whale.svg)

## Why

For a reason.

<!-- step: fetch -->
**Your turn.** Fetch it.

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
WORKED = "!docker pull ubuntu:22.04"
ROLES = ("opening", "how", "setup", "fetch-task", "fetch-work", "fetch-check", "name-it-check", "end")
Notebook = dict[str, Any]


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


@pytest.fixture
def path(lesson: Lesson, quiet_home: Home) -> Path:
    """The learner's notebook, a work cell filled in and a cell added."""
    path = place(lesson, quiet_home).path
    mine = read(path)
    cell(mine, "one-fetch-work")["source"] = [WORKED]
    mine["cells"].insert(4, own("My notes.", "notes"))
    path.write_text(dump(mine))
    return path


def read(path: Path) -> Notebook:
    found: Notebook = json.loads(path.read_text())
    return found


def sources(notebook: Notebook) -> dict[str, str]:
    return {each["id"]: "".join(each["source"]) for each in notebook["cells"]}


def names(notebook: Notebook) -> list[str]:
    return [each["id"] for each in notebook["cells"]]


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in notebook["cells"] if each["id"] == name)
    return found


def own(text: str, name: str = "mine") -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": [text]}


def without(notebook: Notebook, *gone: str) -> Notebook:
    return notebook | {"cells": [each for each in notebook["cells"] if each["id"] not in gone]}


def set_aside(path: Path, number: int = 1) -> Path:
    return path.with_name(f"01-one.damaged-{number}.ipynb")


# Put where the learner works


def test_place__brings_notebook_and_pictures(lesson: Lesson, quiet_home: Home) -> None:
    placed = place(lesson, quiet_home)
    folder = quiet_home.workspace / Course(lesson.path.parent).id
    assert placed.path == folder / "01-one.ipynb"
    assert placed.notices == ()
    assert "(./pictures/a%20whale.svg)" in placed.path.read_text()
    assert (folder / "pictures" / "a whale.svg").read_text() == "<svg/>"
    shown = [each.name for each in folder.iterdir() if not each.name.startswith(".")]
    assert sorted(shown) == ["01-one.ipynb", "pictures"]


def test_place__leaves_a_learners_file_alone(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    mine = read(path)
    mine["cells"].reverse()
    path.write_text(json.dumps(mine))
    before = path.stat()
    assert place(lesson, quiet_home).notices == ()
    assert path.stat() == before


def test_place__does_not_write_what_a_new_edition_leaves_the_same(
    lesson: Lesson, quiet_home: Home, path: Path
) -> None:
    path.write_text(dump(without(read(path), "one-end")))
    new = replace(lesson, text=TEXT.replace("\nBye.\n", "\n"))
    before = path.stat()
    assert place(new, quiet_home).notices == ()
    assert path.stat() == before


def test_place__merges_a_new_edition(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    mine = read(path)
    cell(mine, "one-fetch-task")["source"] = ["My note."]
    path.write_text(dump(mine))
    new = replace(lesson, text=TEXT.replace("Fetch it", "Get it").replace("Bye", "So long"))
    placed = place(new, quiet_home)
    merged = sources(read(path))
    assert merged["one-fetch-work"] == WORKED
    assert merged["one-fetch-task"] == "My note."
    assert merged["one-end"] == "So long."
    assert "one-fetch-task" in placed.notices[0]
    assert place(new, quiet_home).notices == ()


def test_place__brings_back_a_deleted_notebook(lesson: Lesson, quiet_home: Home) -> None:
    path = place(lesson, quiet_home).path
    path.unlink()
    assert place(lesson, quiet_home).path.exists()


def test_place__does_without_its_hidden_base(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    (hidden,) = path.parent.glob(".*.generated.ipynb")
    before = path.read_text()
    for junk in ("", "{", "[]", '{"cells": [{}]}'):
        hidden.write_text(junk)
        place(lesson, quiet_home)
        assert sources(read(path)) == sources(json.loads(before))
        assert read(hidden) == build(lesson, ".")


# Merging


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
    at = names(mine).index("one-fetch-work") + 1
    mine["cells"][at:at] = [own("a", "a"), own("b", "b")]
    new["cells"][1:1] = [own("new", "one-new")]
    found = names(merge(base, mine, new)[0])
    assert found[:3] == ["top", "one-opening", "one-new"]
    at = found.index("one-fetch-work")
    assert found[at + 1 : at + 4] == ["a", "b", "one-fetch-check"]


def test_merge__keeps_the_learners_order_and_else_takes_the_lessons(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    new["cells"].insert(0, new["cells"].pop(names(new).index("one-how")))
    assert names(merge(base, mine, new)[0]) == names(new)
    mine["cells"].insert(1, mine["cells"].pop(names(mine).index("one-end")))
    assert names(merge(base, mine, new)[0]) == names(mine)
    new["cells"].append(own("More.", "one-more"))
    assert names(merge(base, mine, new)[0])[1:3] == ["one-end", "one-more"]


def test_merge__follows_the_lesson_where_a_step_goes(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    cell(mine, "one-fetch-work")["source"] = ["!docker pull ubuntu"]
    new["cells"] = [each for each in new["cells"] if "-fetch-" not in each["id"]]
    found = sources(merge(base, mine, new)[0])
    assert found["one-fetch-work"] == "!docker pull ubuntu"
    assert "one-fetch-check" not in found


def test_merge__leaves_out_what_the_learner_took_out(lesson: Lesson) -> None:
    base = build(lesson)
    new = copy.deepcopy(base)
    cell(new, "one-end")["source"] = ["New."]
    found = sources(merge(base, without(base, "one-how", "one-end"), new)[0])
    assert "one-how" not in found
    assert found["one-end"] == "New."  # it is new text


def test_merge__copes_with_lost_and_doubled_ids(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    for each in mine["cells"]:
        del each["id"]
    mine["cells"] += [copy.deepcopy(mine["cells"][-1]), {"cell_type": "code", "metadata": {}, "source": "1"}]
    cell(new, "one-opening")["source"] = ["# Two"]
    merged, _ = merge(base, mine, new)
    assert names(merged) == [*names(new), "own-2", "own-3"]
    assert cell(merged, "one-opening")["source"] == ["# Two"]


def test_merge__knows_a_cell_that_was_cut_and_pasted(lesson: Lesson) -> None:
    base = build(lesson)
    mine, new = copy.deepcopy(base), copy.deepcopy(base)
    moved = cell(mine, "one-end") | {"id": "1a2b3c4d"}
    mine = without(mine, "one-end")
    mine["cells"].insert(0, moved)
    cell(new, "one-end")["source"] = ["New."]
    merged = merge(base, mine, new)[0]
    assert names(merged)[0] == "one-end"
    assert sources(merged)["one-end"] == "New."


def test_merge__unlocks_a_copy_of_a_locked_cell(lesson: Lesson) -> None:
    """JupyterLab gives a copy another id, and all the rest."""
    base = build(lesson)
    mine = copy.deepcopy(base)
    mine["cells"].append(cell(mine, "one-fetch-check") | {"id": "1a2b3c4d"})
    merged = merge(base, mine, base)[0]
    assert cell(merged, "1a2b3c4d")["metadata"] == {}
    assert cell(merged, "one-fetch-check") == cell(base, "one-fetch-check")


def test_merge__without_a_base_takes_nothing_away(lesson: Lesson) -> None:
    new = build(lesson)
    mine = copy.deepcopy(new)
    cell(mine, "one-end")["source"] = ["Mine."]
    del mine["cells"][1]
    merged, kept = merge({"cells": [], "metadata": {}}, mine, new)
    assert sources(merged) == sources(new) | {"one-end": "Mine."}
    assert kept == ("one-end",)


COURSE = Course(built_in_folder())
BASE = build(COURSE.lesson(COURSE.ids()[0]))
BASE["cells"] = BASE["cells"][:11]  # two steps
texts = st.text("ab \n`%é\U0001f40b", max_size=6)


@st.composite
def editions(draw: st.DrawFn) -> Notebook:
    """The lesson after its author has worked on it."""
    cells = [
        each | {"source": [draw(texts)]} if draw(st.integers(0, 4)) == 0 else each
        for each in BASE["cells"]
        if draw(st.integers(0, 9))
    ]
    cells += [own(draw(texts), f"new-{n}") for n in range(draw(st.integers(0, 2)))]
    return BASE | {"cells": draw(st.permutations(cells)) if draw(st.booleans()) else cells}


@st.composite
def learners(draw: st.DrawFn) -> Notebook:
    """The notebook after its learner has worked on it, also with tools that lose and double ids."""
    cells = []
    for each in BASE["cells"]:
        for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2]))):
            made = {**each, "source": [draw(texts)]} if draw(st.booleans()) else dict(each)
            name = draw(st.sampled_from([each["id"]] * 4 + [None, "1a2b"]))
            cells.append({k: v for k, v in made.items() if k != "id"} | ({"id": name} if name else {}))
        if draw(st.booleans()):
            cells.append(own(draw(texts), draw(st.sampled_from(["mine", "yours", each["id"]]))))
    return BASE | {"cells": draw(st.permutations(cells)) if draw(st.booleans()) else cells}


def untouched() -> set[str]:
    return {text_of(each) for each in BASE["cells"]}


@given(learners(), editions())
def test_merge__loses_nothing_of_the_learners(mine: Notebook, new: Notebook) -> None:
    merged, _ = merge(BASE, mine, new)
    found = [text_of(each) for each in merged["cells"]]
    theirs = [text_of(each) for each in mine["cells"] if text_of(each) not in untouched()]
    assert all(found.count(text) >= theirs.count(text) for text in theirs)
    assert len(set(names(merged))) == len(merged["cells"])


@given(learners(), editions())
def test_merge__done_twice_changes_nothing(mine: Notebook, new: Notebook) -> None:
    merged, _ = merge(BASE, mine, new)
    assert merge(new, merged, new) == (merged, ())


@given(learners())
def test_merge__with_no_new_edition_keeps_every_cell_in_order(mine: Notebook) -> None:
    merged, kept = merge(BASE, mine, BASE)
    assert kept == ()
    assert [text_of(each) for each in merged["cells"]] == [text_of(each) for each in mine["cells"]]


@given(learners())
def test_restored__has_all_of_the_lesson_and_all_of_the_learners(mine: Notebook) -> None:
    found, back = restored(mine, BASE)
    assert set(names(BASE)) <= set(names(found))
    assert all(cell(found, f"{n}")["source"] == cell(BASE, n)["source"] for n in names(BASE) if "check" in n)
    texts_found = {text_of(each) for each in found["cells"]}
    assert {text_of(each) for each in mine["cells"]} <= texts_found
    assert restored(found, BASE) == (found, ())
    assert set(back) <= set(names(BASE))


# Damage


def truncated(text: str) -> str:
    return text[: text.index("one-name-it-check")]


def conflict_of_cells(text: str) -> str:
    """Git could not merge a line: the learner's here, another one there."""
    line = next(line for line in text.splitlines(keepends=True) if WORKED in line)
    other = line.replace("22.04", "latest")
    return text.replace(line, f"<<<<<<< HEAD\n{line}||||||| base\n=======\n{other}>>>>>>> other\n")


def without_ids(text: str) -> str:
    notebook = json.loads(text)
    for each in notebook["cells"]:
        del each["id"]
    return json.dumps(notebook | {"nbformat_minor": 4})


def with_one_id(text: str) -> str:
    notebook = json.loads(text)
    for each in notebook["cells"]:
        each["id"] = "same"
    return json.dumps(notebook)


def in_nbformat_3(text: str) -> str:
    cells = []
    for each in json.loads(text)["cells"]:
        made = {"cell_type": each["cell_type"], "metadata": each["metadata"]}
        key = "input" if each["cell_type"] == "code" else "source"
        cells.append(made | {key: each["source"]})
    cells.append({"cell_type": "heading", "level": 1, "metadata": {}, "source": "Old"})
    return json.dumps({"worksheets": [{"cells": cells, "metadata": {}}], "nbformat": 3, "nbformat_minor": 0})


def of_odd_cells(text: str) -> str:
    notebook = json.loads(text)
    for n, odd in enumerate(
        [{"outputs": 1}, {"metadata": None}, {"id": "not an id"}, {"execution_count": "x"}]
    ):
        notebook["cells"][n] |= odd
    notebook["cells"] += [1, {"cell_type": "pie", "source": "3.14"}, {"cell_type": "code", "source": [1]}]
    return json.dumps(notebook)


def in_utf_16(text: str) -> bytes:
    return text.encode("utf-16")


def with_a_mark(text: str) -> bytes:
    return text.encode("utf-8-sig")


def with_broken_letters(text: str) -> bytes:
    return text.replace("Bye", "B\udcffye").encode("utf-8", "surrogateescape")


DAMAGES = [
    *(truncated, conflict_of_cells, without_ids, with_one_id, in_nbformat_3, of_odd_cells),
    *(in_utf_16, with_a_mark, with_broken_letters),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_repair__keeps_what_can_be_read_and_brings_back_the_rest(
    damage: Any, lesson: Lesson, quiet_home: Home, path: Path
) -> None:
    damaged = damage(path.read_text())
    damaged = damaged if isinstance(damaged, bytes) else damaged.encode()
    path.write_bytes(damaged)
    said = repair(lesson, quiet_home).notices
    found = read(path)
    assert WORKED in "\n".join(sources(found).values())
    assert "My notes." in sources(found).values()
    assert [name for name in names(found) if name in names(build(lesson))] == names(build(lesson))
    assert cell(found, "one-fetch-check") == cell(build(lesson), "one-fetch-check")
    assert set_aside(path).read_bytes() == damaged
    assert set_aside(path).name in said[0]
    before = path.stat()
    assert repair(lesson, quiet_home).notices == ()
    assert path.stat() == before


def test_repair__gives_valid_notebooks(lesson: Lesson, quiet_home: Home, path: Path, tmp_path: Path) -> None:
    mended, text = [], path.read_text()
    for number, damage in enumerate(DAMAGES):
        damaged = damage(text)
        path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
        repair(lesson, quiet_home)
        mended.append(path.rename(tmp_path / f"{number}.ipynb"))
    assert problems_of(*mended) == ""


def problems_of(*paths: Path) -> str:
    """What nbformat complains about, in a process of its own: it warns of things that are not ours."""
    code = """
import sys, warnings
sys.modules["rfc3987_syntax"] = None  # costs a second, and is of no use
import nbformat
warnings.simplefilter("error")
for path in sys.argv[1:]:
    nbformat.validate(nbformat.read(path, as_version=4))
"""
    done = subprocess.run([sys.executable, "-c", code, *map(str, paths)], capture_output=True, text=True)
    return done.stderr


def test_repair__shows_both_sides_of_a_conflict(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    path.write_text(conflict_of_cells(path.read_text()))
    repair(lesson, quiet_home)
    found = sources(read(path))
    at = names(read(path)).index("one-fetch-work")
    assert list(found.values())[at : at + 2] == [WORKED, WORKED.replace("22.04", "latest")]


def test_repair__brings_back_deleted_cells(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    path.write_text(dump(without(read(path), "one-fetch-check", "one-setup", "one-name-it-task")))
    assert place(lesson, quiet_home).notices == ()  # taking cells out is a learner's right
    said = repair(lesson, quiet_home).notices
    assert "one-setup, one-fetch-check, one-name-it-task" in said[0]
    for name in ("one-fetch-check", "one-setup", "one-name-it-task"):
        assert cell(read(path), name) == cell(build(lesson, "."), name)
    assert sources(read(path))["one-fetch-work"] == WORKED


def test_repair__brings_back_a_locked_cell_that_was_changed(
    lesson: Lesson, quiet_home: Home, path: Path
) -> None:
    mine = read(path)
    cell(mine, "one-fetch-check")["source"] = ["print('passed')"]
    path.write_text(dump(mine))
    repair(lesson, quiet_home)
    found = read(path)
    assert cell(found, "one-fetch-check") == cell(build(lesson), "one-fetch-check")
    assert sources(found)["one-fetch-check-2"] == "print('passed')"
    assert cell(found, "one-fetch-check-2")["metadata"] == {}


@pytest.mark.parametrize(
    "junk",
    [b"", b"\n", b"<<<<<<< mine", b"[]", b"{}", b"null", b"\x00\xff\xfe{" * 99, b"{" * 9999, b"1" * 9999],
)
def test_place__sets_junk_aside(junk: bytes, lesson: Lesson, quiet_home: Home, path: Path) -> None:
    for number in (1, 2):
        path.write_bytes(junk)
        said = place(lesson, quiet_home).notices[0]
        assert "Nothing in it could be read" in said
        assert set_aside(path, number).name in said
        assert set_aside(path, number).read_bytes() == junk
        assert read(path) == build(lesson, ".")


def test_place__copes_with_a_folder_and_a_dangling_link(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()
    place(lesson, quiet_home)
    assert read(path) == build(lesson, ".")
    assert (set_aside(path) / "file").exists()
    path.unlink()
    path.symlink_to("nowhere")
    place(lesson, quiet_home)
    assert read(path) == build(lesson, ".")
    assert set_aside(path, 2).is_symlink()


def test_repair__copes_with_a_read_only_file(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    path.write_text(truncated(path.read_text()))
    path.chmod(0o444)
    repair(lesson, quiet_home)
    assert WORKED in sources(read(path)).values()
    assert path.stat().st_mode & 0o200  # JupyterLab can save it
    assert set_aside(path).stat().st_mode & 0o777 == 0o444


def test_repair__keeps_half_a_surrogate_pair(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    path.write_text(without_ids(path.read_text()).replace("My notes.", "\\ud800"))
    repair(lesson, quiet_home)
    assert "\ud800" in sources(read(path)).values()


def test_repair__costs_no_progress(lesson: Lesson, quiet_home: Home, path: Path) -> None:
    first = COURSE.lesson(COURSE.ids()[0])
    with open_session(quiet_home) as session:
        run = session.journal.begin(session.course.id, first.id, time.time_ns())
        passed = {first.steps[0].id: Verdict.passed("Seen.")}
        state = session.journal.state(run).with_verdicts(passed, {first.steps[0].id: ""}, "now")
        before = session.journal.store(state).achieved
    for junk in ("", truncated(path.read_text())):
        path.write_text(junk)
        repair(lesson, quiet_home)
    with open_session(quiet_home) as session:
        assert session.journal.state(run).achieved == before
        assert session.journal.active() == run


def test_command__mends_one_or_all(quiet_home: Home) -> None:
    def dockyard(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dockyard.cli.main", "notebook", "repair", *words]
        env = os.environ | {"DOCKYARD_HOME": str(quiet_home.path)}
        return subprocess.run(command, env=env, capture_output=True, text=True)

    first = COURSE.ids()[0]
    assert dockyard(first).returncode == 0
    (made,) = quiet_home.workspace.glob("[0-9]*.ipynb")
    made.write_text("")
    done = dockyard()
    assert f"{made.name} was damaged" in done.stdout
    assert done.stdout.count("is as it should be") == len(COURSE.ids()) - 1
    assert read(made) == build(COURSE.lesson(first), ".")
    unknown = dockyard("knots")
    assert unknown.returncode == 2
    assert "There is no lesson `knots`" in unknown.stderr


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
odd_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "pie"]) | json_values},
    optional={
        **dict.fromkeys(("id", "metadata", "source", "input", "outputs", "execution_count"), json_values),
        "attachments": json_values,
    },
)


@given(st.lists(odd_cells | json_values, max_size=5), st.integers(0, 400))
def test_recovered__is_always_whole(cells: list[Any], length: int) -> None:
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})
    for data in (text.encode(), text[:length].encode()):
        found = restored(recovered(data), BASE)[0]
        assert read_valid(dump(found).encode()) == found
        assert set(by_id(BASE)) <= set(by_id(found))


@given(st.binary(max_size=200))
def test_recovered__takes_any_bytes(data: bytes) -> None:
    assert recovered(data)["cells"] == []
    assert read_valid(data) is None


@pytest.mark.parametrize("name", COURSE.ids())
def test_recovered__reads_the_course_whole_and_cut_anywhere(name: str) -> None:
    notebook = build(COURSE.lesson(name))
    data = dump(notebook).encode()
    assert read_valid(data) == notebook
    assert recovered(data)["cells"] == notebook["cells"]
    for length in range(0, len(data), 997):
        found = recovered(data[:length])["cells"]
        assert found == notebook["cells"][: len(found)]
        whole_cells = data[:length].count(f'"{KEY}"'.encode()) - 2  # one may be cut, one is the notebook's
        assert len(found) >= whole_cells
