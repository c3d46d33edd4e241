"""Small things that many tests use."""

import time
from collections.abc import Callable

import psutil

from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache

Docker = Callable[..., str]  # docker("images", "-q") gives what the command prints


# Seconds until a test gives up waiting. Only a defect takes so long: a busy machine is no failure.
PATIENCE = 300


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold within {seconds} s"
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
