"""One sitting, as `make learn` has it: everything up, the lab, Ctrl-C, everything down."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from support import processes_of, wait_for

from checker.journal import Journal
from dockyard.home import Home


@pytest.fixture
def sit(home: Home, tmp_path: Path) -> Callable[[signal.Signals], str]:
    """Opens the lab, waits until its page is served, sends a signal; gives what was printed."""

    def sitting(end: signal.Signals) -> str:
        printed = tmp_path / "printed"
        env = {k: v for k, v in os.environ.items() if k not in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")}
        with printed.open("w") as output:
            lab = subprocess.Popen(
                [Path(sys.executable).with_name("dockyard"), "lab"],
                env=env | {"DOCKYARD_HOME": str(home.path), "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
            try:
                wait_for(lambda: re.search(r"http://127\.0\.0\.1:\S+", printed.read_text()), 60)
                found = re.search(r"http://127\.0\.0\.1:\S+", printed.read_text())
                assert found
                with urllib.request.urlopen(found[0], timeout=30) as answer:
                    assert answer.status == 200
                lab.send_signal(end)
                assert lab.wait(30) == 0, printed.read_text()
            finally:
                lab.kill()
                lab.wait()
        return printed.read_text()

    return sitting


def test_learn__ends_without_a_trace_and_goes_on_where_it_was(sit, home) -> None:
    first = sit(signal.SIGINT)
    assert "Preparing the lesson `images`" in first
    assert first.rstrip().endswith("Engine and hub are down. Your progress and your files are kept.")
    assert "Traceback" not in first
    run = Journal(home.journal).active()
    assert (home.workspace / "01-images.ipynb").exists()
    assert processes_of(home) == []

    again = sit(signal.SIGTERM)
    assert "Preparing" not in again
    assert Journal(home.journal).active() == run
    assert processes_of(home) == []
