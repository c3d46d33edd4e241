"""The reader: every kind of need from its source, and what stands for what cannot be told."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import PATIENCE, Docker, dead_port, wait_for

from checker.errors import CannotTell, EngineUnreachable
from checker.facts.facts import Facts
from checker.facts.needs import (
    CountHistory,
    InspectContainer,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ListContainers,
    ListDangling,
    ListFiles,
    ListImages,
    ListTags,
    ListVolumes,
    Need,
    ProbePort,
    ReadFile,
    ReadLogs,
    ResolveReference,
)
from checker.facts.objects import Mount, Reply
from checker.sources import http_probe
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from checker.sources.reader import READERS, Reader
from checker.sources.registries import Access, Registries
from checker.sources.workspace import Workspace
from dockyard.engine.kinds import engine_of
from dockyard.home import Home

BOX = "docker.io/library/box:latest"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


# Every kind of need, on a real engine


@pytest.fixture
def harbour(docker: Docker, tiny_root: bytes) -> Iterator[int]:
    """One thing of each kind; gives the port of this machine at which the container `web` answers."""
    docker("import", "-", "box", data=tiny_root)
    docker("import", "-", data=b"\0" * 1024)
    docker("network", "create", "front")
    docker("volume", "create", "notes")
    serve = "echo all aboard; exec httpd -f -h /www"
    where = ("--detach", "--name=web", "--network=front", "--volume=notes:/data", "--publish=80")
    docker("run", *where, "box", "sh", "-c", serve)
    yield int(docker("port", "web", "80").rpartition(":")[2])
    docker("rm", "--force", "web")
    docker("network", "rm", "front")
    docker("volume", "rm", "notes")


def test_read__every_kind_of_need(
    harbour: int, docker: Docker, endpoint: Endpoint, shared: Home, tmp_path: Path
) -> None:
    hub, pushed = engine_of(shared).status().hub_address, "hub:5000/me/box:1.0"
    docker("tag", "box", f"{hub}/me/box:1.0")
    docker("push", f"{hub}/me/box:1.0")
    (tmp_path / "Dockerfile").write_text("FROM box\n")
    box, nameless = docker("inspect", "--format={{.Image}}", "web"), docker("images", "-qf", "dangling=true")
    wait_for(lambda: http_probe.reply("127.0.0.1", harbour) == Reply(200, "hi\n"))  # its server is up
    expected: dict[Need[object], tuple[Callable[[Any], object], object]] = {
        InspectImage(BOX): (lambda image: image.id, box),
        CountHistory(BOX): (lambda rows: rows, 1),
        ListImages(): (lambda images: {image.id for image in images} >= {box}, True),
        ListDangling(): (lambda images: [image.short_id for image in images], [nameless]),
        InspectContainer("web"): (lambda web: (web.networks, web.ports), (("front",), {"80/tcp": harbour})),
        ReadLogs("web"): (lambda text: text, "all aboard\n"),
        ListContainers(): (lambda all_: [web.mounts for web in all_], [(Mount("/data", "notes"),)]),
        InspectVolume("notes"): (lambda volume: (volume.name, volume.driver), ("notes", "local")),
        ListVolumes(): (lambda volumes: [volume.name for volume in volumes], ["notes"]),
        InspectNetwork("front"): (lambda network: (network.driver, network.containers), ("bridge", ("web",))),
        ResolveReference(pushed): (lambda remote: remote.config, box),
        ListTags(pushed): (lambda tags: tags, ("1.0",)),
        ReadFile("Dockerfile"): (lambda file: file.text, "FROM box\n"),
        ListFiles(): (lambda paths: paths, ("Dockerfile",)),
        ProbePort(harbour): (lambda reply: reply, Reply(200, "hi\n")),
    }
    assert {type(need) for need in expected} == set(READERS)
    reader = Reader(Engine(endpoint), Registries({"hub:5000": Access(f"http://{hub}")}), Workspace(tmp_path))
    found = reader.read(expected)
    reader.close()
    seen = {need: see(found[need]) for need, (see, _) in expected.items()}
    assert seen == {need: what for need, (_, what) in expected.items()}


def test_read__what_is_not_there(docker: Docker, endpoint: Endpoint, shared: Home, tmp_path: Path) -> None:
    assert docker("ps", "--quiet") == ""
    hub = engine_of(shared).status().hub_address
    reader = Reader(Engine(endpoint), Registries({"hub:5000": Access(f"http://{hub}")}), Workspace(tmp_path))
    needs: list[Need[object]] = [
        InspectImage("none"),
        InspectContainer("none"),
        ReadLogs("none"),
        InspectVolume("none"),
        InspectNetwork("nowhere"),
        ResolveReference("hub:5000/none:latest"),
        ReadFile("none"),
    ]
    with dead_port() as port:
        needs.append(ProbePort(port))
        found = reader.read(needs)
    assert found == dict.fromkeys(needs)
    assert reader.read([ListTags("hub:5000/none:latest")]).popitem()[1] == ()
    assert reader.read([CountHistory("none")]).popitem()[1] == 0
    reader.close()


# What cannot be told


def test_beside_the_engine__what_cannot_be_told_stands_in_its_place(
    docker: Docker, endpoint: Endpoint
) -> None:
    assert docker("ps", "--quiet") == ""
    reader = Reader(Engine(endpoint))
    with dead_port() as port:
        away = f"localhost:{port}/me/box:latest"
        needs = [ResolveReference(away), ListTags(away), ReadFile("x"), InspectContainer("x")]
        facts = Facts(read=reader.read(needs))
    reader.close()
    assert [facts.has(need) for need in needs] == [False, False, False, True]
    reasons = []
    for ask in (
        lambda: facts[ResolveReference(away)],
        lambda: facts[ListTags(away)],
        lambda: facts[ReadFile("x")],
    ):
        with pytest.raises(CannotTell) as caught:
            ask()
        reasons.append(caught.value.reason)
    assert reasons == ["registry-unreachable", "registry-unreachable", "files-unreadable"]
    assert facts[InspectContainer("x")] is None


def test_the_engine_away__is_raised_at_once(tmp_path: Path) -> None:
    reader = Reader(Engine(Endpoint(f"unix://{tmp_path}/none.sock")), workspace=Workspace(tmp_path))
    with pytest.raises(EngineUnreachable):
        reader.read([ListFiles(), ListContainers()])
    assert reader.read([ListFiles()]) == {ListFiles(): ()}


# Ports


@contextmanager
def saying(*pieces: bytes, hang_up: bool = True) -> Iterator[int]:
    """A port at which every caller is told this, piece by piece, whatever they ask."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            call, _ = server.accept()
            calls.append(call)
            call.recv(1024)
            for piece in pieces:
                call.sendall(piece)
            if hang_up:
                call.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(PATIENCE)
    for call in calls:
        call.close()


@pytest.mark.parametrize(
    ("pieces", "reply"),
    [
        ((PAGE,), Reply(200, "hello")),
        ((PAGE[:9], PAGE[9:30], PAGE[30:]), Reply(200, "hello")),
        ((b"HTTP/1.0 404 Not Found\r\n\r\nno such page",), Reply(404, "no such page")),
        ((b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",), Reply(200, "\N{REPLACEMENT CHARACTER}" * 2)),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbroken",), Reply(200, "broken")),
        ((b"+PONG\r\n",), Reply(0)),
        ((b"",), Reply(0)),
    ],
    ids=["a page", "in pieces", "an error", "no text", "broken off", "no HTTP", "nothing"],
)
def test_reply(pieces: tuple[bytes, ...], reply: Reply) -> None:
    with saying(*pieces) as port:
        assert http_probe.reply("127.0.0.1", port) == reply


def test_reply__nobody_listens() -> None:
    with dead_port() as port:
        assert http_probe.reply("127.0.0.1", port) is None


@pytest.mark.parametrize(
    ("pieces", "reply"),
    [((b"",), Reply(0)), ((PAGE.replace(b": 5", b": 99"),), Reply(200, "hello"))],
    ids=["not a word", "stuck halfway"],
)
def test_reply__is_not_waited_for_long(pieces: tuple[bytes, ...], reply: Reply) -> None:
    """The server never hangs up, so a probe without a limit would never return."""
    with saying(*pieces, hang_up=False) as port:
        assert http_probe.reply("127.0.0.1", port) == reply


def test_reply__of_a_stream_without_an_end_is_its_beginning() -> None:
    much = b"x" * (http_probe.LIMIT + 1000)
    with saying(b"HTTP/1.1 200 OK\r\n\r\n", much, hang_up=False) as port:
        found = http_probe.reply("127.0.0.1", port)
    assert found == Reply(200, "x" * http_probe.LIMIT)


@pytest.mark.parametrize(
    ("engine", "machine"),
    [
        ("unix:///run/docker.sock", "127.0.0.1"),
        ("npipe:////./pipe/docker_engine", "127.0.0.1"),
        ("tcp://10.0.0.5:2375", "10.0.0.5"),
        ("ssh://ada@far", "far"),
        ("tcp://localhost:2375", "localhost"),
    ],
)
def test_machine__is_where_the_engine_publishes(engine: str, machine: str) -> None:
    assert http_probe.machine_of(engine) == machine
