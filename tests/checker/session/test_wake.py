"""Waking: those who listen are woken, those who are gone leave nothing, and nobody waits for anybody."""

import subprocess
import sys
from pathlib import Path

from checker.session.wake import Listener, Waker

LISTEN = """
import sys
from pathlib import Path
from checker.session.wake import Listener
listener = Listener(Path(sys.argv[1]))
print(flush=True)
listener.wait(120)
print("woken", flush=True)
if "and die" in sys.argv:
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
listener.close()
"""


def listening(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """Another process that listens, and says so when it is woken."""
    command = [sys.executable, "-c", LISTEN, str(folder), *words]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def test_wake__reaches_every_listener(tmp_path: Path) -> None:
    folder = tmp_path / "wake"
    with Listener(folder) as one, Listener(folder) as other, listening(folder) as elsewhere:
        assert not one.wait(0)
        Waker(folder).wake()
        assert one.wait(0)
        assert other.wait(0)
        assert elsewhere.communicate(timeout=120) == ("woken\n", None)
        assert not one.wait(0)


def test_wake__many_times_before_anybody_looks_is_one(tmp_path: Path) -> None:
    with Listener(tmp_path) as listener:
        for _ in range(1000):  # more than a socket holds
            Waker(tmp_path).wake()
        assert listener.wait(0)
        assert not listener.wait(0)
        Waker(tmp_path).wake()
        assert listener.wait(0)


def test_listeners__that_were_killed_leave_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "wake"
    with listening(folder, "and die") as process:
        Waker(folder).wake()
        process.wait(120)
    assert len(list(folder.iterdir())) == 1
    Waker(folder).wake()
    assert not folder.exists()


def test_listeners__that_close_leave_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "wake"
    with Listener(folder) as listener:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert listener.fileno() > 0
    assert not folder.exists()
    with Listener(folder):
        assert len(list(folder.iterdir())) == 1


def test_nobody_listens(tmp_path: Path) -> None:
    Waker(tmp_path / "none").wake()
    Waker(None).wake()
    assert list(tmp_path.iterdir()) == []
