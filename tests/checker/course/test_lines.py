"""One way to divide text into lines, used for all text of lessons."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.course.lines import LineNumbers, split_lines

ROOT = Path(__file__).parents[3]
ODD = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # ends of lines for str.splitlines alone
HANDLE_LESSONS = [
    *sorted((ROOT / "checker" / "course").glob("*.py")),
    *sorted((ROOT / "dockyard" / "author").glob("*.py")),
    *sorted((ROOT / "dockyard" / "author" / "check").glob("*.py")),
    *sorted((ROOT / "dockyard" / "notebooks").glob("*.py")),
    ROOT / "dockyard" / "session" / "demo.py",
]
texts = st.text(st.sampled_from(f"ab \n\r{ODD}"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\nb\n", ["a", "b"]),
        ("a\r\nb\rc\n\rd", ["a", "b", "c", "", "d"]),
        ("a\r\r\n\n", ["a", "", ""]),
        *((f"a{odd}b\n{odd}", [f"a{odd}b", odd]) for odd in ODD),
    ],
)
def test_split_lines(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@given(texts)
def test_split_lines__loses_nothing(text: str) -> None:
    kept = split_lines(text, keep_ends=True)
    assert "".join(kept) == text
    assert [line.rstrip("\r\n") for line in kept] == split_lines(text)


@given(texts)
def test_split_lines__is_splitlines_without_the_odd_characters(text: str) -> None:
    plain = re.sub(f"[{ODD}]", "", text)
    assert split_lines(plain) == plain.splitlines()
    assert split_lines(plain, keep_ends=True) == plain.splitlines(keepends=True)


@given(texts)
def test_line_numbers__agree_with_the_lines(text: str) -> None:
    numbers, position = LineNumbers(text), 0
    for number, line in enumerate(split_lines(text, keep_ends=True), 1):
        assert [numbers.at(position + index) for index in range(len(line))] == [number] * len(line)
        position += len(line)


@pytest.mark.parametrize("source", HANDLE_LESSONS, ids=lambda source: str(source.relative_to(ROOT)))
def test_text_of_lessons__is_never_divided_in_another_way(source: Path) -> None:
    names = [
        node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    ]
    assert [f"line {node.lineno}" for node in names if node.attr == "splitlines"] == []
