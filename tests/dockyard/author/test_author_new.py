"""A new lesson: two files that compile as they stand, and never over anything that is there."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import PATIENCE

from checker.course.course import Course, read_lesson
from checker.errors import UsageError
from dockyard.author.check.compiler import check_lessons
from dockyard.author.new import new_lesson
from dockyard.author.prove.proof import prove


def test_new__compiles(tmp_path: Path) -> None:
    text, data, schema = new_lesson("first-boat", tmp_path)
    assert (text.name, data.name, schema.name) == (
        "01-first-boat.md",
        "01-first-boat.yaml",
        "lesson.schema.json",
    )
    assert read_lesson(text).title == "First boat"
    assert check_lessons([text]).problems == ()


@pytest.mark.engine
def test_new__proves(tmp_path: Path) -> None:
    text = new_lesson("first-boat", tmp_path)[0]
    proof = prove([text], 2, print)
    assert proof.ok, proof.results


def test_new__has_the_next_number(tmp_path: Path) -> None:
    new_lesson("first", tmp_path)
    (tmp_path / "09-ninth.md").write_text("")
    (tmp_path / "10-notes.txt").write_text("")
    assert new_lesson("tenth", tmp_path) == (tmp_path / "10-tenth.md", tmp_path / "10-tenth.yaml")
    assert Course(tmp_path).ids() == ("first", "ninth", "tenth")


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("First Boat", "dockyard author new first-boat"),
        ("boat_1", "dockyard author new boat-1"),
        ("01-boat", "dockyard author new boat"),
        ("../boat", "dockyard author new boat"),
        ("-", None),
        ("", None),
        ("7", None),
    ],
)
def test_new__refuses_what_is_no_name(tmp_path: Path, name: str, mend: str | None) -> None:
    with pytest.raises(UsageError, match="cannot name a lesson") as caught:
        new_lesson(name, tmp_path)
    assert caught.value.next == ((mend,) if mend else ())
    assert list(tmp_path.iterdir()) == []


def test_new__refuses_a_name_that_is_taken(tmp_path: Path) -> None:
    new_lesson("boat", tmp_path)
    with pytest.raises(UsageError, match="There is a lesson `boat` already"):
        new_lesson("boat", tmp_path)
    with pytest.raises(UsageError, match="There is a lesson `images` already"):
        new_lesson("images", tmp_path)


def test_new__overwrites_nothing(tmp_path: Path) -> None:
    mine = tmp_path / "01-boat.yaml"
    mine.write_text("mine")
    with pytest.raises(UsageError, match="nothing is overwritten"):
        new_lesson("boat", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["01-boat.yaml"]
    assert mine.read_text() == "mine"


def test_command__says_what_comes_next(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dockyard.cli.main", "author", "new", "boat", "--folder", "my lessons"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-5:] == [
        "  dockyard author check 'my lessons/01-boat.md'",
        "  dockyard author prove 'my lessons/01-boat.md'",
        "  dockyard author build 'my lessons/01-boat.md'",
        "To try it as a learner does:",
        f"  export DOCKYARD_LESSONS='{tmp_path}/my lessons'; dockyard start boat",
    ]
