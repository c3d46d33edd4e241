"""Requests to services of this machine, over a Unix socket and over a port."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest

from dockyard.system.http import get, get_object, send

PAGES = {"/object": b'{"a": 1}', "/list": b"[1]", "/text": b"not JSON", "/empty": b""}


class Handler(BaseHTTPRequestHandler):
    """Answers with pages; repeats what is sent with PUT."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(200 if self.path in PAGES else 404, PAGES.get(self.path, b"no such page"))

    def do_PUT(self) -> None:
        self.answer(201, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.headers.get("Accept", "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "test"

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(params=["socket", "port"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a server."""
    server: ThreadingUnixStreamServer | ThreadingHTTPServer
    if request.param == "socket":
        server, found = ThreadingUnixStreamServer(str(tmp_path / "s"), Handler), f"unix://{tmp_path}/s"
    else:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        found = f"127.0.0.1:{server.server_port}"
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def test_get__gives_the_body_of_a_page_that_exists(address: str) -> None:
    assert get(address, "/text") == b"not JSON"
    assert get(address, "/empty") == b""
    assert get(address, "/nothing") is None


def test_get_object__is_empty_for_anything_else(address: str) -> None:
    assert get_object(address, "/object") == {"a": 1}
    assert [get_object(address, page) for page in ("/list", "/text", "/empty", "/nothing")] == [{}] * 4


def test_send__carries_headers_and_body(address: str) -> None:
    answer = send("PUT", address, "/any", {"Accept": "text/x"}, b"data")
    assert (answer.status, answer.content_type, answer.body) == (201, "text/x", b"data")
    assert send("GET", address, "/nothing").status == 404


def test_proxies_of_the_environment__are_not_used(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert get(address, "/text") == b"not JSON"


@pytest.mark.parametrize("address", ["unix:///nowhere/at.sock", "127.0.0.1:1"])
def test_no_answer__is_an_error_and_never_an_empty_answer(address: str) -> None:
    with pytest.raises(OSError, match=r"refused|No such file"):
        send("GET", address, "/text")
    assert get(address, "/text") is None


@pytest.mark.parametrize("words", [b"SSH-2.0-x\r\n", b""], ids=["another protocol", "silence"])
def test_service_that_speaks_no_http__is_an_error(tmp_path: Path, words: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(words)
                connection.recv(65536)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(OSError, match=r"speak HTTP|reset|pipe"):
            send("GET", f"unix://{tmp_path}/s", "/text")
        thread.join()
