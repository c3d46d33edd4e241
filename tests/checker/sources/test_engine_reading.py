"""Reading a real engine, and telling "not there" from "cannot tell"."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from support import PATIENCE, Docker, dead_port, wait_for

from checker.commands import Commands
from checker.course.course import Course
from checker.errors import CannotTell, EngineForbidden, EngineRefused, EngineUnreachable
from checker.facts.needs import CONTAINERS, CountHistory, InspectContainer, InspectImage
from checker.facts.objects import Network, Volume
from checker.session.journal import Journal
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from checker.sources.reader import Reader
from checker.verdict import Outcome

BOX = "docker.io/library/box:latest"
NO_ID = f"sha256:{'0' * 64}"
QUESTIONS: dict[str, Callable[[Engine], object]] = {
    "image": lambda engine: engine.image("box"),
    "image rows": lambda engine: engine.image_rows("box"),
    "images": lambda engine: engine.images(),
    "container": lambda engine: engine.container("calm"),
    "containers": lambda engine: engine.containers(),
    "dangling": lambda engine: engine.dangling(),
    "logs": lambda engine: engine.logs("calm"),
    "volume": lambda engine: engine.volume("notes"),
    "volumes": lambda engine: engine.volumes(),
    "network": lambda engine: engine.network("front"),
    "events": lambda engine: engine.events(0),
    "follow": lambda engine: next(engine.follow(0)),
    "networks": lambda engine: engine.networks(),
    "read": lambda engine: Reader(engine).read([CONTAINERS, InspectImage("box")]),
}


@pytest.fixture
def engine(endpoint: Endpoint) -> Iterator[Engine]:
    with Engine(endpoint) as engine:
        yield engine


@pytest.fixture
def box(docker: Docker, tiny_root: bytes) -> str:
    """The ID of the image `box`."""
    return docker("import", "-", "box", data=tiny_root)


# Images


@pytest.mark.parametrize("key", ["box", "box:latest", "docker.io/library/box", BOX])
def test_image__by_any_spelling(engine: Engine, box: str, key: str) -> None:
    found = engine.image(key)
    assert found
    assert (found.id, found.names, len(found.layers)) == (box, (BOX,), 1)


def test_image__by_its_id(engine: Engine, box: str) -> None:
    found = engine.image("box")
    assert engine.image(box) == engine.image(box[7:]) == engine.image(box[7:19]) == found


def test_image__has_all_its_names_in_full(engine: Engine, docker: Docker, box: str) -> None:
    for name in ("spare:1.0", "me/box", "localhost:5000/me/box:2"):
        docker("tag", "box", name)
    found = engine.image(box)
    assert found
    assert found.names == (
        BOX,
        "docker.io/library/spare:1.0",
        "docker.io/me/box:latest",
        "localhost:5000/me/box:2",
    )
    assert [image.names for image in engine.images()] == [found.names]
    assert [image.id for image in engine.images()] == [box]


def test_image__takes_as_much_as_docker_says(engine: Engine, docker: Docker, box: str) -> None:
    found = engine.image(box)
    assert found
    assert found.size == int(docker("image", "inspect", "--format", "{{.Size}}", "box")) > 0


def test_image__without_a_name(engine: Engine, docker: Docker, tiny_root: bytes) -> None:
    nameless = docker("import", "-", data=tiny_root)
    found = engine.image(nameless)
    assert found
    assert (found.id, found.names) == (nameless, ())
    assert found.short_id == nameless[7:19]
    assert [image.id for image in engine.images()] == [nameless]


@pytest.mark.parametrize("key", ["none", "box:2", "localhost:5000/box", NO_ID, NO_ID[7:], "me/none:1"])
def test_image__that_is_not_there(engine: Engine, box: str, key: str) -> None:
    assert engine.image(key) is None
    assert engine.image_rows(key) == 0
    assert engine.image(box)


def test_image_rows__are_those_of_docker_history(engine: Engine, docker: Docker, box: str) -> None:
    docker("build", "-t", "built", "-", data=b"FROM box\nENV A=1\nLABEL b=2\n")
    rows = docker("history", "--quiet", "built").splitlines()
    assert engine.image_rows("built") == len(rows) > engine.image_rows(box) == 1


# Containers


def test_container__in_every_state(engine: Engine, docker: Docker, box: str) -> None:
    docker("create", "--name=shy", "box", "sh")
    docker("run", "--detach", "--name=busy", "box", "sleep", "1d")
    docker("run", "--detach", "--name=held", "box", "sleep", "1d")
    docker("pause", "held")
    docker("run", "--name=calm", "box", "sh", "-c", ":")
    docker("run", "--detach", "--name=sour", "box", "sh", "-c", "exit 3")
    docker("wait", "sour")
    expected = {
        "shy": ("created", None),
        "busy": ("running", None),
        "held": ("paused", None),
        "calm": ("exited", 0),
        "sour": ("exited", 3),
    }
    assert {c.name: (c.state, c.exit_code) for c in engine.containers()} == expected
    for listed in engine.containers():
        inspected = engine.container(listed.name)
        assert inspected
        assert inspected == engine.container(listed.id)
        assert (listed.image, listed.image_id, listed.auto_remove) == ("box", box, False)
        assert (inspected.id, inspected.image, inspected.image_id) == (listed.id, "box", box)
        assert inspected.state == listed.state
        if listed.state != "created":
            assert inspected.exit_code == listed.exit_code


def test_container__that_could_not_be_started(engine: Engine, docker: Docker, box: str) -> None:
    with pytest.raises(AssertionError, match=r"127|not found"):
        docker("run", "--name=eager", "box", "no-such-command")
    found = engine.container("eager")
    assert found
    assert (found.name, found.image, found.image_id, found.state, found.exit_code) == (
        *("eager", "box", box, "created"),
        127,
    )
    assert "no-such-command" in found.error


def test_container__that_goes_by_itself(engine: Engine, docker: Docker, box: str) -> None:  # noqa: ARG001 - is used by name
    docker("run", "--rm", "--detach", "--name=brief", "box", "sleep", "1d")
    found = engine.container("brief")
    assert found
    assert (found.state, found.exit_code, found.auto_remove) == ("running", None, True)


def test_container__by_its_images_id(engine: Engine, docker: Docker, box: str) -> None:
    docker("create", "--name=shy", box[7:19], "sh")
    (listed,) = engine.containers()
    assert listed.image_id == box
    assert listed.image in box or listed.image == "box"


@pytest.mark.parametrize("key", ["none", "0" * 64, "a b", "ü?x=1#y"])
def test_container__that_is_not_there(engine: Engine, docker: Docker, key: str) -> None:
    assert docker("ps", "--all", "--quiet") == ""
    assert engine.container(key) is None
    assert engine.containers() == ()


def test_read__asks_for_each_thing_once(engine: Engine, box: str) -> None:
    engine.networks()
    before = engine.requests
    needs = [InspectImage("box"), CONTAINERS, InspectImage("box"), InspectContainer("x"), CONTAINERS]
    found = Reader(engine).read([*needs, CountHistory("box")])
    assert engine.requests - before == 4
    image = found[InspectImage("box")]
    assert image.id == box
    assert found[CONTAINERS] == ()
    assert found[InspectContainer("x")] is None
    assert found[CountHistory("box")] == 1


@pytest.mark.parametrize("terminal", [[], ["--tty"]], ids=["without a terminal", "with one"])
def test_logs__are_what_was_printed(engine: Engine, docker: Docker, box: str, terminal: list[str]) -> None:
    assert box
    say = "echo all; echo aboard >&2"
    docker("run", *terminal, "--detach", "--name=calm", "box", "sh", "-c", say)
    docker("wait", "calm")
    found = engine.logs("calm")
    assert found
    assert sorted(found.split()) == ["aboard", "all"]
    assert engine.logs("none") is None


def test_logs__end_with_the_last_lines(engine: Engine, docker: Docker, box: str) -> None:
    assert box
    docker("run", "--name=calm", "box", "seq", "1000")
    assert (engine.logs("calm") or "").split() == [str(number) for number in range(801, 1001)]


def test_dangling__are_those_without_a_name_that_no_other_is_built_on(
    engine: Engine, docker: Docker, box: str, tiny_root: bytes
) -> None:
    docker("build", "-t", "built", "-", data=b"FROM box\nENV A=1\nENV B=2\n")  # leaves one in between
    docker("rmi", "--no-prune", "box")
    assert docker("images", "--all", "--quiet", "--no-trunc").split().count(box) == 1
    assert engine.dangling() == ()
    lost = docker("import", "-", "spare", data=tiny_root)
    docker("import", "-", "spare", data=tiny_root)
    assert [image.id for image in engine.dangling()] == [lost]


# Volumes and networks


def test_volumes(engine: Engine, docker: Docker) -> None:
    docker("volume", "create", "notes")
    assert engine.volume("notes") == Volume("notes", "local")
    assert engine.volume("nots") is None
    assert engine.volumes() == (Volume("notes", "local"),)
    docker("volume", "rm", "notes")
    assert (engine.volume("notes"), engine.volumes()) == (None, ())


def test_network__shows_who_runs_in_it(engine: Engine, docker: Docker, box: str) -> None:
    assert box
    network_id = docker("network", "create", "--internal", "front")
    docker("run", "--detach", "--name=web", "--network=front", "box", "sleep", "1d")
    docker("create", "--name=shy", "--network=front", "box", "sh")
    assert engine.network("front") == Network("front", "bridge", ("web",), True)
    assert engine.network(network_id[:8]) is None
    assert engine.network("fron") is None
    docker("rm", "--force", "web", "shy")
    docker("network", "rm", "front")
    assert engine.network("front") is None


# Events


def test_events__tell_what_happened_since(engine: Engine, docker: Docker, box: str) -> None:
    docker("tag", "box", "spare")
    since = time.time_ns()
    docker("run", "--rm", "--detach", "--name=brief", "box", "sh", "-c", "exit 3")
    wait_for(lambda: "destroy" in [event.action for event in engine.events(since)])
    until = time.time_ns()
    docker("rmi", "spare")
    found = engine.events(since, until)
    assert [e.action for e in found if e.type == "container" and e.action in ("create", "start", "die")] == [
        "create",
        "start",
        "die",
    ]
    (died,) = (event for event in found if event.action == "die")
    assert (died.attributes["name"], died.attributes["image"]) == ("brief", "box")
    assert died.attributes["exitCode"] == "3"
    assert not [event for event in found if event.type == "image"]
    assert [e.time_nano for e in found] == sorted(e.time_nano for e in found)
    assert all(since <= event.time_nano <= until for event in found)
    wait_for(
        lambda: [e.id for e in engine.events(until) if (e.type, e.action) == ("image", "untag")] == [box]
    )


def test_events__of_now_and_then_are_none(engine: Engine, box: str) -> None:
    assert box
    now = time.time_ns()
    assert engine.events(now) == ()
    assert engine.events(now - 10, now - 5) == ()


def test_follow__gives_each_event_as_it_comes(engine: Engine, docker: Docker, box: str) -> None:
    since = time.time_ns()
    docker("tag", "box", "one")
    stream = engine.follow(since)
    first = next(stream)
    assert (first.type, first.action, first.id) == ("image", "tag", box)
    docker("tag", "box", "two")
    second = next(stream)
    assert (second.action, second.attributes["name"]) == ("tag", "two:latest")
    stream.close()


# No answer is never "absent"


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Endpoint]:
    """A socket that listens and never answers."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "silent.sock"))
        listener.listen()
        yield Endpoint(f"unix://{tmp_path}/silent.sock")


def cannot_tell(endpoint: Endpoint, question: str, patience: float = 5) -> CannotTell:
    with Engine(endpoint, patience=patience) as engine, pytest.raises(CannotTell) as caught:
        QUESTIONS[question](engine)
    assert endpoint.host in caught.value.message
    assert caught.value.advice(Commands(up="course up", doctor="course doctor"))
    assert caught.value.reason
    return caught.value


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_socket(tmp_path: Path, question: str) -> None:
    error = cannot_tell(Endpoint(f"unix://{tmp_path}/none.sock"), question)
    assert isinstance(error, EngineUnreachable)
    assert "there is no socket" in error.message
    assert (error.next, error.advice(Commands(up="course up"))) == ((), ("course up",))


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_behind_the_socket(tmp_path: Path, question: str) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left.sock"))
    error = cannot_tell(Endpoint(f"unix://{tmp_path}/left.sock"), question)
    assert isinstance(error, EngineUnreachable)
    assert "nothing answers" in error.message


def test_nobody_at_the_port() -> None:
    with dead_port() as port:
        error = cannot_tell(Endpoint(f"tcp://127.0.0.1:{port}"), "image")
    assert isinstance(error, EngineUnreachable)


def test_a_host_that_makes_no_sense() -> None:
    assert isinstance(cannot_tell(Endpoint("gopher://x"), "image"), EngineUnreachable)


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_permission(
    silent: Endpoint, as_nobody: Callable[[], AbstractContextManager[None]], question: str
) -> None:
    Path(silent.host.removeprefix("unix://")).chmod(0)
    with as_nobody():
        error = cannot_tell(silent, question)
    assert isinstance(error, EngineForbidden)
    assert error.reason == "engine-unreachable"
    assert "permission denied" in error.message
    assert error.advice(Commands(doctor="course doctor")) == ("course doctor", "id")


@pytest.mark.parametrize("question", QUESTIONS)
def test_hung(silent: Endpoint, question: str) -> None:
    error = cannot_tell(silent, question, patience=0.1)
    assert isinstance(error, EngineUnreachable)
    assert "does not answer" in error.message


def test_hung__halfway(tmp_path: Path) -> None:
    """The engine answers a ping, and then no more."""
    path = tmp_path / "half.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def answer_once() -> None:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.44\r\nContent-Length: 2\r\n\r\nOK")
            held.append(connection)

        held: list[socket.socket] = []
        thread = threading.Thread(target=answer_once)
        thread.start()
        error = cannot_tell(Endpoint(f"unix://{path}"), "image", patience=0.2)
        thread.join(PATIENCE)
        held[0].close()
    assert "does not answer" in error.message


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("status", [500, 503, 401, 400])
def test_refused(answering: Callable[..., Endpoint], question: str, status: int) -> None:
    away = answering({"/_ping": (200, b"OK"), "": (status, {"message": "the disk is \x1b[31mfull"})})
    error = cannot_tell(away, question)
    assert isinstance(error, EngineRefused)
    assert "the disk is" in error.message


def test_refused__without_a_word(answering: Callable[..., Endpoint]) -> None:
    error = cannot_tell(answering({"": (502, b"<html>Bad gateway</html>")}), "containers")
    assert isinstance(error, EngineRefused)
    assert "502" in error.message


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q not in ("follow", "image rows", "logs")])
@pytest.mark.parametrize("said", [b"<html>Welcome</html>", b'{"Id":', b"7", b"[7]", b'{"Id": 7}'])
def test_an_answer_that_is_no_engines(answering: Callable[..., Endpoint], question: str, said: bytes) -> None:
    strange = answering({"/_ping": (200, b"OK"), "": (200, said)})
    cannot_tell(strange, question)


def test_a_page_that_is_not_found__is_no_absent_image(answering: Callable[..., Endpoint]) -> None:
    cannot_tell(answering({"": (404, b"<html>Not found</html>")}), "image")


def test_an_engine_that_comes_back__is_read_again(answering: Callable[..., Endpoint]) -> None:
    broken = {"/_ping": (200, b"OK"), "": (500, {"message": "no"})}
    away = answering(broken)
    with Engine(away) as engine:
        with pytest.raises(EngineRefused):
            engine.containers()
        broken[""] = (200, [])
        assert engine.containers() == ()


# The price of a verdict

LESSON = """\
title: Removal
minutes: 5
steps:
  remove:
    check: {image: box, is: removed}
    hints: [Think.]
    solution: docker rmi box
"""


def test_verdict__asks_no_more_of_an_engine_with_many_images(
    tmp_path: Path, docker: Docker, endpoint: Endpoint, tiny_root: bytes
) -> None:
    (tmp_path / "01-removal.md").write_text("<!-- step: remove -->\nRemove it.\n")
    (tmp_path / "01-removal.yaml").write_text(LESSON)

    def requests_with(images: int) -> tuple[int, int]:
        docker("import", "-", "box", data=tiny_root)
        for number in range(len(docker("images", "--quiet").split()), images):
            docker("import", "-", f"more:{number}", data=b"\0" * 1024)
        session = Session(Course(tmp_path), endpoint, Journal(tmp_path / f"{images}.sqlite"))
        session.begin_tracking("removal")

        def requests_of(outcome: Outcome) -> int:
            before = session.engine.requests
            assert session.check().outcome is outcome
            return session.engine.requests - before

        not_yet = requests_of(Outcome.NOT_YET)
        docker("rmi", "box")
        return not_yet, requests_of(Outcome.PASSED)

    few = requests_with(3)
    assert requests_with(60) == few
    assert max(few) <= 4
