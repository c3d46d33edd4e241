"""File locks between processes."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support import wait_for

from dockyard.system.locks import locked, locked_if_free


def test_locked_if_free__gives_a_descriptor_to_one(tmp_path: Path) -> None:
    with locked_if_free(tmp_path / "lock") as first, locked_if_free(tmp_path / "lock") as second:
        assert first is not None
        assert second is None
    with locked_if_free(tmp_path / "lock") as third:
        assert third is not None


def test_lock__is_kept_by_a_process_that_inherits_it_until_that_ends(tmp_path: Path) -> None:
    with locked_if_free(tmp_path / "lock") as descriptor:
        assert descriptor is not None
        heir = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[descriptor])
    with locked_if_free(tmp_path / "lock") as taken:
        assert taken is None
    heir.kill()
    heir.communicate()
    with locked_if_free(tmp_path / "lock") as free:
        assert free is not None


def test_locked__waits_and_says_so_once(tmp_path: Path) -> None:
    waiting, order = threading.Event(), list[str]()

    def second() -> None:
        with locked(tmp_path / "lock", waiting.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path / "lock", lambda: pytest.fail("the lock was free")):
        thread.start()
        wait_for(waiting.is_set, 120)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
