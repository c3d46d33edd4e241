"""The engine's processes: launched apart from this one, known for sure, ended for good.

A lock file is held by every process of the engine, so it is free exactly when nothing is left.
The first process, which takes all others with it, is known by its state folder in its arguments:
nothing written down can be lost, or name a later process of the same number.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dockyard.system.daemon import launch

POLL = 0.005  # seconds
_HIGH_FD = 100  # above the numbers that RootlessKit gives to its children's pipes


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time; it is asked every few milliseconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


class EngineProcess:
    """The processes of one engine, whose command line has `mark`. One command at a time uses it."""

    def __init__(self, lock: Path, mark: str) -> None:
        self._lock = lock
        self._mark = os.fsencode(mark)

    def launch(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        """Start the command in a session of its own; it outlives this process and its terminal."""
        lock = self._try_lock()
        if lock is None:
            raise RuntimeError("the engine is alive already")
        try:
            launch(command, env, log, keep=[lock])
        finally:
            os.close(lock)

    def alive(self) -> bool:
        """Whether any process of the engine is left."""
        lock = self._try_lock()
        if lock is None:
            return True
        os.close(lock)
        return False

    def found(self) -> bool:
        """Whether the first process runs, even one whose lock file was deleted."""
        return bool(self._first())

    def lacks(self, helper: str) -> bool:
        """Whether the first process has no living child of this name."""
        seen: set[str] = set()
        for pid in self._first():
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    seen.update(_name_if_alive(child) for child in children.read_text().split())
        return bool(seen) and helper not in seen  # some kernels do not list children

    def end(self, patience: float) -> bool:
        """Ask the processes to end, force them after `patience` seconds; whether all are gone."""
        if patience:
            self._signal(signal.SIGTERM)
        return (patience > 0 and wait_until(self._gone, patience)) or self._force()

    def _force(self) -> bool:
        self._signal(signal.SIGKILL)
        return wait_until(self._gone, 10)

    def _gone(self) -> bool:
        # The lock is not enough: somebody may have deleted the home under a living engine.
        return not self.alive() and not self._first()

    def _first(self) -> list[int]:
        found = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal())
        return [pid for pid in found if self._is_first(pid)]

    def _is_first(self, pid: int) -> bool:
        process = Path(f"/proc/{pid}")
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            return words[0] == b"rootlesskit" and self._mark in words and process.stat().st_uid == os.getuid()
        except OSError:
            return False

    def _signal(self, number: int) -> None:
        for pid in self._first():
            with suppress(ProcessLookupError):
                handle = os.pidfd_open(pid)
                try:
                    if self._is_first(pid):  # so the handle is for the process meant
                        signal.pidfd_send_signal(handle, number)
                finally:
                    os.close(handle)

    def _try_lock(self) -> int | None:
        low = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(low, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD)
        except BlockingIOError:
            return None
        finally:
            os.close(low)


def _name_if_alive(pid: str) -> str:
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return ""
    return "" if rest.split()[0] == "Z" else name
