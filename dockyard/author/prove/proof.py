"""The proof of lessons on a real engine.

A lesson is proven if:
- every step is refused before its solution, passes after it, and stays passed;
- every other route passes, and every mistake gets its reason and its words;
- all hints are shown, and every command that a learner is told to type exists;
- a check changes nothing.
Each attempt starts in the lesson's start state, with only the steps solved that it builds on.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from checker.course.course import read_lesson
from checker.course.course_file import lesson_name
from checker.course.lesson import Lesson
from checker.errors import LessonError, UsageError
from dockyard.author.prove.results import COMPILES, WHOLE, Result, attempts, expected
from dockyard.author.prove.workers import Work, Workers
from dockyard.hub.practice import practice_images
from dockyard.system import cache
from dockyard.system.signals import defer_end_signals

MEMORY = Path("/dev/shm")  # on a disk, engines spend a fifth of the time waiting for it
ENGINE_SIZE = 1 << 30  # bytes that an engine may need there

__all__ = ["WHOLE", "Proof", "Result", "attempts", "expected", "prove"]


@dataclass(frozen=True)
class Proof:
    """The result of a proof of some lessons."""

    lessons: tuple[Lesson, ...]
    results: tuple[Result, ...]
    seconds: float
    engines: int

    @property
    def untried(self) -> tuple[tuple[str, str, str], ...]:
        """The places of what could not be tried, because something before it failed."""
        tried = {result.place for result in self.results}
        return tuple(place for lesson in self.lessons for place in expected(lesson) if place not in tried)

    @property
    def ok(self) -> bool:
        """Whether the lessons are proven: everything was tried, and no problem was found."""
        return not self.untried and all(result.ok for result in self.results)


def prove(
    files: Iterable[Path],
    jobs: int,
    say: Callable[[str], None],
    report: Callable[[Result], None] = lambda _: None,
) -> Proof:
    """Try everything with the lessons of these Markdown files, on new engines that are deleted afterwards.

    `report` gets each result as soon as it is known. Raises UsageError if two lessons have the same id,
    DockyardError if no engine can be started.
    """
    began, results = time.monotonic(), list[Result]()

    def found(result: Result) -> None:
        results.append(result)
        report(result)

    lessons = _readable(files, found)
    engines = min(jobs, sum(1 + len(tuple(attempts(lesson))) for lesson in lessons.values()))
    if lessons:
        practice_images.ensure(say)
        with defer_end_signals() as interruptible, _workspace(engines) as folder:
            course = _course(folder, lessons)
            Workers(Work(lessons.values()), folder, course, found).run(engines, interruptible)
    return Proof(tuple(lessons.values()), tuple(results), time.monotonic() - began, engines)


def _readable(files: Iterable[Path], found: Callable[[Result], None]) -> dict[Path, Lesson]:
    """The lessons that can be read, by file. For each other lesson, a result says why not."""
    lessons: dict[Path, Lesson] = {}
    for file in files:
        try:
            lesson = read_lesson(file)
        except LessonError as error:
            found(Result(lesson_name(file), WHOLE, COMPILES, error.problems))
            continue
        if twin := next((other for other, known in lessons.items() if known.id == lesson.id), None):
            raise UsageError(f"{twin} and {file} are both called `{lesson.id}`. Prove them one by one.")
        lessons[file] = lesson
    return lessons


@contextmanager
def _workspace(engines: int) -> Iterator[Path]:
    """A folder for the homes. It is deleted after the block."""
    place = MEMORY if "TMPDIR" not in os.environ and _fits_in_memory(engines * ENGINE_SIZE) else None
    folder = Path(tempfile.mkdtemp(prefix="dockyard-prove-", dir=place))
    try:
        yield folder
    finally:
        cache.remove(folder)


def _fits_in_memory(size: int) -> bool:
    """Whether files of this size leave plenty of memory free."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return min(psutil.virtual_memory().available // 2, shutil.disk_usage(MEMORY).free) > size


def _course(folder: Path, lessons: Iterable[Path]) -> Path:
    """A course of only these lessons, from whatever folders."""
    course = folder / "lessons"
    course.mkdir()
    for number, file in enumerate(lessons, 1):
        for part in (file, file.with_suffix(".yaml")):
            (course / f"{number:02}-{lesson_name(file)}{part.suffix}").symlink_to(part.resolve())
    return course
