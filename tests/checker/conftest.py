"""One private engine for all tests that only read, emptied for each; homes of their own for the rest."""

import gc
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest
from support import Docker, erase, host_of, wait_for

from checker.sources.endpoint import Endpoint
from dockyard.engine.kinds import engine_of
from dockyard.home import Home


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The SDK forgets to close a socket at which nobody answers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(autouse=True, scope="module")
def no_leftovers_for_others() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose engine is up."""
    home = Home(tmp_path_factory.mktemp("shared") / "home")
    try:
        engine_of(home).up()
        yield home
    finally:
        erase(home)
    wait_for(lambda: not any("_listen" in thread.name for thread in threading.enumerate()))
    gc.collect()


@pytest.fixture
def endpoint(shared: Home) -> Endpoint:
    return Endpoint(host_of(shared), "the test", chosen=True)


@pytest.fixture
def docker(shared: Home, docker_at: Callable[[str], Docker]) -> Iterator[Docker]:
    """The docker command on the shared engine, which is emptied afterwards."""
    docker = docker_at(host_of(shared))
    yield docker
    if containers := docker("ps", "--all", "--quiet").split():
        docker("rm", "--force", *containers)
    docker("image", "prune", "--all", "--force")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody finds."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.fixture
def as_nobody() -> Callable[[], object]:
    """`with as_nobody():` files are opened as somebody without rights (root may open all)."""

    @contextmanager
    def powerless() -> Iterator[None]:
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    return powerless


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Callable[..., Endpoint]]:
    """Gives the endpoint of a server that is no engine: path -> (status, what it says)."""
    servers = []

    def serve(answers: dict[str, tuple[int, object]]) -> Endpoint:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                ends = (path for path in answers if self.path.partition("?")[0].endswith(path))
                status, said = answers[next(ends, "")]
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self) -> str:
                return "test"

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        socket = tmp_path / f"{len(servers)}.sock"
        server = ThreadingUnixStreamServer(str(socket), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return Endpoint(f"unix://{socket}")

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
