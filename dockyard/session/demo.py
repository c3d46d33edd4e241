"""Plays a course: every task, the commands of its solution with their real output, and the tick."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from shlex import quote

from checker.course.course import Course
from checker.course.lesson import Lesson
from checker.verdict import Outcome
from checker.views import text
from dockyard.errors import StartFailed
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session
from dockyard.system import cache


def demonstrate(course: Course, say: Callable[[str], None]) -> None:
    """Play the solutions of all lessons on a separate engine, which is deleted at the end.

    Raises StartFailed if a step does not pass; `dockyard author prove` finds such steps before.
    """
    with ExitStack() as undo:
        home = Home(Path(tempfile.mkdtemp(prefix="dockyard-demo-")), course.folder)
        undo.callback(cache.remove, home.path)
        undo.callback(lifecycle.down, home)
        status = lifecycle.up(home, say)
        say(f"A private engine, version {status.version}, and a hub at {status.hub_address} are up.")
        for lesson in course.lessons():
            _play(home, lesson, say)
    say(f"\nEvery step of the course `{course.id}` passed.")


def _play(home: Home, lesson: Lesson, say: Callable[[str], None]) -> None:
    lifecycle.start(home, lesson.id)
    say(f"\n━━ {lesson.title} " + "━" * (72 - len(lesson.title)))
    for step in lesson.steps:
        say(f"\n{step.number}. {text.plain(step.task)}")
        say(_transcript(home, step.solution))
        with open_session(home) as session:
            verdict = session.check(lesson.id, step.id).steps[0].verdict
        if verdict.outcome is not Outcome.PASSED:
            raise StartFailed(f"The step `{step.id}` did not pass: {verdict.message}")
        say(f"✓ {verdict.message}")


def _transcript(home: Home, commands: str) -> str:
    """Run the commands in one shell, as a learner would: each after a prompt, then what it prints."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh", encoding="utf-8") as script:
        script.write(commands.rstrip() + "\n")
        script.flush()
        # An interactive shell (-i) shows prompts, -v what it reads, +m needs no terminal.
        shell = f"PS1='$ ' PS2='> ' ENV= sh +m -iv {quote(script.name)} 2>&1"
        return lifecycle.run(home, shell).stdout.removesuffix("\n$ \n").rstrip()
