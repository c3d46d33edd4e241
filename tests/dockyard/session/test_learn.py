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
from support import PATIENCE, processes_of, wait_for

from checker.errors import UsageError
from checker.session.journal import Journal
from checker.verdict import Outcome
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.learn import learn
from dockyard.session.open import open_session


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
                wait_for(lambda: re.search(r"http://127\.0\.0\.1:\S+", printed.read_text()))
                found = re.search(r"http://127\.0\.0\.1:\S+", printed.read_text())
                assert found
                with urllib.request.urlopen(found[0], timeout=PATIENCE) as answer:
                    assert answer.status == 200
                lab.send_signal(end)
                assert lab.wait(PATIENCE) == 0, printed.read_text()
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

    again = sit(signal.SIGHUP)
    assert "Preparing" not in again
    assert Journal(home.journal).active() == run
    assert processes_of(home) == []


def test_learn__of_no_such_lesson_leaves_the_engine_alone(home: Home) -> None:
    lifecycle.up(home, print)
    with pytest.raises(UsageError, match="no lesson `nope`"):
        learn(home, "nope", print)
    assert engine_of(home).status().running


def test_enter__goes_on_after_an_interrupted_start(home: Home) -> None:
    lifecycle.start(home, "images")
    lifecycle.run(home, "docker run --rm hello-world")
    with open_session(home) as session:
        assert session.check("images", "run-hello-world").outcome is Outcome.PASSED
        session.journal.pause()  # as a reset leaves it that is killed half way
        idle = session.check()
        assert (idle.lesson, idle.steps[0].verdict.next) == ("images", ("dockyard reset",))
        assert idle.steps[1].verdict.outcome is Outcome.PASSED
        assert lifecycle.enter(home, None, print).id == "images"
        again = session.check()
    assert again.steps[0].verdict.reason == "not-here"
    assert again.steps[1].verdict.outcome is Outcome.PASSED
