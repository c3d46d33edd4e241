"""Proving lessons side by side: a few engines, each in a home of its own, share the work."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from checker.course.lesson import Lesson
from dockyard.author.prove.results import STARTS, Attempt, Result, attempts
from dockyard.author.prove.sandbox import Key, Sandbox, Stopped, key_of
from dockyard.author.prove.scenarios import play_attempt, play_solutions
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache

Task = tuple[Lesson, Attempt | None]  # without an attempt: the lesson's solutions


class Work:
    """What is left to be tried, handed out so that an engine stays in one state as long as it can."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self._lock = threading.Lock()
        self._lessons = deque(lessons)
        self._attempts: dict[Key, deque[Task]] = {}
        for lesson in self._lessons:
            for attempt in attempts(lesson):
                self._attempts.setdefault(key_of(lesson, attempt), deque()).append((lesson, attempt))

    def take(self, state: Key | None) -> Task | None:
        """Something to be tried, in this state if there is any: the lessons first, then the most."""
        with self._lock:
            if self._lessons:
                return self._lessons.popleft(), None
            tasks = self._attempts.get(state) if state else None
            tasks = tasks or max(self._attempts.values(), key=len, default=None)
            return tasks.popleft() if tasks else None

    def give_up(self, lesson: Lesson) -> None:
        """Leave out what is left of a lesson that cannot even be started."""
        with self._lock:
            self._attempts = {key: tasks for key, tasks in self._attempts.items() if key[0] != lesson.id}


class Workers:
    """Engines at work in threads; whatever ends the work, nothing of them is left."""

    def __init__(self, work: Work, folder: Path, lessons: Path, tell: Callable[[Result], None]) -> None:
        self._work, self._folder, self._lessons, self._tell = work, folder, lessons, tell
        self._stop = threading.Event()
        self._failed: list[Exception] = []

    def run(self, engines: int) -> None:
        """Work until all is done. Raises what kept an engine from working."""
        threads = [threading.Thread(target=self._one, args=(number,)) for number in range(engines)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:  # on Ctrl-C, too: it reaches this thread alone
            self._stop.set()
            self._end_commands()
            for thread in threads:
                if thread.ident:
                    thread.join()
        if self._failed:
            raise self._failed[0]

    def _one(self, number: int) -> None:
        home = Home(self._folder / f"home-{number}", self._lessons)
        try:
            lifecycle.up(home, lambda _: None)
            self._play(Sandbox(home, self._stop))
        except Stopped:
            pass
        except Exception as error:  # told by `run`, in the thread that started it all
            self._failed.append(error)
            self._stop.set()
        finally:
            lifecycle.down(home)
            cache.remove(home.path)

    def _play(self, stage: Sandbox) -> None:
        while not self._stop.is_set() and (task := self._work.take(stage.key)):
            for finding in _tried(stage, *task):
                self._tell(finding)
                if finding.name == STARTS and not finding.ok:
                    self._work.give_up(task[0])

    def _end_commands(self) -> None:
        """End the commands that are being typed in our homes."""
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if process.environ().get("DOCKYARD_HOME", "").startswith(str(self._folder)):
                    process.terminate()


def _tried(stage: Sandbox, lesson: Lesson, attempt: Attempt | None) -> Iterator[Result]:
    if attempt is None:
        yield from play_solutions(stage, lesson)
    else:
        yield play_attempt(stage, lesson, attempt)
