"""Starts and stops engine, hub and observer together, and brings a lesson into its start state."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread

from checker.course.lesson import Lesson
from checker.session.wake import Waker
from dockyard.engine.base import EngineStatus, shell_variables
from dockyard.engine.kinds import engine_of
from dockyard.errors import StartFailed
from dockyard.home import Home
from dockyard.hub import contents
from dockyard.session import observer_process
from dockyard.session.open import open_session
from dockyard.system.locks import locked

TIMEOUT = 300  # seconds for the commands of one call of `run`
SHOWN_OUTPUT = 2000  # characters at the end of a failed command's output that are shown


def up(home: Home, say: Callable[[str], None]) -> EngineStatus:
    """Start engine, hub and observer; what runs already is left as it is."""
    engine = engine_of(home)
    home.prepare()
    engine.prepare()
    contents.fill(home, say)
    status = engine.up()
    observer_process.ensure(home)
    return status


def down(home: Home) -> None:
    """Stop all of them; progress, images and the learner's files are kept."""
    observer_process.stop(home)
    home.refuse_foreign_runtime()
    Waker(home.wake).wake()
    engine_of(home).down()


def start(home: Home, lesson_id: str) -> Lesson:
    """Start a lesson, for the first time or again: an empty engine in the lesson's start state."""
    return _bring_into_start_state(home, lesson_id, new_run=True)


def reset(home: Home) -> Lesson:
    """Restore the start state of the active lesson; what was achieved stays achieved."""
    with open_session(home) as session:
        run = session.active() or session.latest()
        lesson_id = run.lesson if run else session.lesson().id
    return _bring_into_start_state(home, lesson_id, new_run=False)


def enter(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> Lesson:
    """Continue a lesson (None: the last one, or the first of the course) and make it the active one.

    If it is active already, nothing changes. Otherwise it gets its start state and keeps what was achieved.
    """
    with open_session(home) as session:
        active = session.active()
        last = active or session.latest()
        wanted = lesson_id or (last.lesson if last else session.course.ids()[0])
        if active and active.lesson == wanted:
            return session.course.lesson(wanted)
        begun = session.latest(wanted)
    say(f"Preparing the lesson `{wanted}` …")
    return _bring_into_start_state(home, wanted, new_run=begun is None)


def learner_env(home: Home) -> dict[str, str]:
    """The environment of a shell that talks to this home's engine."""
    engine = shell_variables(engine_of(home).endpoint)
    others = {name: value for name, value in os.environ.items() if name not in engine}
    return {**others, **home.env, **{name: value for name, value in engine.items() if value is not None}}


def command_path() -> str:
    """The PATH of commands that are run here: Dockyard's own commands come first."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"


def run(home: Home, commands: str, *, strictly: bool = False) -> subprocess.CompletedProcess[str]:
    """Run commands in a shell on the home's engine, as a learner would type them; some may fail.

    `strictly`: stop at the first that fails. Raises subprocess.TimeoutExpired after TIMEOUT seconds.
    """
    ours = {"PATH": command_path(), "DOCKER_CONFIG": str(engine_of(home).docker_config)}
    with subprocess.Popen(
        ["sh", "-ec" if strictly else "-c", commands],
        env=learner_env(home) | ours,
        cwd=home.workspace,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            output, errors = shell.communicate(timeout=TIMEOUT)
        except BaseException:  # too late, or Ctrl-C
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)  # the shell and all that it has started
            raise
    return subprocess.CompletedProcess(shell.args, shell.returncode, output, errors)


def _bring_into_start_state(home: Home, lesson_id: str, *, new_run: bool) -> Lesson:
    # One start state is made at a time; another command waits for it.
    with open_session(home) as session, locked(home.path / "start.lock"):
        lesson = session.course.lesson(lesson_id)
        session.journal.pause()
        contents.restore(home)
        Thread(target=import_module, args=["docker"]).start()  # takes 0.1 s and is needed below
        engine_of(home).renew()
        for command in lesson.start:
            _run_start_command(home, command)
        session.begin_tracking(lesson_id, new_run=new_run)
    observer_process.ensure(home)
    return lesson


def _run_start_command(home: Home, command: str) -> None:
    try:
        done = run(home, command, strictly=True)
        failure = "" if done.returncode == 0 else done.stderr or done.stdout or f"exit code {done.returncode}"
    except subprocess.TimeoutExpired:
        failure = f"It did not end within {TIMEOUT} seconds."
    if failure:
        shown = failure.strip()[-SHOWN_OUTPUT:]
        message = f"The lesson's start state cannot be created: `{command.strip()}` failed.\n{shown}"
        raise StartFailed(message, ("dockyard hub fill", "dockyard doctor"))
