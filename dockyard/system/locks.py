"""File locks.

The kernel frees a lock when no process has the locked file open any more. So a lock tells whether a
process is alive, however that process ended, and a child process can inherit it.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def try_lock(descriptor: int) -> bool:
    """Lock an open file without waiting; returns False if another process has locked it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(path: Path, before_waiting: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold the lock of a file; if another process has it, call `before_waiting` and wait."""
    with path.open("a") as file:
        if not try_lock(file.fileno()):
            before_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def locked_if_free(path: Path) -> Iterator[int | None]:
    """Hold the lock of a file and yield its descriptor, or yield None if another process has it.

    A process that inherits the descriptor keeps the lock after the block.
    """
    with path.open("a") as file:
        yield file.fileno() if try_lock(file.fileno()) else None
