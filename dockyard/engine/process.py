"""The engine's processes: how they are launched, recognised and ended.

Every process of the engine holds a lock file, so the file is free exactly when no process is left.
The first process, with which all others end, is recognised by the state folder in its arguments. A
recorded process ID could be lost, or later belong to another process.
"""

import fcntl
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dockyard.system.daemon import launch
from dockyard.system.locks import try_lock
from dockyard.system.waiting import wait_until

KILL_TIMEOUT = 60.0  # seconds; killed processes take a few hundredths, unless the machine is very busy
_HIGH_FD = 100  # above the numbers that RootlessKit gives to its children's pipes


class EngineProcess:
    """The processes of one engine, whose command line contains `mark`.

    Only one Dockyard command may use it at a time.
    """

    def __init__(self, lock: Path, mark: str) -> None:
        self._lock = lock
        self._mark = os.fsencode(mark)

    def launch(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        """Start the command. It goes on when this process and its terminal have ended."""
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

    def first_process_runs(self) -> bool:
        """Whether the first process runs, even if its lock file was deleted."""
        return bool(self._first())

    def lacks_child(self, name: str) -> bool:
        """Whether the first process has no living child of this name."""
        seen: set[str] = set()
        for pid in self._first():
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    seen.update(_name_if_alive(child) for child in children.read_text().split())
        return bool(seen) and name not in seen  # some kernels do not list children

    def end(self, timeout: float) -> bool:
        """Ask the processes to end, and kill them after `timeout` seconds; returns whether all are gone."""
        if timeout:
            self._signal(signal.SIGTERM)
        return (timeout > 0 and wait_until(self._gone, timeout)) or self._kill()

    def _kill(self) -> bool:
        self._signal(signal.SIGKILL)
        return wait_until(self._gone, KILL_TIMEOUT)

    def _gone(self) -> bool:
        # The lock is not enough: the home may have been deleted while the engine ran.
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
                    if self._is_first(pid):  # the process ID was not reused before it was opened
                        signal.pidfd_send_signal(handle, number)
                finally:
                    os.close(handle)

    def _try_lock(self) -> int | None:
        low = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            return fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD) if try_lock(low) else None
        finally:
            os.close(low)


def _name_if_alive(pid: str) -> str:
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return ""
    return "" if rest.split()[0] == "Z" else name
