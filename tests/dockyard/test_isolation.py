"""Nothing that a learner does reaches another engine of the machine."""

import threading

from second_engine import SecondEngine

from checker.course import Course
from checker.verdict import Outcome
from dockyard import yard
from dockyard.course_files import course_folder
from dockyard.desk import open_desk
from dockyard.home import Home
from dockyard.proof.stage import Stage
from dockyard.proof.walk import play_solutions

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
    yard.up(home, print)
    lesson = Course(course_folder()).lesson("removal")
    findings = list(play_solutions(Stage(home, threading.Event()), lesson))
    assert [finding for finding in findings if not finding.ok] == []
    assert second_engine.look() == before

    yard.start(home, "removal")
    yard.run(home, "docker volume create mine; docker network create mine")
    yard.run(home, DESTRUCTION)
    left = yard.run(home, "docker ps --all --quiet; docker images --all --quiet; docker volume ls --quiet")
    assert left.stdout == ""
    with open_desk(home) as desk:
        assert desk.check("removal").steps[1].verdict.outcome is Outcome.PASSED
    assert second_engine.look() == before

    yard.down(home)
    assert second_engine.look() == before
