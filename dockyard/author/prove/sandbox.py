"""Where lessons are played: a home in which one state after another is made, as a learner would."""

import subprocess
import threading
from contextlib import suppress

from checker.course.lesson import Lesson, Step
from checker.session.session import Session
from checker.verdict import Outcome, Verdict, printable
from dockyard.author.prove.checkpoint import Checkpoint
from dockyard.author.prove.known_commands import unknown
from dockyard.author.prove.results import Attempt
from dockyard.author.prove.snapshot import Snapshot, changes, see, settle
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session
from dockyard.system import cache

Key = tuple[str, tuple[str, ...]]  # a lesson, and the steps that are solved in it
Told = tuple[Verdict, tuple[str, ...]]  # what a learner is told, and what is wrong with that, whatever it is
LAST_WORDS = 300  # characters of what commands complained of


class Stopped(Exception):
    """The proof is to end now."""


class Sandbox:
    """One home. `key` says in which state it is, None when that is nobody's to begin with."""

    def __init__(self, home: Home, stop: threading.Event) -> None:
        self.home = home
        self.key: Key | None = None
        self._stop = stop
        self._fresh: tuple[Snapshot, set[str]] | None = None  # what was there, and achieved, at first
        self._answered: set[str] = set()
        self._saved = Checkpoint(home)
        self._saved_key: Key | None = None
        self._unsavable: set[Key] = set()  # something in them does not survive an end of the engine

    def begin(self, lesson: Lesson) -> None:
        """The lesson's start state: a fresh engine, no logins, nothing in the learner's folder."""
        self._refuse_when_stopped()
        self.key = self._fresh = None
        self._answered = set()
        for folder in (self.home.workspace, lifecycle.docker_config(self.home)):
            with suppress(FileNotFoundError):
                for inside in folder.iterdir():
                    cache.remove(inside) if inside.is_dir() else inside.unlink()
        lifecycle.start(self.home, lesson.id)
        cache.remove(self.home.engine / "trash")  # the engine takes its time, and may not have it

    def make_ready(self, lesson: Lesson, attempt: Attempt) -> tuple[str, ...]:
        """The state in which an attempt is made; returns why it cannot be had, if it cannot.

        The state of the attempt before will do when that one has changed nothing.
        """
        if key_of(lesson, attempt) != self.key or self._used(lesson, attempt):
            if problem := self._reach(lesson, lesson.before(attempt.step)):
                return (problem,)
            self._answered = set()
        if attempt.step.is_question:
            self._answered.add(attempt.step.id)
        return ()

    def _reach(self, lesson: Lesson, steps: tuple[Step, ...]) -> str | None:
        """The state in which these steps are solved, and no others; returns why it cannot be had."""
        self._refuse_when_stopped()
        key = (lesson.id, tuple(step.id for step in steps))
        self.key = self._fresh = None
        if self._saved_key == key:
            self._saved.bring_back()
        elif problem := self._solve(lesson, steps):
            return problem
        elif key not in self._unsavable and (steps or lesson.start):
            self._saved_key = key if self._saved.save() else None
            if self._saved_key is None:
                self._unsavable.add(key)
                return self._reach(lesson, steps)
        with open_session(self.home) as session:
            settle(session.engine)
            self._fresh = see(self.home, session.engine), _achieved(session, lesson)
        self.key = key
        return None

    def _solve(self, lesson: Lesson, steps: tuple[Step, ...]) -> str | None:
        """Begin, and solve these steps; returns what goes wrong."""
        self.begin(lesson)
        for step in steps:
            self.type(step.solution)
            verdict, _ = self.look(lesson, step)
            if verdict.outcome is not Outcome.PASSED:
                return f"cannot be tried: it builds on `{step.id}`, whose solution does not solve it"
        return None

    def type(self, commands: str) -> str:
        """Type commands as a learner; returns the end of what they complain of, in one line."""
        self._refuse_when_stopped()
        try:
            done = lifecycle.run(self.home, commands)
        except subprocess.TimeoutExpired:
            return f"They did not end within {lifecycle.PATIENCE} seconds."
        return printable(" ".join(done.stderr.split())[-LAST_WORDS:])

    def look(self, lesson: Lesson, step: Step) -> Told:
        """What a learner's own check says of a step."""
        return self.look_at(lesson, step)[step.id]

    def look_at(self, lesson: Lesson, step: Step | None = None) -> dict[str, Told]:
        """What a learner's own check says, by step."""
        self._refuse_when_stopped()
        # The learner's shell talks to this engine, whatever the author's does.
        with open_session(self.home, watch_shell=False) as session:
            settle(session.engine)
            before = see(self.home, session.engine)
            found = session.check(lesson.id, step.id if step else None)
            changed = changes(self.home, session.engine, before)
        wrong = [f"the check changes what it looks at: {', '.join(changed)}"] if changed else []
        return {
            each.step: (each.verdict, (*wrong, *map(_no_command, unknown(each.verdict.next))))
            for each in found.steps
        }

    def _used(self, lesson: Lesson, attempt: Attempt) -> bool:
        """Whether anything tells this state from the fresh one in which the attempt is to be made."""
        step = attempt.step
        answers = f"dockyard answer {step.id}" in attempt.commands
        if self._fresh is None or (step.id in self._answered and not answers):
            return True
        sight, achieved = self._fresh
        with open_session(self.home) as session:
            return (
                _achieved(session, lesson) != achieved
                or bool(changes(self.home, session.engine, sight))
                or bool(session.engine.events(sight.at))
                or any(True for _ in session.failed_requests(sight.at))
            )

    def _refuse_when_stopped(self) -> None:
        if self._stop.is_set():
            raise Stopped


def key_of(lesson: Lesson, attempt: Attempt) -> Key:
    """The state in which an attempt is made: the steps solved that it builds on, and no others."""
    return lesson.id, tuple(step.id for step in lesson.before(attempt.step))


def _achieved(session: Session, lesson: Lesson) -> set[str]:
    run = session.latest(lesson.id)
    return set(session.journal.state(run).achieved) if run else set()


def _no_command(command: str) -> str:
    return f"tells the learner to type `{command}`, and there is no such command"
