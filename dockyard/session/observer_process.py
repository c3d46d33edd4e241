"""The observer as a process of its own: one for each home, found again by the lock that it holds."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dockyard.home import Home
from dockyard.system.daemon import launch
from dockyard.system.locks import locked_if_free

DEADLINE = 5.0  # seconds an observer may take to end before it is killed
LOG_LIMIT = 100_000  # bytes
MODULE = "dockyard.session.observer_process"


def ensure(home: Home) -> None:
    """Start an observer unless one is running. Does not wait for it; it holds the lock from now on."""
    with _lock(home) as lock:
        if lock is None:
            return
        log = home.path / "observer.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.unlink()
        command = [sys.executable, "-m", MODULE]
        launch(command, {**os.environ, **home.env}, log, keep=[lock])


def is_running(home: Home) -> bool:
    """Whether an observer is running."""
    if not (home.path / "observer.lock").exists():
        return False
    with _lock(home) as lock:
        return lock is None


def stop(home: Home) -> None:
    """End the observer, if there is one, and wait until it is gone."""
    deadline = time.monotonic() + DEADLINE
    while is_running(home):
        late = time.monotonic() > deadline
        pid = observer_pid(home)
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(0.01)


def observer_pid(home: Home) -> int | None:
    """The process id of the observer; None while there is none, or it has only just been started."""
    try:
        pid = int((home.path / "observer.lock").read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if MODULE.encode() in words else None


@contextlib.contextmanager
def _lock(home: Home) -> Iterator[int | None]:
    """The observer's lock, if it is free; else None. A process that inherits the descriptor keeps it."""
    home.make()
    with locked_if_free(home.path / "observer.lock") as descriptor:
        yield descriptor


def main() -> None:
    """Observe until SIGTERM, holding the lock that was passed on."""
    home = Home.locate()
    (home.path / "observer.lock").write_text(str(os.getpid()))
    from checker.session.observer import Observer
    from checker.session.wake import Listener
    from dockyard.session.open import open_session

    def complain(message: str) -> None:
        print(message, file=sys.stderr, flush=True)

    # It has no learner's shell.
    with open_session(home, watch_shell=False) as session, Listener(home.wake) as listener:
        observer = Observer(session, complain, listener=listener)
        signal.signal(signal.SIGTERM, lambda *_: observer.stop())
        observer.run()


if __name__ == "__main__":
    main()
