"""What the documentation for authors shows is true: its lesson compiles, its checks are checks."""

import re
from pathlib import Path

import pytest
import yaml

from checker.course.check_reader import read_condition
from checker.course.course_file import read_course
from checker.course.lesson_reader import Draft
from checker.course.yaml_source import Source
from dockyard.author.check.compiler import check_lessons
from dockyard.author.check.markdown import text_problems
from dockyard.author.check.page import read_page
from dockyard.author.new import new_lesson

ROOT = Path(__file__).parents[3]
AUTHORS = (ROOT / "docs/authors.md").read_text("utf-8")
CHECKS = [
    check for check in re.findall(r"```yaml\n(check:\n.*?)```", AUTHORS, re.DOTALL) if "weight" not in check
]


@pytest.fixture
def naming(tmp_path: Path) -> Path:
    """The lesson that the walk ends with."""
    (text,), (data,) = (
        re.findall(fence, AUTHORS, re.DOTALL)
        for fence in (r"````markdown\n(.*?)````", r"```yaml\n(# yaml-language.*?)```")
    )
    lesson, source, _ = new_lesson("naming", tmp_path)
    lesson.write_text(text)
    source.write_text(data)
    return lesson


def test_the_walk__compiles(naming: Path) -> None:
    assert check_lessons([naming]).problems == ()


def test_the_walk__says_what_the_compiler_says(naming: Path) -> None:
    data = naming.with_suffix(".yaml")
    data.write_text(data.read_text().replace("is: exited", "is: exitet"))
    (problem,) = check_lessons([naming]).problems
    assert f"\n{problem}\n" in AUTHORS


@pytest.mark.parametrize("written", CHECKS)
def test_checks__can_be_read(written: str) -> None:
    source = Source(Path("check.yaml"))
    assert read_condition(source, (), yaml.safe_load(written)["check"])
    assert source.problems == []


@pytest.mark.parametrize("name", ["docs/authors.md", "docs/vocabulary.md", "CONTRIBUTING.md"])
def test_pages__have_links_that_lead_somewhere(name: str) -> None:
    file = ROOT / name
    text = file.read_text("utf-8")
    assert list(text_problems(Draft(file, Source(file), text), read_page(text))) == []


def test_the_course__can_be_read(tmp_path: Path) -> None:
    (written,) = re.findall(r"```yaml\n(id: .*?)```", AUTHORS, re.DOTALL)
    (tmp_path / "course.yaml").write_text(written)
    for name in ("01-launch.md", "02-repair.md"):
        (tmp_path / name).touch()
    course = read_course(tmp_path)
    assert course.problems == ()
    assert f"dockyard course use {course.id}" in AUTHORS
