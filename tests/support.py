"""Small things that many tests use."""

import subprocess
import time
from collections.abc import Callable

from dockyard import yard
from dockyard.home import Home

Docker = Callable[..., str]  # docker("images", "-q") gives what the command prints


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Return once the condition holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def erase(home: Home) -> None:
    """Take everything of a home down and delete what only its user namespace may delete."""
    yard.down(home)
    data = [str(home.engine / "data"), str(home.engine / "trash")]
    subprocess.run(["rootlesskit", "rm", "-rf", *data], check=True, capture_output=True)
