"""The scan for steps agrees with a real Markdown parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.course.course import Course
from checker.course.markers import MARKER, find_markers
from dockyard.courses import built_in_folder

LESSONS = Course(built_in_folder()).lessons()
APART = [
    "<!-- step: one -->",
    "<!-- step: two -->",
    "",
    "A task\nin two lines.",
    "# A heading",
    "```sh",
    "```",
    "~~~~",
    "    code",
    "Words `<!-- step: no -->` in code.",
]
ODD = "\v\f\x1c\x1d\x1e\x85\u2028\u2029\u00a0"  # for Markdown neither an end of a line nor a blank
HOLDING = ["- an item", "1. first", "> quoted", "<details>"]  # what follows may belong to them


def by_parser(text: str) -> list[tuple[int, str, str]]:
    tokens = MarkdownIt("commonmark").parse(text)
    found = []
    for place, token in enumerate(tokens):
        marker = MARKER.fullmatch(token.content.rstrip("\n")) if token.type == "html_block" else None
        if marker and tokens[place + 1 : place + 2] and tokens[place + 1].type == "paragraph_open":
            assert token.map
            task = " ".join(line.strip(" \t") for line in tokens[place + 2].content.split("\n")).strip()
            found.append((token.map[0] + 1, marker["id"], task))
    return [each for each in found if each[2]]


def by_scan(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.id, each.task) for each in find_markers(text) if not each.problem]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_lessons__scan_and_parser_find_the_same_steps(lesson) -> None:
    found = by_scan(lesson.text)
    assert found == by_parser(lesson.text)
    assert [step for _, step, _ in found] == [step.id for step in lesson.steps]


@given(st.lists(st.sampled_from(APART)))
def test_scan__agrees_with_the_parser(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)
    assert by_scan(text) == by_parser(text)


@given(
    st.lists(st.sampled_from(APART) | st.text(ODD, max_size=2)),
    st.sampled_from(["\n\n", "\r\n\r\n", "\r\r"]),
    st.data(),
)
def test_scan__agrees_with_the_parser_about_odd_characters(
    blocks: list[str], gap: str, data: st.DataObject
) -> None:
    """They stand between blocks, in words, in blank lines, and beside the markers."""
    text = gap.join(blocks)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.sampled_from(ODD)) + text[place:]
    assert by_scan(text) == by_parser(text)


@pytest.mark.parametrize("odd", ODD)
def test_scan__counts_lines_as_editors_do(odd: str) -> None:
    text = f"# Title\n\nWords{odd}more words.\n\n<!-- step: one -->\nThe{odd}task.\n"
    assert by_scan(text) == by_parser(text) == [(5, "one", f"The{odd}task.")]


@given(st.lists(st.sampled_from(APART + HOLDING)))
def test_scan__never_takes_an_example_for_a_step(blocks: list[str]) -> None:
    text = "```\n" + "\n".join(block for block in blocks if "`" not in block) + "\n```"
    assert by_scan(text) == []
