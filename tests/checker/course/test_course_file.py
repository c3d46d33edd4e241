"""`course.yaml`: read as written; every problem at its line, all at once."""

from pathlib import Path

import pytest

from checker.course.course import Course
from checker.course.course_file import folder_id
from checker.errors import LessonError, UsageError

DATA = """\
id: small-boats
title: Kleine Boote
language: de-AT
lessons:
  - first
  - second
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course of two lessons; a third file is not part of it. The lessons themselves are not read."""
    folder = tmp_path / "Small Boats!"
    folder.mkdir()
    for name in ("01-first", "02-second", "03-draft"):
        (folder / f"{name}.md").touch()
    (folder / "course.yaml").write_text(DATA)
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(LessonError) as caught:
        Course(folder).ids()
    return caught.value.problems


def test_course__is_read_as_written(folder: Path) -> None:
    course = Course(folder)
    assert (course.id, course.title, course.language) == ("small-boats", "Kleine Boote", "de-AT")
    assert course.is_declared
    assert course.ids() == ("first", "second")
    assert course.files() == (folder / "01-first.md", folder / "02-second.md")
    assert course.file("second") == folder / "02-second.md"
    with pytest.raises(UsageError, match=r"There is no lesson `draft`. There is: first, second"):
        course.file("draft")


def test_course__has_the_order_of_its_list(folder: Path) -> None:
    (folder / "course.yaml").write_text(DATA.replace("- first\n  - second", "- second\n  - draft\n  - first"))
    assert Course(folder).ids() == ("second", "draft", "first")


def test_course__is_read_again_after_a_change(folder: Path) -> None:
    course = Course(folder)
    assert course.title == "Kleine Boote"
    (folder / "course.yaml").write_text(DATA.replace("Kleine", "Winzige"))
    assert course.title == "Winzige Boote"
    (folder / "course.yaml").unlink()
    assert course.ids() == ("first", "second", "draft")
    (folder / "04-more.md").touch()
    assert course.ids() == ("first", "second", "draft", "more")


def test_folder_without_a_file__is_a_course(folder: Path) -> None:
    (folder / "course.yaml").unlink()
    course = Course(folder)
    assert (course.title, course.language, course.is_declared) == ("Small Boats!", "en", False)
    assert course.ids() == ("first", "second", "draft")
    assert course.id == folder_id(folder)
    assert course.id.startswith("small-boats--")


def test_folders_without_a_file__never_share_an_id(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a/lessons", "b/lessons", "c", "ÄÖ", "x" * 50)]
    assert len({Course(each).id for each in folders}) == len(folders)
    for each in folders:
        each.mkdir(parents=True)
        (each / "course.yaml").write_text(DATA.replace("small-boats", folder_id(each)))
        assert any("`-`" in problem for problem in problems(each))  # no file can take such an id
    (tmp_path / "link").symlink_to(folders[0])
    assert folder_id(tmp_path / "link") == folder_id(folders[0])


ERRORS = {
    "no id": ("id: small-boats\n", "", "1: `id` is missing"),
    "id in capitals": ("small-boats", "Boats", "1: a course's id is made of a-z and 0-9"),
    "id that is a path": ("small-boats", "../boats", "1: a course's id is made of a-z and 0-9"),
    "long id": ("small-boats", "b" * 61, "1: a course's id is made of a-z and 0-9"),
    "id that is a number": (
        "small-boats",
        "7",
        "1: `id`: expected text, got a whole number: put it in quotes",
    ),
    "empty title": ("Kleine Boote", '" "', "2: the title is empty"),
    "no language": ("language: de-AT\n", "", "1: `language` is missing"),
    "name of a language": (
        "de-AT",
        "German",
        "3: `German` is not a language code, such as `en`, `de` or `pt-BR`",
    ),
    "unknown key": ("lessons:", "lesson:", "4: unknown key `lesson`; did you mean `lessons`?"),
    "lesson that is not there": (
        "- second",
        "- secnd",
        "6: there is no file `NN-secnd.md` here; did you mean `second`?",
    ),
    "lesson twice": ("- second", "- first", "6: the lesson `first` is listed twice"),
    "no lessons": (
        "lessons:\n  - first\n  - second\n",
        "lessons: []\n",
        "4: a course has at least one lesson",
    ),
    "lesson that is no text": ("- second", "- 2", "6: `lessons`: expected text, got a whole number"),
    "no mapping": (DATA, "- boats", "1: expected a mapping (`key: value`), got a list"),
    "no YAML": ("title: ", "title: [", "3: is not valid YAML"),
    "nothing": (DATA, "", "1: expected a mapping (`key: value`), got nothing"),
}


@pytest.mark.parametrize(("old", "new", "said"), ERRORS.values(), ids=ERRORS.keys())
def test_error__is_told_at_its_line(folder: Path, old: str, new: str, said: str) -> None:
    assert DATA.count(old) == 1
    (folder / "course.yaml").write_text(DATA.replace(old, new))
    found = problems(folder)
    assert any(problem.startswith(f"course.yaml:{said}") for problem in found), found


def test_errors__are_told_all_at_once(folder: Path) -> None:
    (folder / "1-first.md").touch()
    (folder / "course.yaml").write_text("id: X\ntitle: ''\nlanguage: '?'\nlessons: [first, none]\n")
    places = [problem.partition(": ")[0] for problem in problems(folder)]
    assert places == ["1-first.md:1", *(f"course.yaml:{line}" for line in (1, 2, 3, 4))]


def test_file__that_cannot_be_read(folder: Path) -> None:
    (folder / "course.yaml").write_bytes(b"\xff")
    assert problems(folder) == ("course.yaml:1: is not UTF-8 text",)
    (folder / "course.yaml").unlink()
    (folder / "course.yaml").symlink_to("nowhere")
    assert problems(folder) == ("course.yaml:1: cannot be read: No such file or directory",)
