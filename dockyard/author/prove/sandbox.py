"""A home in which lessons are played: it is brought into one state after another, as by a learner."""

import subprocess
import threading
from contextlib import suppress

from checker.course.lesson import Lesson, Step
from checker.session.session import Session
from checker.verdict import Outcome, Verdict, printable
from dockyard.author.prove.checkpoint import Checkpoint
from dockyard.author.prove.known_commands import unknown
from dockyard.author.prove.results import Attempt
from dockyard.author.prove.snapshot import Snapshot, changes, settle, take
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session
from dockyard.system import cache

Key = tuple[str, tuple[str, ...]]  # a lesson, and the steps that are solved in it
Checked = tuple[Verdict, tuple[str, ...]]  # what the check says, and what is wrong with every such verdict
SHOWN_ERRORS = 300  # characters at the end of what commands print to standard error


class Stopped(Exception):
    """The proof was told to end."""


class Sandbox:
    """One home. `key` identifies its current state; None if unknown, so that no attempt begins in it."""

    def __init__(self, home: Home, stop: threading.Event) -> None:
        self.home = home
        self.key: Key | None = None
        self._stop = stop
        self._fresh: tuple[Snapshot, set[str]] | None = None  # things, and steps achieved, at first
        self._answered: set[str] = set()
        self._saved = Checkpoint(home)
        self._saved_key: Key | None = None
        self._unsavable: set[Key] = set()  # states that a restart of the engine changes

    def begin(self, lesson: Lesson) -> None:
        """Create the lesson's start state: an empty engine, no logins, nothing in the learner's folder."""
        self._refuse_when_stopped()
        self.key = self._fresh = None
        self._answered = set()
        engine = engine_of(self.home)
        for folder in (self.home.workspace, engine.docker_config):
            with suppress(FileNotFoundError):
                for inside in folder.iterdir():
                    cache.remove(inside) if inside.is_dir() else inside.unlink()
        lifecycle.start(self.home, lesson.id)
        engine.delete_discarded()  # now: the engine waits some seconds, and is often restarted before

    def make_ready(self, lesson: Lesson, attempt: Attempt) -> tuple[str, ...]:
        """Create the state in which an attempt is made; returns why that fails, if it does.

        If the attempt before has changed nothing, its state is used again.
        """
        if key_of(lesson, attempt) != self.key or self._used(lesson, attempt):
            if problem := self._reach(lesson, lesson.before(attempt.step)):
                return (problem,)
            self._answered = set()
        if attempt.step.is_question:
            self._answered.add(attempt.step.id)
        return ()

    def _reach(self, lesson: Lesson, steps: tuple[Step, ...]) -> str | None:
        """Create the state in which only these steps are solved; returns why that fails, if it does."""
        self._refuse_when_stopped()
        key = (lesson.id, tuple(step.id for step in steps))
        self.key = self._fresh = None
        if self._saved_key == key:
            self._saved.restore()
        elif problem := self._solve(lesson, steps):
            return problem
        elif key not in self._unsavable and (steps or lesson.start):
            self._saved_key = key if self._saved.save() else None
            if self._saved_key is None:
                self._unsavable.add(key)
                return self._reach(lesson, steps)
        with open_session(self.home) as session:
            settle(session.engine)
            self._fresh = take(self.home, session.engine), _achieved(session, lesson)
        self.key = key
        return None

    def _solve(self, lesson: Lesson, steps: tuple[Step, ...]) -> str | None:
        """Start the lesson and solve these steps; returns what fails, if something does."""
        self.begin(lesson)
        for step in steps:
            self.run(step.solution)
            verdict, _ = self.check(lesson, step)
            if verdict.outcome is not Outcome.PASSED:
                return f"cannot be tried: it builds on `{step.id}`, whose solution does not solve it"
        return None

    def run(self, commands: str) -> str:
        """Run commands as a learner; returns the end of their error output, in one line."""
        self._refuse_when_stopped()
        try:
            done = lifecycle.run(self.home, commands)
        except subprocess.TimeoutExpired:
            return f"The commands did not end within {lifecycle.TIMEOUT} seconds."
        return printable(" ".join(done.stderr.split())[-SHOWN_ERRORS:])

    def check(self, lesson: Lesson, step: Step) -> Checked:
        """What a learner's own check says about a step."""
        return self.check_all(lesson, step)[step.id]

    def check_all(self, lesson: Lesson, step: Step | None = None) -> dict[str, Checked]:
        """What a learner's own check says about each step, or about one."""
        self._refuse_when_stopped()
        # The learner's shell talks to this engine, whatever the author's does.
        with open_session(self.home, watch_shell=False) as session:
            settle(session.engine)
            before = take(self.home, session.engine)
            found = session.check(lesson.id, step.id if step else None)
            changed = changes(self.home, session.engine, before)
        wrong = [f"the check changes what it looks at: {', '.join(changed)}"] if changed else []
        return {
            each.step: (each.verdict, (*wrong, *map(_no_command, unknown(each.verdict.next))))
            for each in found.steps
        }

    def _used(self, lesson: Lesson, attempt: Attempt) -> bool:
        """Whether anything has changed since the state was created that the attempt needs."""
        step = attempt.step
        answers = f"dockyard answer {step.id}" in attempt.commands
        if self._fresh is None or (step.id in self._answered and not answers):
            return True
        snapshot, achieved = self._fresh
        with open_session(self.home) as session:
            return (
                _achieved(session, lesson) != achieved
                or bool(changes(self.home, session.engine, snapshot))
                or bool(session.engine.events(snapshot.at))
                or any(True for _ in session.failed_requests(snapshot.at))
            )

    def _refuse_when_stopped(self) -> None:
        if self._stop.is_set():
            raise Stopped


def key_of(lesson: Lesson, attempt: Attempt) -> Key:
    """The state in which an attempt is made: only the steps that it builds on are solved."""
    return lesson.id, tuple(step.id for step in lesson.before(attempt.step))


def _achieved(session: Session, lesson: Lesson) -> set[str]:
    run = session.latest(lesson.id)
    return set(session.journal.state(run).achieved) if run else set()


def _no_command(command: str) -> str:
    return f"tells the learner to type `{command}`, but there is no such command"
