"""Nothing that a learner does reaches another engine of the machine."""

import threading

from second_engine import SecondEngine

from checker.course.course import Course
from checker.verdict import Outcome
from dockyard.author.prove.sandbox import Sandbox
from dockyard.author.prove.scenarios import play_solutions
from dockyard.courses import built_in_folder
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session

DESTRUCTION = """
docker rm --force $(docker ps --all --quiet)
docker rmi --force $(docker images --all --quiet)
docker image prune --all --force
docker container prune --force
docker volume prune --force
docker network prune --force
docker system prune --all --force --volumes
"""


def test_second_engine__survives_a_lesson_and_all_destruction(
    second_engine: SecondEngine, home: Home
) -> None:
    second_engine.docker("volume", "create", "keep")
    before = second_engine.look()
    lifecycle.up(home, print)
    lesson = Course(built_in_folder()).lesson("removal")
    results = list(play_solutions(Sandbox(home, threading.Event()), lesson))
    assert [result for result in results if not result.ok] == []
    assert second_engine.look() == before

    lifecycle.start(home, "removal")
    lifecycle.run(home, "docker volume create mine; docker network create mine")
    lifecycle.run(home, DESTRUCTION)
    left = lifecycle.run(
        home, "docker ps --all --quiet; docker images --all --quiet; docker volume ls --quiet"
    )
    assert left.stdout == ""
    with open_session(home) as session:
        assert session.check("removal").steps[1].verdict.outcome is Outcome.PASSED
    assert second_engine.look() == before

    lifecycle.down(home)
    assert second_engine.look() == before
