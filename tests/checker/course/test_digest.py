"""The digest of a check: another goal, another digest; the same goal, the same digest."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from made_up import checks
from world import condition, step

from checker.conditions.vocabulary import SUBJECTS
from checker.course.course import Course
from checker.course.digest import check_digest
from checker.course.lesson import Mistake

LESSONS = Path(__file__).parents[3] / "lessons"


def digest(**check: Any) -> str:
    return check_digest(condition(check))


def test_another_goal__has_another_digest() -> None:
    here = {"image": "ubuntu", "is": "present"}
    forms: list[dict[str, Any]] = [
        here,
        {"image": "busybox", "is": "present"},
        {"image": "ubuntu", "is": "pulled"},
        {"image": "ubuntu", "is": "tagged"},
        {"image": "ubuntu", "is": "present", "platform": "linux/arm64"},
        {"image": "ubuntu", "is": "present", "config": {"env": {"A": "b"}}},
        {"image": "ubuntu", "is": "present", "config": {"env": {"A": "c"}}},
        {"images": "all", "is": "none"},
        {"images": "all", "is": "none", "keep": ["ubuntu"]},
        {"all": [here]},
        {"any": [here]},
        {"not": here},
        {"all": [here, here]},
        {"all": [{"all": [here]}]},
        {"all": [here, {"not": here}]},
        {"all": [{"not": here}, here]},
    ]
    assert len({digest(**form) for form in forms}) == len(forms)


@given(checks, checks)
def test_digest__is_the_same_for_the_same_goal_alone(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = condition(one), condition(other)
    assert check_digest(first) == check_digest(condition(one))
    assert (check_digest(first) == check_digest(second)) == (first == second and repr(first) == repr(second))


def test_digest__depends_on_no_prose() -> None:
    check = condition({"image": "ubuntu", "is": "present"})
    plain = step(check)
    mistakes = (Mistake("typo", "docker pull ubunut", "typo"),)
    other = replace(plain, task="Do it again.", hints=("Look.",), solution="docker ps", mistakes=mistakes)
    assert check_digest(plain.check) == check_digest(other.check)


def test_digest__of_what_is_written_out_and_of_the_default() -> None:
    assert digest(container="any", **{"from": "box"}, **{"is": "ran"}) == digest(
        container="any", times=1, **{"from": "box"}, **{"is": "ran"}
    )


def test_digest__stays_as_it_is() -> None:
    """A digest is stored with progress: another way to compute it would make every tick an old one."""
    assert digest(image="ubuntu", **{"is": "pulled"}) == "17ef58f624ec2613"
    images, volume = {"images": "all", "is": "none", "keep": ["ubuntu"]}, {"volume": "sea", "is": "present"}
    assert digest(all=[images, volume]) == "4a916b9aa7c03ef0"


def test_digests__of_the_lessons() -> None:
    steps = [each for lesson in Course(LESSONS).lessons() for each in lesson.steps]
    assert all(len(check_digest(each.check)) == 16 for each in steps)


@pytest.mark.parametrize("kind", [kind for kinds in SUBJECTS.values() for kind in kinds])
def test_every_kind__can_be_digested(kind: type[msgspec.Struct]) -> None:
    assert all(field.encode_name for field in msgspec.structs.fields(kind))
