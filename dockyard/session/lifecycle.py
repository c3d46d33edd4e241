"""The whole yard: engine, hub, observer and lesson, brought up, started over and taken down."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread

from checker.course.lesson import Lesson
from checker.session.wake import Waker
from dockyard.engine.private import EngineStatus, PrivateEngine
from dockyard.errors import StartFailed
from dockyard.home import Home
from dockyard.hub import contents
from dockyard.session import observer_process
from dockyard.session.open import open_session

PATIENCE = 120  # seconds for the commands that are typed at once
LAST_WORDS = 2000  # characters of a failed command's output that are shown


def up(home: Home, say: Callable[[str], None]) -> EngineStatus:
    """Bring up engine, hub and observer; whatever runs already is left alone."""
    home.prepare()
    contents.fill(home, say)
    status = PrivateEngine(home).up()
    observer_process.ensure(home)
    return status


def down(home: Home) -> None:
    """End all of it; progress, images and the learner's files stay."""
    observer_process.stop(home)
    home.refuse_foreign_runtime()
    Waker(home.wake).wake()
    PrivateEngine(home).down()


def start(home: Home, lesson_id: str) -> Lesson:
    """Begin a lesson, or begin it again: a fresh engine in the lesson's start state."""
    return _arm(home, lesson_id, anew=True)


def reset(home: Home) -> Lesson:
    """Bring back the start state of the active lesson; what was achieved stays achieved."""
    with open_session(home) as session:
        run = session.active() or session.latest()
        lesson_id = run.lesson if run else session.lesson().id
    return _arm(home, lesson_id, anew=False)


def enter(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> Lesson:
    """Go on with a lesson (None: where the learner was, or the first) and make it the active one.

    One that is active is left as it is; another gets its start state, and keeps its achievements.
    """
    with open_session(home) as session:
        active = session.active()
        last = active or session.latest()
        wanted = lesson_id or (last.lesson if last else session.course.ids()[0])
        if active and active.lesson == wanted:
            return session.course.lesson(wanted)
        begun = session.latest(wanted)
    say(f"Preparing the lesson `{wanted}` …")
    return _arm(home, wanted, anew=begun is None)


def learner_env(home: Home) -> dict[str, str]:
    """The environment of a shell that talks to this home's engine."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY")}
    return {**kept, **home.env, "DOCKER_HOST": home.docker_host}


def command_path() -> str:
    """Where commands are looked for: Dockyard's own first."""
    return f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"


def docker_config(home: Home) -> Path:
    """The Docker configuration of commands that are typed here: no plugins, no logins but their own."""
    return home.engine / "docker-config"


def run(home: Home, commands: str, *, strictly: bool = False) -> subprocess.CompletedProcess[str]:
    """Type commands in a shell on the home's engine, as a learner would; some may fail.

    `strictly`: stop at the first that fails. Raises subprocess.TimeoutExpired after PATIENCE.
    """
    ours = {"PATH": command_path(), "DOCKER_CONFIG": str(docker_config(home))}
    return subprocess.run(
        ["sh", "-ec" if strictly else "-c", commands],
        env=learner_env(home) | ours,
        cwd=home.workspace,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def _arm(home: Home, lesson_id: str, *, anew: bool) -> Lesson:
    with open_session(home) as session, _alone(home):
        lesson = session.course.lesson(lesson_id)
        session.journal.pause()
        contents.rewind(home)
        Thread(target=import_module, args=["docker"]).start()  # takes 0.1 s, needed below; meanwhile:
        PrivateEngine(home).renew()
        for command in lesson.start:
            _must(home, command)
        session.begin_tracking(lesson_id, anew=anew)
    observer_process.ensure(home)
    return lesson


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One start state is made at a time; another waits for it."""
    with (home.path / "start.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _must(home: Home, command: str) -> None:
    try:
        done = run(home, command, strictly=True)
        words = "" if done.returncode == 0 else done.stderr or done.stdout or f"exit code {done.returncode}"
    except subprocess.TimeoutExpired:
        words = f"It did not end within {PATIENCE} seconds."
    if words:
        told = words.strip()[-LAST_WORDS:]
        message = f"The lesson's start state cannot be made: `{command.strip()}` failed.\n{told}"
        raise StartFailed(message, ("dockyard hub fill", "dockyard doctor"))
