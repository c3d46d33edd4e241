"""Waiting for a condition."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], seconds: float, poll: float = 0.005) -> bool:
    """Test the condition every `poll` seconds; returns whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(poll)
    return True
