"""Small things that many tests use."""

import subprocess
import time
from collections.abc import Callable

import psutil

from dockyard.home import Home
from dockyard.session import lifecycle

Docker = Callable[..., str]  # docker("images", "-q") gives what the command prints


# Seconds until a test gives up waiting. Only a defect takes so long: a busy machine is no failure.
PATIENCE = 300


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold within {seconds} s"
        time.sleep(0.01)


def erase(home: Home) -> None:
    """Take everything of a home down and delete what only its user namespace may delete."""
    lifecycle.down(home)
    data = [str(home.engine / "data"), str(home.engine / "trash")]
    subprocess.run(["rootlesskit", "rm", "-rf", *data], check=True, capture_output=True)


def processes_of(home: Home) -> list[str]:
    """Processes that have the home in their command line or environment, as their words."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), process.environ().get("DOCKYARD_HOME", "")]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if any(str(home.path) in word for word in words):
            found.append(" ".join(words))
    return found
