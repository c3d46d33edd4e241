"""The command line as a contract: exit codes, JSON, and what it says when things are wrong."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from support import PATIENCE, Docker, host_of, processes_of, wait_for

from checker.session.journal import Journal
from dockyard.home import Home
from dockyard.session import observer_process

BIN = Path(sys.executable).parent


@pytest.fixture
def dockyard(home: Home, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The installed command in `home`; keyword arguments are further environment variables."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
    base = {**clean, "DOCKYARD_HOME": str(home.path), "DOCKER_CONFIG": str(tmp_path / "docker")}

    def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / "dockyard", *words], env=base | env, capture_output=True, text=True, timeout=PATIENCE
        )

    return run


def only_step(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    steps = json.loads(done.stdout)["steps"]
    assert len(steps) == 1
    return dict(steps[0])


def test_a_lesson__from_start_to_tick(dockyard, home, docker_at) -> None:
    assert dockyard("start", "images").returncode == 0
    docker = docker_at(host_of(home))

    before = dockyard("check", "images/pull-ubuntu", "--json")
    assert before.returncode == 1
    assert only_step(before)["outcome"] == "not-yet"
    assert only_step(before)["achieved_at"] is None

    docker("pull", "ubuntu")
    after = dockyard("check", "images/pull-ubuntu", "--json")
    assert after.returncode == 0
    assert only_step(after)["outcome"] == "passed"
    assert only_step(after)["true_now"] is True

    rest = json.loads(dockyard("check", "--json").stdout)
    assert rest["lesson"] == "images"
    assert rest["engine"] == host_of(home)
    assert {
        "step",
        "task",
        "outcome",
        "achieved_at",
        "true_now",
        "reason",
        "message",
        "next",
        "older_check",
    } == set(rest["steps"][0])
    lessons = json.loads(dockyard("lessons", "--json").stdout)
    first = lessons[0]["steps"][0]
    assert (lessons[0]["lesson"], first["step"]) == ("images", "pull-ubuntu")
    assert first["achieved_at"] == only_step(after)["achieved_at"]


def test_check__what_was_achieved_stays_achieved_until_the_lesson_is_begun_again(
    dockyard, home, docker_at
) -> None:
    dockyard("start", "images")
    docker = docker_at(host_of(home))
    docker("run", "hello-world")
    assert dockyard("check", "run-hello-world").returncode == 0
    dockyard("reset")
    kept = only_step(dockyard("check", "run-hello-world", "--json"))
    assert (kept["outcome"], kept["true_now"]) == ("passed", False)
    dockyard("start", "images")
    again = only_step(dockyard("check", "run-hello-world", "--json"))
    assert (again["outcome"], again["achieved_at"]) == ("not-yet", None)


@pytest.mark.parametrize("command", [("reset",), ("start", "removal"), ("start", "images")], ids=" ".join)
def test_start_state__is_nobodys_achievement(dockyard, home, command) -> None:
    dockyard("start", "removal")
    wait_for(lambda: observer_process.observer_pid(home))
    journal = Journal(home.journal)
    run = journal.active()
    wait_for(lambda: journal.state(run).latest)  # the observer is at work
    assert dockyard(*command).returncode == 0
    now = journal.active()
    wait_for(lambda: journal.state(now).latest and now.since > run.since)
    dockyard("check")
    assert journal.state(run).achieved == journal.state(now).achieved == {}


def test_env__points_a_shell_at_the_engine(dockyard, home) -> None:
    assert dockyard("env").stdout == f"export DOCKER_HOST={shlex.quote(host_of(home))}\n"


def test_workspace__is_a_folder_that_one_can_enter(dockyard, home) -> None:
    done = dockyard("workspace")
    assert done.stdout == f"{home.workspace}\n"
    assert home.workspace.is_dir()


def test_status__before_up_and_after(dockyard, home) -> None:
    down = json.loads(dockyard("status", "--json").stdout)
    assert down["engine"]["running"] is False
    dockyard("up")
    up = json.loads(dockyard("status", "--json").stdout)
    assert up["engine"]["running"] is True
    assert up["engine"]["docker_host"] == host_of(home)
    assert up["engine"]["version"]
    assert up["engine"]["store"]
    assert up["hub"]["address"].startswith("localhost:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere/step"), "There is no lesson `nowhere`"),
        (("check", "images/nothing"), "has no step `nothing`"),
        (("start", "nowhere"), "There is no lesson `nowhere`"),
        (("check",), "No lesson has been started yet"),
        (("answer", "pull-ubuntu", "3"), "No lesson has been started yet"),
        (("hint", "images/nothing"), "has no step `nothing`"),
        (("fly",), "No such command"),
    ],
)
def test_usage__is_exit_2_with_what_there_is(dockyard, words, said) -> None:
    done = dockyard(*words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_check__engine_down_is_exit_3_and_never_absent(dockyard) -> None:
    dockyard("start", "removal")
    dockyard("down")
    done = dockyard("check", "removal/remove-hello-world", "--json")
    assert done.returncode == 3
    step = only_step(done)
    assert (step["outcome"], step["reason"]) == ("cannot-tell", "engine-unreachable")
    assert step["next"] == ["dockyard up"]


def test_check__shell_on_another_engine(dockyard, second_engine) -> None:
    dockyard("start", "images")
    done = dockyard("check", "images/pull-ubuntu", "--json", DOCKER_HOST=second_engine.host)
    step = only_step(done)
    assert (done.returncode, step["reason"]) == (1, "wrong-engine")
    assert second_engine.host in str(step["message"])
    assert step["next"][0] == 'eval "$(dockyard env)"'


def test_check__unknown_context_is_told_and_does_not_hide_the_verdict(dockyard) -> None:
    dockyard("start", "images")
    step = only_step(dockyard("check", "images/pull-ubuntu", "--json", DOCKER_CONTEXT="gone"))
    assert step["reason"] == "wrong-engine"
    assert "gone" in str(step["message"])


def test_hints__come_one_by_one(dockyard) -> None:
    dockyard("start", "images")
    first, second = dockyard("hint", "pull-ubuntu").stdout, dockyard("hint", "pull-ubuntu").stdout
    assert first.count("/2") == 1
    assert second.count("/2") == 2
    assert "dockyard solution pull-ubuntu" in second
    assert dockyard("solution", "pull-ubuntu").stdout == "docker pull ubuntu\n"


def test_answer__on_a_step_that_asks_nothing(dockyard) -> None:
    dockyard("start", "images")
    done = dockyard("answer", "pull-ubuntu", "yes")
    assert (done.returncode, "asks for no answer" in done.stderr) == (2, True)


def test_answer__hostile_text_is_harmless(dockyard) -> None:
    dockyard("start", "images")
    dockyard("check")
    done = dockyard("answer", "count-the-layers", "\x1b[2J<script>")
    assert "\x1b" not in done.stdout
    assert done.returncode == 1


def test_home__that_cannot_be_written_is_a_clear_error(dockyard, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = dockyard("up", DOCKYARD_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 3
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_home__from_a_newer_version_is_left_alone(dockyard, home) -> None:
    home.path.mkdir()
    (home.path / "home.json").write_text('{"format": 99}')
    done = dockyard("up")
    assert (done.returncode, "newer Dockyard" in done.stderr) == (3, True)
    assert (home.path / "home.json").read_text() == '{"format": 99}'
    assert [p.name for p in home.path.iterdir() if p.suffix == ".sqlite"] == []


def test_observer__stores_the_verdict_by_itself_and_heals(dockyard, home, docker_at: Callable[[str], Docker]):
    dockyard("start", "images")
    docker = docker_at(host_of(home))
    journal = Journal(home.journal)
    run = journal.active()

    wait_for(lambda: observer_process.observer_pid(home))
    os.kill(observer_process.observer_pid(home), signal.SIGKILL)
    wait_for(lambda: not json.loads(dockyard("status", "--json").stdout)["observer"]["running"])
    docker("run", "--rm", "hello-world")
    assert dockyard("check", "run-hello-world").returncode == 0  # and brings a new observer
    wait_for(lambda: json.loads(dockyard("status", "--json").stdout)["observer"]["running"])
    docker("pull", "ubuntu")
    wait_for(lambda: "pull-ubuntu" in journal.state(run).achieved)


def test_check__killed_in_the_middle_of_writing_loses_nothing(dockyard, home, docker_at) -> None:
    dockyard("start", "images")
    docker_at(host_of(home))("run", "hello-world")
    assert dockyard("check", "run-hello-world").returncode == 0
    command = [BIN / "dockyard", "check", "--json"]
    env = os.environ | {"DOCKYARD_HOME": str(home.path)}
    for milliseconds in range(100, 300, 20):
        checking = psutil.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            checking.wait(milliseconds / 1000)
        except psutil.TimeoutExpired:
            checking.kill()
            checking.wait()
    kept = Journal(home.journal)
    assert "run-hello-world" in kept.state(kept.active()).achieved
    assert dockyard("check", "run-hello-world").returncode == 0


def test_down__leaves_no_process(dockyard, home) -> None:
    dockyard("start", "removal")
    assert processes_of(home)
    assert dockyard("down").returncode == 0
    wait_for(lambda: not processes_of(home))
