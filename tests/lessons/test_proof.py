"""The course proves itself on a real engine: refused before, passed after, each mistake diagnosed."""

from collections.abc import Iterator

import pytest
from support import erase

from checker.course import Course
from checker.lesson import Lesson
from dockyard import proof, yard
from dockyard.course_files import course_folder
from dockyard.home import Home

LESSONS = Course(course_folder()).lessons()
ATTEMPTS = [(lesson, attempt) for lesson in LESSONS for attempt in proof.attempts(lesson)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for the whole proof: every attempt starts its lesson anew."""
    home = Home(tmp_path_factory.mktemp("proof"))
    yard.up(home, print)
    yield home
    erase(home)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_solutions__each_step_is_refused_before_and_passed_after(home: Home, lesson: Lesson) -> None:
    assert proof.play_solutions(home, lesson) == []


@pytest.mark.parametrize(
    ("lesson", "attempt"), ATTEMPTS, ids=[f"{lesson.id}/{a.step.id}/{a.name}" for lesson, a in ATTEMPTS]
)
def test_attempts__each_gets_its_verdict(home: Home, lesson: Lesson, attempt: proof.Attempt) -> None:
    assert proof.play(home, lesson, attempt) == []
