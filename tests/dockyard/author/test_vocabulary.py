"""What is made from the code of the conditions: the page about them, the schema, the reasons they give."""

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from checker.conditions.base import Condition, Goal
from checker.conditions.reasons import Reason, declared, id_of, meaning_of
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS
from checker.course.check_reader import read_condition
from checker.course.yaml_source import Source
from dockyard.author.new import new_lesson
from dockyard.author.reference.reasons import reasons_of
from dockyard.author.reference.schema import schema_text
from dockyard.author.reference.vocabulary import vocabulary
from dockyard.courses import built_in_folder

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads(schema_text())
KINDS = [(subject, kind) for subject, kinds in SUBJECTS.items() for kind in kinds]
NAMES = [f"{subject}-{kind.__struct_config__.tag}" for subject, kind in KINDS]
CASES: list[dict[str, Any]] = [
    case
    for file in sorted((ROOT / "tests/data/judge").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]
GIVEN = {case["reason"] for case in CASES if "reason" in case}


def read(check: Any) -> Condition:
    source = Source(Path("check.yaml"))
    found = read_condition(source, (), check)
    assert source.problems == []
    assert found is not None
    return found


# The page


def test_page__is_what_the_code_says_now() -> None:
    page = (ROOT / "docs/vocabulary.md").read_text("utf-8")
    assert page == vocabulary(), "to fix it: dockyard author vocabulary >docs/vocabulary.md"


@pytest.mark.parametrize(("subject", "kind"), KINDS, ids=NAMES)
def test_page__tells_of_each_kind(subject: str, kind: type[Goal]) -> None:
    example = cleandoc(kind.example)  # type: ignore[attr-defined] - every kind of ours has one
    assert type(read(yaml.safe_load(example))) is kind
    assert kind.__doc__
    page = vocabulary()
    tag = kind.__struct_config__.tag
    assert f"is: {tag}`" in page or f"`{subject}: {tag}`" in page
    assert all(f"| `{key}` |" in page for key in kind.__struct_encode_fields__)


# The reasons


OURS = {id_: kind for id_, kind in declared().items() if kind.__module__.startswith("checker.")}


@pytest.mark.parametrize("reason", OURS.values(), ids=OURS)
def test_page__explains_each_reason(reason: type[Reason]) -> None:
    assert meaning_of(reason).endswith(".")
    assert f"| `{id_of(reason)}` | {meaning_of(reason)} |" in vocabulary()


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "reason" in case],
    ids=[case["title"] for case in CASES if "reason" in case],
)
def test_reason__that_a_check_gave__is_declared_by_it(case: dict[str, Any]) -> None:
    assert case["reason"] in reasons_of(read(case["check"]))


@pytest.mark.parametrize("kind", [kind for _, kind in KINDS], ids=NAMES)
def test_reasons__of_a_kind_are_all_given_by_some_case(kind: type[Goal]) -> None:
    assert kind.reasons
    assert {id_of(reason) for reason in kind.reasons} <= GIVEN


def test_reasons__of_combinations_are_those_of_their_parts() -> None:
    one, two = {"image": "a", "is": "present"}, {"volume": "b", "is": "present"}
    both = reasons_of(read(one)) | reasons_of(read(two))
    assert reasons_of(read({"all": [one, two]})) == reasons_of(read({"any": [one, two]})) == both
    assert "should-not-be" in reasons_of(read({"not": one}))
    assert "not-here" not in reasons_of(read({"not": one}))


def test_reasons__of_the_judge_are_always_possible() -> None:
    assert {"waiting", "wrong-engine"} <= reasons_of(read({"image": "a", "is": "present"}))


# The schema


def test_schema__is_what_the_code_says_now() -> None:
    committed = (built_in_folder() / "lesson.schema.json").read_text("utf-8")
    assert committed == schema_text(), "to fix it: dockyard author schema >lessons/lesson.schema.json"


def test_schema__is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def complaints(lesson: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(lesson)]


@pytest.mark.parametrize(
    "data", sorted(built_in_folder().glob("[0-9]*-*.yaml")), ids=lambda data: data.stem.partition("-")[2]
)
def test_schema__takes_every_lesson(data: Path) -> None:
    assert complaints(as_json(data.read_text("utf-8"))) == []


def test_schema__takes_a_new_lesson(tmp_path: Path) -> None:
    data = new_lesson("boats", tmp_path)[1]
    assert data.read_text().startswith("# yaml-language-server: $schema=lesson.schema.json\n")
    assert complaints(as_json(data.read_text())) == []
    assert (tmp_path / "lesson.schema.json").read_text() == schema_text()


@pytest.mark.parametrize("kind", [kind for _, kind in KINDS], ids=NAMES)
def test_schema__takes_each_kind(kind: type[Goal], tmp_path: Path) -> None:
    lesson = as_json(new_lesson("boats", tmp_path)[1].read_text())
    example = as_json(cleandoc(kind.example))  # type: ignore[attr-defined] - every kind of ours has one
    for check in (example, {"all": [example]}, {"any": [{"not": example}]}):
        lesson["steps"]["say-hello"]["check"] = check
        assert complaints(lesson) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Boats\n", ""),
        ("minutes: 10", "minutes: 0"),
        ("minutes: 10", "minutes: ten"),
        ("minutes: 10", "minutes: 10\nauthor: me"),
        ("say-hello:", "Say_hello:"),
        ("is: ran", "is: rann"),
        ("is: ran", "is: ran\n      times: 0"),
        ("container: any", "contaner: any"),
        ("hints:", "hint:"),
        ("      - Its one argument is the name of the image, here `hello-world`.\n", ""),
        ("reason: pulled-not-run", "reasons: pulled-not-run"),
        ("says: [", "says: [1, "),
    ],
)
def test_schema__refuses_what_is_wrong(tmp_path: Path, old: str, new: str) -> None:
    text = new_lesson("boats", tmp_path)[1].read_text()
    assert text.count(old) == 1
    assert complaints(as_json(text.replace(old, new)))


@pytest.mark.parametrize("word", COMBINATIONS)
def test_schema__refuses_a_combination_that_is_wrong(tmp_path: Path, word: str) -> None:
    lesson = as_json(new_lesson("boats", tmp_path)[1].read_text())
    for inner in ([], "image", [{"image": "a", "is": "shiny"}]):
        lesson["steps"]["say-hello"]["check"] = {word: inner}
        assert complaints(lesson)


def as_json(text: str) -> Any:
    """The YAML as an editor sees it: every key is text."""
    return json.loads(json.dumps(yaml.safe_load(text)))
