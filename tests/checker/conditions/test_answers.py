"""Typed answers: what no answer can do, and the questions that cannot be asked."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import World, condition, hex_id, step

from checker.conditions.vocabulary import SUBJECTS
from checker.course.course import read_lesson
from checker.errors import LessonError
from checker.judge import judge
from checker.reference import ImageReference
from checker.verdict import Outcome, Verdict

WEB = f"localhost:5000/ada/web:1.0@sha256:{hex_id('web')}"
QUESTIONS: list[dict[str, Any]] = [
    *({"answer": kind, "of": "ubuntu"} for kind in ("layers", "image-that-ran", "container-using")),
    *({"answer": kind, "of": "ubuntu"} for kind in ("id", "digest", "other-name")),
    {"answer": "part", "of": WEB, "part": "tag"},
    {"answer": "part", "of": WEB, "part": "digest"},
    {"answer": "part", "of": "ubuntu", "part": "full-name"},
    {"answer": "invalid-one", "of": ["ubuntu", "Ubuntu"]},
]
NOW = ("u1 = ubuntu box:1 @ubuntu!d1", "b1 = busybox", "calm ubuntu u1 running")
HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "one\ntwo\rthree",
    "\u202egnp.exe\udcff",
    "<script>alert(1)</script>",
    "`; docker rmi --force ubuntu; `",
    "[here](javascript:alert(1)) ![x](y)",
    "../../containers/json",
    "x" * 100_000,
    "a" * 100_000 + ".org/web",
    "sha256:" + "a" * 100_000,
    "`" * 100_000 + "x",
    "0" * 100_000,
    "9" * 100_000,
]


def told(question: dict[str, Any], answer: str) -> Verdict:
    check = condition(question)
    world = World(now=NOW, events=("start calm ubuntu",), answer=answer)
    return judge(step(check), world.facts(check))


def test_questions__are_all_of_them() -> None:
    asked = {question["answer"] for question in QUESTIONS}
    assert asked == {kind.__struct_config__.tag for kind in SUBJECTS["answer"]}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: " ".join(map(str, question.values())))
@pytest.mark.parametrize("answer", HOSTILE, ids=lambda answer: ascii(answer)[1:25])
def test_hostile_answer__is_refused_and_harmless(question: dict[str, Any], answer: str) -> None:
    verdict = told(question, answer)
    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.message.isprintable()
    assert len(verdict.message) < 1000
    assert verdict.message.count("`") % 2 == 0
    assert not any("rmi" in command for command in verdict.next)


@given(st.sampled_from(QUESTIONS), st.text() | st.text("`'\" /:@0123456789abcdef"))
def test_any_answer__has_a_verdict(question: dict[str, Any], answer: str) -> None:
    verdict = told(question, answer)
    assert verdict.outcome in (Outcome.PASSED, Outcome.NOT_YET)
    assert verdict.message.isprintable()
    assert len(verdict.message) < 1000


image_names = st.from_regex(
    r"((docker\.io|ghcr\.io|localhost:5000|\[::1\]:80)/)?([a-z]{1,3}/){0,2}[a-z]{1,3}(:[a-z0-9]{1,3})?"
    r"(@sha256:[0-9a-f]{64})?",
    fullmatch=True,
)


@given(image_names)
def test_parts__put_together_are_the_reference(text: str) -> None:
    """What passes for the parts, joined by their signs, is the full name."""
    full = ImageReference.parse(text).with_default_tag()
    namespace, _, name = full.path.rpartition("/")
    parts = {"host": full.domain, "namespace": namespace or "none", "name": name, "tag": full.tag or "none"}
    parts |= {"digest": full.digest or "none", "full-name": str(full), "repository": full.repository}
    for part, value in parts.items():
        question = {"answer": "part", "of": text, "part": part}
        assert told(question, value).outcome is Outcome.PASSED
        assert told(question, f"{value}x").outcome is Outcome.NOT_YET


@given(st.integers(4, 64))
def test_id__is_right_at_any_length_that_means_it(length: int) -> None:
    question = {"answer": "id", "of": "ubuntu"}
    assert told(question, hex_id("u1")[:length]).outcome is Outcome.PASSED
    assert told(question, hex_id("b1")[:length]).reason == "answer-other-image"


# What an author cannot ask

LESSON = """\
title: Boats
minutes: 5
steps:
  name-it:
    check: {CHECK}
    hints: [Think.]
    solution: dockyard answer name-it boat
"""


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("answer: id, of: Ubuntu", "must be lower case"),
        ("answer: digest, of: 'ubuntu:'", "is missing"),
        ("answer: other-name, of: -boat", "cannot begin with"),
        ("answer: part, of: ada/Web, part: tag", "must be lower case"),
        ("answer: part, of: ubuntu, part: port", "port"),
        ("answer: part, of: ubuntu", "part"),
        ("answer: invalid-one, of: [ubuntu, ada/web]", "here it is none"),
        ("answer: invalid-one, of: [Ubuntu, Web, ada/web]", "here it is `Ubuntu` and `Web`"),
        ("answer: invalid-one, of: [Ubuntu]", "one of several"),
        ("answer: invalid-one, of: Ubuntu", "list"),
        ("answer: nothing, of: ubuntu", "nothing"),
    ],
)
def test_question__that_makes_no_sense(tmp_path: Path, check: str, says: str) -> None:
    file = tmp_path / "01-boats.md"
    file.write_text("# Boats\n\n<!-- step: name-it -->\n\nName it.\n")
    file.with_suffix(".yaml").write_text(LESSON.replace("CHECK", check))
    with pytest.raises(LessonError) as caught:
        read_lesson(file)
    (problem,) = caught.value.problems
    assert re.match(r"01-boats\.yaml:5: ", problem)
    assert says in problem
