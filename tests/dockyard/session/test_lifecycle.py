"""Commands that are run for a learner end in time, whatever they have started."""

import subprocess
from pathlib import Path

import pytest
from support import processes_of, wait_for

from dockyard.home import Home
from dockyard.session import lifecycle


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without an engine."""
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def test_run__gives_output_errors_and_code(home: Home) -> None:
    done = lifecycle.run(home, "echo said; echo complained >&2; exit 7")
    assert (done.stdout, done.stderr, done.returncode) == ("said\n", "complained\n", 7)


def test_run__strictly_stops_at_the_first_that_fails(home: Home) -> None:
    assert lifecycle.run(home, "false; echo said").stdout == "said\n"
    assert lifecycle.run(home, "false; echo said", strictly=True).stdout == ""


def test_run__that_takes_too_long_leaves_no_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "TIMEOUT", 0.5)
    with pytest.raises(subprocess.TimeoutExpired):
        lifecycle.run(home, "sleep 86400 & sleep 86400")
    wait_for(lambda: not processes_of(home))
