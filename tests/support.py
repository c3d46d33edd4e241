"""Small things that many tests use."""

import time
from collections.abc import Callable

Docker = Callable[..., str]  # docker("images", "-q") gives what the command prints


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Return once the condition holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
