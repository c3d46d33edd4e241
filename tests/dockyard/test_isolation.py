"""Nothing that a learner does reaches another engine of the machine."""

from second_engine import SecondEngine

from checker.course import Course
from checker.verdict import Outcome
from dockyard import proof, yard
from dockyard.course_files import course_folder
from dockyard.home import Home

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
    assert proof.play_solutions(home, lesson) == []
    assert second_engine.look() == before

    yard.start(home, "removal")
    yard.run(home, "docker volume create mine; docker network create mine")
    yard.run(home, DESTRUCTION)
    left = yard.run(home, "docker ps --all --quiet; docker images --all --quiet; docker volume ls --quiet")
    assert left.stdout == ""
    assert proof.look(home, lesson)[1].verdict.outcome is Outcome.PASSED
    assert second_engine.look() == before

    yard.down(home)
    assert second_engine.look() == before
