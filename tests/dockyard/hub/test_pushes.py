"""What a learner who pushes is told, on a real engine with its two registries."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import host_of

from checker.course.course import Course
from checker.session.journal import Journal
from checker.session.report import StepReport
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.verdict import Outcome
from dockyard.commands import SHELL
from dockyard.engine.base import ManagedEngine
from dockyard.home import Home
from dockyard.hub.failed_requests import FailedRequests
from dockyard.session import lifecycle

BOAT = "localhost:5000/ada/boat:1.0"
CHECKS = {
    "push": {"registry": BOAT, "is": "pushed"},
    "push-this": {"registry": BOAT, "is": "pushed", "same-as": "box:1"},
    "log-in": {"registry": "localhost:5001/ada/boat:1.0", "is": "pushed"},
    "be-there": {"registry": BOAT, "is": "present"},
}


@pytest.fixture
def session(home: Home, engine: ManagedEngine, tmp_path: Path, tiny_root: bytes) -> Iterator[Session]:
    """A lesson of these checks on an engine with the images `box:1` and `box:2`; the lesson is started."""
    engine.up()
    (tmp_path / "root.tar").write_bytes(tiny_root)
    for number in (1, 2):
        types(home, f"docker import --change 'LABEL number={number}' {tmp_path}/root.tar box:{number}")
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "01-boats.md").write_text(
        "# Boats\n\n" + "".join(f"<!-- step: {s} -->\nDo.\n\n" for s in CHECKS)
    )
    steps = {
        step: {"check": check, "hints": ["Look."], "solution": "docker ps"} for step, check in CHECKS.items()
    }
    (lessons / "01-boats.yaml").write_text(json.dumps({"title": "Boats", "minutes": 1, "steps": steps}))
    with Session(
        Course(lessons),
        Endpoint(host_of(home), "the test", chosen=True),
        Journal(tmp_path / "journal.sqlite"),
        commands=SHELL,
        failed_requests=FailedRequests(home),
        registries=engine.registries(),
    ) as session:
        session.begin_tracking("boats")
        yield session


def types(home: Home, *commands: str) -> None:
    """As a learner would; some may fail."""
    lifecycle.run(home, "\n".join(commands))


def told(session: Session, step: str) -> StepReport:
    (found,) = session.check("boats", step).steps
    return found


@pytest.mark.parametrize(
    ("step", "commands", "reason"),
    [
        (
            "push",
            ["docker tag box:1 {boat}", "docker push {boat}", "docker tag box:2 {boat}"],
            "pushed-old-build",
        ),
        ("push", ["docker tag box:1 localhost:5000/ada/boot:1.0"], "tagged-otherwise"),
        ("push", ["docker tag box:1 boat"], "tagged-without-registry"),
        ("push", ["docker tag box:1 {boat}"], "not-pushed"),
        ("push-this", [], "not-tagged"),
        ("push-this", ["docker tag box:1 localhost:5000/thing"], "tagged-otherwise"),
        ("push-this", ["docker tag box:2 {boat}"], "tagged-other-image"),
        ("push-this", ["docker tag box:2 {boat}", "docker push {boat}"], "pushed-other-image"),
        (
            "push-this",
            ["docker tag box:1 localhost:5000/a", "docker push localhost:5000/a"],
            "pushed-elsewhere",
        ),
        ("be-there", ["docker tag box:1 {boat}x", "docker push {boat}x"], "pushed-other-tag"),
    ],
)
def test_reason__and_the_commands_that_mend_it(
    session: Session, home: Home, step: str, commands: list[str], reason: str
) -> None:
    types(home, *(command.format(boat=BOAT) for command in commands))
    before = told(session, step).verdict
    assert before.reason == reason, before.message
    types(home, *before.next)
    after = told(session, step).verdict
    assert after.outcome is Outcome.PASSED, after.message


def test_login__is_wanted_until_there_is_one(session: Session, home: Home) -> None:
    boat = "localhost:5001/ada/boat:1.0"
    types(home, f"docker tag box:1 {boat}", f"docker push {boat}")
    assert told(session, "log-in").verdict.reason == "login-needed"
    types(home, "docker login --username ada --password anchor localhost:5001")
    assert told(session, "log-in").verdict.reason == "not-pushed"
    types(home, f"docker push {boat}")
    assert told(session, "log-in").verdict.outcome is Outcome.PASSED


def test_all_tags__pushed_at_once(session: Session, home: Home) -> None:
    types(
        home,
        f"docker tag box:1 {BOAT}",
        f"docker tag box:2 {BOAT}1",
        "docker push --all-tags localhost:5000/ada/boat",
    )
    assert told(session, "push").verdict.outcome is Outcome.PASSED


def test_looking__leaves_no_trace_that_could_be_the_learners(session: Session, home: Home) -> None:
    for _ in range(2):
        session.check("boats")
    run = session.latest("boats")
    assert run
    assert session.journal.state(run).events == ()
    assert list(FailedRequests(home)(0)) == []
