"""Proves lessons in parallel: a few engines, each in a home of its own, share the work."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import psutil

from checker.course.lesson import Lesson
from dockyard.author.prove.results import STARTS, Attempt, Result, attempts
from dockyard.author.prove.sandbox import Key, Sandbox, Stopped, key_of
from dockyard.author.prove.scenarios import play_attempt, play_solutions
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache

POLL = 0.1  # seconds
Task = tuple[Lesson, Attempt | None]  # without an attempt: the lesson's solutions


class Work:
    """What is left to try. It is handed out so that each engine stays in one state as long as possible."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self._lock = threading.Lock()
        self._lessons = deque(lessons)
        self._attempts: dict[Key, deque[Task]] = {}
        for lesson in self._lessons:
            for attempt in attempts(lesson):
                self._attempts.setdefault(key_of(lesson, attempt), deque()).append((lesson, attempt))

    def take(self, state: Key | None) -> Task | None:
        """The next task: a whole lesson first, then one in this state, then one in the most wanted state."""
        with self._lock:
            if self._lessons:
                return self._lessons.popleft(), None
            tasks = self._attempts.get(state) if state else None
            tasks = tasks or max(self._attempts.values(), key=len, default=None)
            return tasks.popleft() if tasks else None

    def give_up(self, lesson: Lesson) -> None:
        """Drop the other tasks of a lesson that cannot be started."""
        with self._lock:
            self._attempts = {key: tasks for key, tasks in self._attempts.items() if key[0] != lesson.id}


class Workers:
    """Engines that work in threads. Nothing of them is left, however the work ends."""

    def __init__(self, work: Work, folder: Path, lessons: Path, report: Callable[[Result], None]) -> None:
        self._work, self._folder, self._lessons, self._report = work, folder, lessons, report
        self._stop = threading.Event()

    def run(self, engines: int, interruptible: Callable[[], AbstractContextManager[None]]) -> None:
        """Work until everything is done. Raises the error that stopped an engine.

        KeyboardInterrupt may be raised in a block `with interruptible():`, and nowhere else.
        """
        with ThreadPoolExecutor(engines) as pool:
            working = [pool.submit(self._one, number) for number in range(engines)]
            ended: set[Future[None]] = set()
            try:
                # No join(): when it is interrupted, Python 3.11 believes that the thread has ended. And no
                # endless wait: a signal that comes to another thread does not wake this one.
                with interruptible():
                    while len(ended) < engines and not any(each.exception() for each in ended):
                        ended = wait(working, timeout=POLL, return_when=FIRST_EXCEPTION).done
            finally:
                self._stop.set()
                while wait(working, timeout=POLL).not_done:
                    self._end_commands()
        for each in ended:
            each.result()

    def _one(self, number: int) -> None:
        home = Home(self._folder / f"home-{number}", self._lessons)
        try:
            with suppress(Stopped):
                lifecycle.up(home, lambda _: None)
                self._play(Sandbox(home, self._stop))
        finally:
            lifecycle.down(home)
            cache.remove(home.path)

    def _play(self, sandbox: Sandbox) -> None:
        while not self._stop.is_set() and (task := self._work.take(sandbox.key)):
            for result in _try(sandbox, *task):
                self._report(result)
                if result.name == STARTS and not result.ok:
                    self._work.give_up(task[0])

    def _end_commands(self) -> None:
        """End the commands that run in our homes; a thread may start another one before it stops."""
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if process.environ().get("DOCKYARD_HOME", "").startswith(str(self._folder)):
                    process.kill()


def _try(sandbox: Sandbox, lesson: Lesson, attempt: Attempt | None) -> Iterator[Result]:
    if attempt is None:
        yield from play_solutions(sandbox, lesson)
    else:
        yield play_attempt(sandbox, lesson, attempt)
