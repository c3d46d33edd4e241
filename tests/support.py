"""Small things that many tests use."""

import fcntl
import itertools
import random
import socket
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

import psutil

from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache

T = TypeVar("T")
Docker = Callable[..., str]  # docker("images", "-q") gives what the command prints


# Seconds until a test gives up waiting. Only a defect takes so long: a busy machine is no failure.
PATIENCE = 300


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold within {seconds} s"
        time.sleep(0.01)


def wait_for_value(get: Callable[[], T], expected: T, seconds: float = PATIENCE) -> None:
    """Return once `get` gives the expected value; fail the test, with what it gave, if not in time."""
    deadline = time.monotonic() + seconds
    while (found := get()) != expected:
        if time.monotonic() > deadline:
            assert found == expected
        time.sleep(0.01)


def host_of(home: Home) -> str:
    """The address of a home's engine, as DOCKER_HOST has it."""
    return engine_of(home).endpoint.host


def erase(home: Home) -> None:
    """Stop everything of a home and delete it."""
    lifecycle.down(home)
    cache.remove(home.path)


def processes_of(home: Home) -> list[str]:
    """The command lines and homes of processes that have this home in either."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), process.environ().get("DOCKYARD_HOME", "")]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if any(str(home.path) in word for word in words):
            found.append(" ".join(words))
    return found


def page_of(url: str) -> bytes:
    """What is served at a URL, once its server answers: a container starts before its server listens."""
    pages: list[bytes] = []

    def answers() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                pages.append(answer.read())
        except OSError:  # also those of urllib and http.client
            return False
        return True

    wait_for(answers)
    return pages[0]


def listening_ports(pid: int) -> list[int]:
    """The TCP ports at which a process listens."""
    found = psutil.Process(pid).net_connections("tcp")
    return [each.laddr.port for each in found if each.status == psutil.CONN_LISTEN]


@contextmanager
def dead_port() -> Iterator[int]:
    """A port at which nobody listens, and nobody else can, until the block ends."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


@contextmanager
def machine_lock(name: str) -> Iterator[None]:
    """Held by one test process of this machine at a time."""
    with Path(f"/tmp/dockyard-{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_reserved: list[IO[bytes]] = []  # open files hold their locks until the process ends


def reserve_ports(count: int) -> list[int]:
    """Free ports to publish something at; other test processes on this machine get other ones.

    They are below the range that the kernel takes ports from for outgoing connections.
    """
    folder = Path(tempfile.gettempdir(), "dockyard-test-ports")
    folder.mkdir(exist_ok=True)
    candidates = random.sample(range(20000, 30000), 1000)
    return list(itertools.islice((port for port in candidates if _reserve(folder, port)), count))


def _reserve(folder: Path, port: int) -> bool:
    file = (folder / str(port)).open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.create_server(("0.0.0.0", port)):
            _reserved.append(file)
            return True
    except OSError:  # locked, or in use
        file.close()
        return False
