"""The connection only reads, whatever is called on it; and what it gives to readers from elsewhere."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import PATIENCE, Docker

from checker.errors import EngineRefused, LessonError
from checker.facts.needs import Need
from checker.sources import reader as reader_module
from checker.sources.endpoint import Endpoint
from checker.sources.engine import MEMORY, Engine
from checker.sources.methods import NotReading
from checker.sources.read_only import ReadOnlySession
from checker.sources.reader import READERS, Reader, reads
from checker.sources.transport import SdkTransport, UnixTransport, transport_to

CHANGES: dict[str, Callable[..., object]] = {
    "post": lambda client: client.post(f"{client.base_url}/v1.41/containers/prune"),
    "delete": lambda client: client.delete(f"{client.base_url}/v1.41/images/box"),
    "put": lambda client: client.put(f"{client.base_url}/v1.41/containers/box/archive"),
    "another address": lambda client: client.post("http://127.0.0.1/v1.41/containers/prune"),
    "the SDK's own": lambda client: client.create_container("box", "true"),
    "removal": lambda client: client.remove_image("box", force=True),
    "a prepared request": lambda client: client.get_adapter(client.base_url).send(prepared(client)),
}


def prepared(client: ReadOnlySession) -> object:
    import requests

    return requests.Request("POST", f"{client.base_url}/v1.41/images/prune").prepare()  # type: ignore[attr-defined]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change__is_refused_before_anything_is_sent(
    endpoint: Endpoint, docker: Docker, tiny_root: bytes, change: Callable[..., object]
) -> None:
    docker("import", "-", "box", data=tiny_root)
    with Engine(endpoint) as engine:
        assert engine.image("box")
        client = SdkTransport(endpoint).client(PATIENCE)
        before = engine.requests
        with pytest.raises((NotReading, OSError)):  # no adapter at all for the other address
            change(client)
        assert engine.requests == before
        assert engine.image("box")
        client.close()


def test_socket__carries_get_and_head_alone(endpoint: Endpoint) -> None:
    transport = transport_to(endpoint)
    assert transport.send("GET", "/_ping", PATIENCE).status == 200
    for method in ("POST", "PUT", "DELETE", "PATCH", "get"):
        with pytest.raises(NotReading, match=f"{method} /containers/prune was not sent"):
            transport.send(method, "/containers/prune", PATIENCE)  # type: ignore[arg-type]
    transport.close()


@pytest.mark.parametrize("kind", [UnixTransport, SdkTransport])
def test_transports__give_the_same(kind: type, endpoint: Endpoint, docker: Docker, tiny_root: bytes) -> None:
    docker("import", "-", "box", data=tiny_root)
    path = endpoint.host.removeprefix("unix://")
    transport = kind(path) if kind is UnixTransport else kind(endpoint)
    found = transport.send("GET", "/v1.41/images/json", PATIENCE)
    assert (found.status, json.loads(found.content)[0]["RepoTags"]) == (200, ["box:latest"])
    head = transport.send("HEAD", "/_ping", PATIENCE)
    assert (head.status, head.content) == (200, b"")
    assert head.headers["Api-Version"]
    assert transport.send("GET", "/v1.41/images/none/json", PATIENCE).status == 404
    stream = transport.send("GET", "/v1.41/events?since=0.0", PATIENCE, stream=True)
    assert b'"Type":"image"' in next(iter(stream.chunks))
    transport.close()


def test_registry_session__only_reads() -> None:
    with ReadOnlySession() as session, pytest.raises(NotReading, match="POST /v2/ was not sent"):
        session.post("http://127.0.0.1:1/v2/")


def test_get_and_head__are_for_readers_from_elsewhere(
    endpoint: Endpoint, docker: Docker, tiny_root: bytes
) -> None:
    docker("import", "-", "box", data=tiny_root)
    docker("run", "--name=calm", "box", "true")
    with Engine(endpoint) as engine:
        assert engine.get("/images/json", {"filters": '{"reference": ["box"]}'})[0]["RepoTags"] == [
            "box:latest"
        ]
        assert engine.get("/containers/none/json") is None
        assert "X-Docker-Container-Path-Stat" in (
            engine.head("/containers/calm/archive", {"path": "/www"}) or {}
        )
        assert engine.head("/containers/none/archive", {"path": "/www"}) is None
        with pytest.raises(EngineRefused):
            engine.get("/no/such/page")
        with pytest.raises(EngineRefused):
            engine.head("/no/such/page")


def test_events_that_are_forgotten__are_a_gap(endpoint: Endpoint, docker: Docker, tiny_root: bytes) -> None:
    docker("import", "-", "box", data=tiny_root)
    with Engine(endpoint) as engine:
        since = time.time_ns()
        docker("tag", "box", "before")
        assert not any(event.is_gap for event in engine.events(since))
        (last,) = engine.events(since)
        docker("volume", "create", "many")
        for _ in range(MEMORY // 2):
            docker("tag", "box", "one")
            docker("rmi", "one")
        docker("volume", "rm", "many")
        first, *others = engine.events(last.time_nano)
        assert first.is_gap
        assert last.time_nano < first.time_nano <= others[0].time_nano
        assert not any(event.is_gap for event in engine.events(others[-1].time_nano))


# Readers from elsewhere


@dataclass(frozen=True)
class Weather(Need[str]):
    """A kind of fact that nobody reads."""


def test_need_without_a_reader__is_the_lessons_fault(tmp_path: Path) -> None:
    reader = Reader(Engine(Endpoint(f"unix://{tmp_path}/no.sock")))
    with pytest.raises(LessonError, match=r"Nothing reads \S+Weather: no entry point of checker\.readers"):
        reader.read([Weather()])


def test_reader_that_fails__is_the_lessons_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "READERS", dict(READERS))

    @reads(Weather)
    def rain(_: Weather, sources: Reader) -> str:
        raise KeyError(sources.engine.endpoint.host[:4])

    with pytest.raises(LessonError, match=r"Weather\(\) cannot be read: \S+ fails: KeyError\('unix'\)"):
        Reader(Engine(Endpoint(f"unix://{tmp_path}/no.sock"))).read([Weather()])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "does not register a reader with `@reads(Weather)`"),
        ("1 / 0", "cannot be imported: ZeroDivision"),
    ],
)
def test_package_whose_reader_is_wrong__is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    about = tmp_path / "site/broken-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[checker.readers]\nWeather = broken_readers:rain\n")
    (about.parent / "broken_readers.py").write_text(f"def rain(*_): pass\n{code}\n")
    monkeypatch.syspath_prepend(about.parent)
    monkeypatch.delitem(sys.modules, "broken_readers", raising=False)
    with pytest.raises(LessonError) as caught:
        Reader(Engine(Endpoint(f"unix://{tmp_path}/no.sock"))).read([Weather()])
    assert "the package broken (entry point `Weather = broken_readers:rain` of checker.readers)" in str(
        caught.value
    )
    assert said in str(caught.value)
