"""Reading real registries, one open and one that wants a login; absence told from no answer."""

import hashlib
import json
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support import PATIENCE, dead_port, listening_ports, wait_for

from checker.errors import CannotTell, RegistryLogin, RegistryUnreachable
from checker.facts.objects import Image, RemoteImage
from checker.sources.registries import AGENT, Access, Registries, _url
from dockyard.commands import SHELL

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"
ADA = "ada:$2y$04$rzJ1Ncv.snmZ4J/k5fLOB.z/fvVsZsA6SRFzOJkWaRMzdwUMUqaae\n"  # the password is `anchor`


@contextmanager
def serving(folder: Path, passwords: str = "") -> Iterator[int]:
    """A registry of its own on a free port of loopback."""
    (folder / "passwords").write_text(passwords)
    guard = {"auth": {"htpasswd": {"realm": "r", "path": str(folder / "passwords")}}} if passwords else {}
    usual = {
        "version": 0.1,
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
        "http": {"addr": "127.0.0.1:0"},
    }
    (folder / "registry.yml").write_text(json.dumps(usual | guard))
    program = shutil.which("docker-registry") or "registry"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, "serve", str(folder / "registry.yml")], stdout=log, stderr=log)
    try:
        wait_for(lambda: listening_ports(process.pid))
        yield listening_ports(process.pid)[0]
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def open_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("open")) as port:
        yield port


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("guarded"), ADA) as port:
        yield port


def put(port: int, path: str, data: bytes, kind: str, method: str = "PUT") -> str:
    """Send something to a registry; returns where it says to go on."""
    url = path if path.startswith("http") else f"http://127.0.0.1:{port}/v2/{path}"
    request = urllib.request.Request(url, data, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(answer.headers.get("Location", ""))


def sha(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def push(port: int, repository: str, tag: str) -> tuple[str, str]:
    """Push an image without layers; returns its digest and that of its config."""
    config = json.dumps({"made-for": tag}).encode()
    place = put(port, f"{repository}/blobs/uploads/", b"", "", "POST")
    put(port, f"{place}&digest={sha(config)}", config, "application/octet-stream")
    about = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(config)}
    image = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": about | {"digest": sha(config)},
        "layers": [],
    }
    manifest = json.dumps(image).encode()
    put(port, f"{repository}/manifests/{tag}", manifest, MANIFEST)
    return sha(manifest), sha(config)


@pytest.fixture
def registries() -> Iterator[Registries]:
    found = Registries()
    yield found
    found.close()


def test_image__by_tag_and_by_digest(open_one: int, registries: Registries) -> None:
    digest, config = push(open_one, "ada/tools", "1.0")
    name = f"127.0.0.1:{open_one}/ada/tools"
    assert registries.image(f"{name}:1.0") == RemoteImage(digest, config)
    assert registries.image(f"{name}@{digest}") == RemoteImage(digest, config)
    assert registries.image(f"localhost:{open_one}/ada/tools:1.0") == RemoteImage(digest, config)


def test_image__is_the_local_one_by_either_stores_id(open_one: int, registries: Registries) -> None:
    digest, config = push(open_one, "ada/tools", "1.0")
    found = registries.image(f"localhost:{open_one}/ada/tools:1.0")
    assert found
    assert found.is_same_as(Image(config))
    assert found.is_same_as(Image(digest))
    assert found.is_same_as(Image("sha256:1", digests=(f"localhost:{open_one}/ada/tools@{digest}",)))
    assert not found.is_same_as(Image("sha256:1"))


def test_image__of_several_platforms_has_no_config(open_one: int, registries: Registries) -> None:
    digest, _ = push(open_one, "ada/many", "one")
    entry = {"mediaType": MANIFEST, "digest": digest, "size": 1}
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    put(open_one, "ada/many/manifests/all", index, INDEX)
    assert registries.image(f"localhost:{open_one}/ada/many:all") == RemoteImage(sha(index), None)


def test_image__that_is_not_there(open_one: int, registries: Registries) -> None:
    push(open_one, "ada/tools", "1.0")
    assert registries.image(f"localhost:{open_one}/ada/tools") is None  # that is latest
    assert registries.image(f"localhost:{open_one}/ada/none:1.0") is None


def test_tags(open_one: int, registries: Registries) -> None:
    for tag in ("2", "10", "latest"):
        push(open_one, "ada/tagged", tag)
    assert registries.tags(f"localhost:{open_one}/ada/tagged") == ("10", "2", "latest")
    assert registries.tags(f"localhost:{open_one}/ada/tagged:2") == ("10", "2", "latest")
    assert registries.tags(f"localhost:{open_one}/ada/none") == ()


def test_known__is_reached_at_another_address(open_one: int) -> None:
    digest, config = push(open_one, "ada/tools", "1.0")
    registries = Registries({"localhost:5000": Access(f"http://127.0.0.1:{open_one}")})
    assert registries.image("localhost:5000/ada/tools:1.0") == RemoteImage(digest, config)
    registries.close()


@pytest.mark.parametrize("account", [None, ("ada", "wrong"), ("bob", "anchor")])
def test_login__that_is_wanted_is_no_absence(guarded: int, account: tuple[str, str] | None) -> None:
    registries = Registries({"localhost:5001": Access(f"http://127.0.0.1:{guarded}", account)})
    for ask in (registries.image, registries.tags):
        with pytest.raises(RegistryLogin, match="`localhost:5001/ada/tools`") as caught:
            ask("localhost:5001/ada/tools")
        assert caught.value.next == ("docker login localhost:5001",)
    registries.close()


def test_login__opens_the_door(guarded: int) -> None:
    registries = Registries({"localhost:5001": Access(f"http://127.0.0.1:{guarded}", ("ada", "anchor"))})
    assert registries.image("localhost:5001/ada/tools") is None
    assert registries.tags("localhost:5001/ada/tools") == ()
    registries.close()


def test_nobody__is_no_absence(registries: Registries) -> None:
    with dead_port() as port, pytest.raises(RegistryUnreachable, match="nothing answers there") as caught:
        registries.image(f"localhost:{port}/ada/tools")
    assert caught.value.advice(SHELL) == ("dockyard up", f"curl http://localhost:{port}/v2/")


def test_silence__is_no_absence(registries: Registries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.sources.registries.PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(RegistryUnreachable, match="no answer in time"):
            registries.tags(f"127.0.0.1:{port}/ada/tools")


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[int, list[str]]]:
    """A web server that is no registry: its port, and who has asked it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["User-Agent"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_address[1], asked
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>Hello</html>", "something else answers there"),
        (200, b"[]", "something else answers there"),
        (404, b"<html>Not found</html>", "something else answers there"),
        (404, b'{"detail": "Not Found"}', "it says 404"),
        (500, b"{}", "it says 500"),
    ],
)
def test_something_else__is_no_absence(status: int, body: bytes, why: str, registries: Registries) -> None:
    with answering(status, body) as (port, _), pytest.raises(CannotTell, match=why) as caught:
        registries.image(f"127.0.0.1:{port}/ada/tools")
    assert isinstance(caught.value, RegistryUnreachable)


def test_forbidden__is_a_login_that_is_wanted(registries: Registries) -> None:
    with answering(403, b"{}") as (port, _), pytest.raises(RegistryLogin):
        registries.image(f"127.0.0.1:{port}/ada/tools")


def test_digest__is_computed_where_it_is_not_told(registries: Registries) -> None:
    body = b'{"config": {"digest": "sha256:c"}}'
    with answering(200, body) as (port, asked):
        assert registries.image(f"127.0.0.1:{port}/ada/tools") == RemoteImage(sha(body), "sha256:c")
        registries.close()
    assert asked == [AGENT]


def test_proxies__are_not_asked_about_this_machine(
    open_one: int, registries: Registries, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert registries.tags(f"localhost:{open_one}/ada/none") == ()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("localhost:5000", "http://localhost:5000"),
        ("localhost", "http://localhost"),
        ("127.0.0.1:1", "http://127.0.0.1:1"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("docker.io", "https://registry-1.docker.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("localhost.example:5000", "https://localhost.example:5000"),
    ],
)
def test_plain_http__is_for_this_machine_only(host: str, url: str) -> None:
    assert _url(host) == url
