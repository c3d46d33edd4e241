"""The observer on a real engine: a step ticks as the command returns, and nobody has to ask."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import PATIENCE, Docker, host_of, wait_for

from checker.course.course import Course
from checker.facts.objects import Event
from checker.session.journal import Journal
from checker.session.observer import Observer
from checker.session.run import Run
from checker.session.session import Session
from checker.session.wake import Listener, Waker
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from checker.sources.reader import Reader
from checker.verdict import Verdict
from dockyard.engine.kinds import engine_of
from dockyard.home import Home

LESSON = """\
title: Boats
minutes: 1
steps:
  have:
    check: {image: box, is: present}
    hints: [Think.]
    solution: docker tag old box
  run:
    check: {container: any, from: box, is: ran}
    hints: [Think.]
    solution: docker run box
"""


@pytest.fixture
def session(tmp_path: Path) -> Callable[[str], Session]:
    """Gives a session on the engine at an address."""
    (tmp_path / "01-boats.md").write_text("<!-- step: have -->\nHave it.\n\n<!-- step: run -->\nRun it.\n")
    (tmp_path / "01-boats.yaml").write_text(LESSON)
    return lambda host: Session(Course(tmp_path), Endpoint(host), Journal(tmp_path / "journal.sqlite"))


@pytest.fixture
def observing() -> Iterator[Callable[[Session], list[str]]]:
    """Starts an observer; gives the list of its complaints."""
    started: list[tuple[Observer, threading.Thread]] = []

    def start(session: Session) -> list[str]:
        complaints: list[str] = []
        observer = Observer(session, complaints.append)
        thread = threading.Thread(target=observer.run)
        thread.start()
        started.append((observer, thread))
        return complaints

    yield start
    for observer, thread in started:
        observer.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def stored(session: Session, run: Run, step: str) -> Verdict | None:
    """What another process would find."""
    record = session.journal.state(run).latest.get(step)
    return record.verdict if record else None


def reason(session: Session, run: Run, step: str) -> str:
    verdict = stored(session, run, step)
    return "" if verdict is None else verdict.reason or verdict.outcome


def test_observer__judges_without_being_asked(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    docker: Docker,
    shared: Home,
    tiny_root: bytes,
) -> None:
    watched = session(host_of(shared))
    run = watched.begin_tracking("boats")
    complaints = observing(watched)
    wait_for(lambda: reason(watched, run, "have") == "not-here")
    docker("import", "-", "box", data=tiny_root)
    wait_for(lambda: reason(watched, run, "have") == "passed")
    docker("create", "--name=shy", "box", "sh")
    wait_for(lambda: reason(watched, run, "run") == "created-not-started")
    docker("run", "--rm", "box", "sh", "-c", ":")
    wait_for(lambda: "run" in watched.journal.state(run).achieved)
    assert complaints == []


def test_observer__looks_when_another_process_begins_a_lesson(
    tmp_path: Path, session: Callable[[str], Session], docker: Docker, shared: Home
) -> None:
    watched, folder = session(host_of(shared)), tmp_path / "wake"
    assert docker("images", "--quiet") == ""
    with Listener(folder) as listener, Listener(folder) as records:
        observer = Observer(replace(watched, journal=_waking(watched, folder)), print, listener=listener)
        thread = threading.Thread(target=observer.run)
        thread.start()
        wait_for(lambda: records.wait(0.5) is False)  # it has looked, and waits for something to happen
        other = replace(watched, journal=_waking(watched, folder))
        run = other.begin_tracking("boats")
        wait_for(lambda: reason(other, run, "have") == "not-here")
        observer.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _waking(session: Session, folder: Path) -> Journal:
    """The session's journal as another process opens it: it wakes those who listen."""
    return Journal(session.journal.path, Waker(folder).wake)


class CountingEngine(Engine):
    """An engine that counts how often its events are asked for."""

    asked = 0

    def events(self, since: int, until: int | None = None) -> tuple[Event, ...]:
        self.asked += 1
        return super().events(since, until)


def test_observer__asks_for_events_before_it_listened_and_before_it_keeps_a_tick(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    docker: Docker,
    shared: Home,
    tiny_root: bytes,
) -> None:
    engine = CountingEngine(Endpoint(host_of(shared)))
    watched = replace(session(host_of(shared)), sources=Reader(engine))
    run = watched.begin_tracking("boats")
    docker("import", "-", "crate", data=tiny_root)
    observing(watched)
    wait_for(lambda: reason(watched, run, "have") == "not-here")
    assert "import" in [event.action for event in watched.journal.state(run).events]
    assert engine.asked == 1
    docker("tag", "crate", "box")
    wait_for(lambda: reason(watched, run, "have") == "passed")
    docker("run", "--rm", "box", "sh", "-c", ":")
    wait_for(lambda: reason(watched, run, "run") == "passed")
    assert engine.asked >= 3  # once for each tick; again where an event came meanwhile


def test_observer__sees_what_is_there_only_for_a_moment(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    docker: Docker,
    shared: Home,
    tiny_root: bytes,
) -> None:
    watched = session(host_of(shared))
    run = watched.begin_tracking("boats")
    observing(watched)
    wait_for(lambda: reason(watched, run, "have"))
    docker("import", "-", "box", data=tiny_root)
    docker("run", "--rm", "box", "sh", "-c", ":")
    docker("rmi", "box")
    wait_for(lambda: watched.journal.state(run).achieved.keys() == {"have", "run"})


def test_observer__rests_while_no_lesson_is_active(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    docker: Docker,
    shared: Home,
    tiny_root: bytes,
) -> None:
    watched = session(host_of(shared))
    complaints = observing(watched)
    docker("import", "-", "old", data=tiny_root)
    run = watched.begin_tracking("boats")
    docker("tag", "old", "box")
    wait_for(lambda: "have" in watched.journal.state(run).achieved)
    assert complaints == []


def test_observer__outlives_the_engine(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    home: Home,
    docker_at: Callable[[str], Docker],
    tiny_root: bytes,
) -> None:
    engine, docker, watched = engine_of(home), docker_at(host_of(home)), session(host_of(home))
    engine.up()
    run = watched.begin_tracking("boats")
    observing(watched)
    wait_for(lambda: reason(watched, run, "have") == "not-here")
    docker("import", "-", "box", data=tiny_root)
    wait_for(lambda: reason(watched, run, "have") == "passed")
    engine.renew()
    run = watched.begin_tracking("boats")
    wait_for(lambda: reason(watched, run, "have") == "not-here")
    docker("import", "-", "box", data=tiny_root)
    wait_for(lambda: reason(watched, run, "have") == "passed")


def test_observer__waits_for_an_engine_that_is_not_up_yet(
    session: Callable[[str], Session],
    observing: Callable[[Session], list[str]],
    home: Home,
    docker_at: Callable[[str], Docker],
    tiny_root: bytes,
) -> None:
    watched = session(host_of(home))
    run = watched.journal.begin(watched.course.id, "boats", time.time_ns())
    observing(watched)
    engine_of(home).up()
    docker_at(host_of(home))("import", "-", "box", data=tiny_root)
    wait_for(lambda: reason(watched, run, "have") == "passed")


def test_stop__before_anything_has_happened(
    session: Callable[[str], Session], observing: Callable[[Session], list[str]], tmp_path: Path
) -> None:
    complaints = observing(session(f"unix://{tmp_path}/none.sock"))
    assert complaints == []
