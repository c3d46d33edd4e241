"""The proof of lessons on a real engine.

Every step is refused before its solution and passes after it, and stays passed; every other route
passes, too; each mistake gets its reason and its words; all hints can be had; every command that a
learner is told to type exists; and looking changes nothing. Everything is tried in the lesson's own
start state, with the steps solved that it builds on.
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

MEMORY = Path("/dev/shm")  # with a disk under them, engines wait for it a fifth of the time
ROOM = 1 << 30  # bytes of it that an engine may need

__all__ = ["WHOLE", "Proof", "Result", "attempts", "expected", "prove"]


@dataclass(frozen=True)
class Proof:
    """What was tried with some lessons, and what came of it."""

    lessons: tuple[Lesson, ...]
    findings: tuple[Result, ...]
    seconds: float
    engines: int

    @property
    def untried(self) -> tuple[tuple[str, str, str], ...]:
        """The places of what could not be tried, because something before it went wrong."""
        tried = {finding.place for finding in self.findings}
        return tuple(place for lesson in self.lessons for place in expected(lesson) if place not in tried)

    @property
    def ok(self) -> bool:
        """Whether the lessons are proven: all was tried, and nothing is wrong."""
        return not self.untried and all(finding.ok for finding in self.findings)


def prove(
    files: Iterable[Path],
    jobs: int,
    say: Callable[[str], None],
    tell: Callable[[Result], None] = lambda _: None,
) -> Proof:
    """Try everything with the lessons of these Markdown files, on fresh engines that leave no trace.

    `tell` gets each finding as soon as it is there. Raises UsageError when two lessons have one id,
    DockyardError when no engine is to be had.
    """
    began, findings = time.monotonic(), list[Result]()

    def found(finding: Result) -> None:
        findings.append(finding)
        tell(finding)

    lessons = _readable(files, found)
    engines = min(jobs, sum(1 + len(tuple(attempts(lesson))) for lesson in lessons.values()))
    if lessons:
        practice_images.ensure(say)
        with _workshop(engines) as folder:
            course = _course(folder, lessons)
            Workers(Work(lessons.values()), folder, course, found).run(engines)
    return Proof(tuple(lessons.values()), tuple(findings), time.monotonic() - began, engines)


def _readable(files: Iterable[Path], found: Callable[[Result], None]) -> dict[Path, Lesson]:
    """The lessons that can be read, by their files; the others are refused."""
    lessons: dict[Path, Lesson] = {}
    for file in files:
        try:
            lesson = read_lesson(file)
        except LessonError as error:
            found(Result(lesson_name(file), WHOLE, COMPILES, error.problems))
            continue
        if twin := next((other for other, known in lessons.items() if known.id == lesson.id), None):
            raise UsageError(f"{twin} and {file} are both called `{lesson.id}`; prove them one by one.")
        lessons[file] = lesson
    return lessons


@contextmanager
def _workshop(engines: int) -> Iterator[Path]:
    """A folder for the homes; gone when it is left."""
    place = MEMORY if "TMPDIR" not in os.environ and _is_roomy(engines * ROOM) else None
    folder = Path(tempfile.mkdtemp(prefix="dockyard-prove-", dir=place))
    try:
        yield folder
    finally:
        cache.remove(folder)


def _is_roomy(size: int) -> bool:
    """Whether there is plenty of memory for files."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return min(psutil.virtual_memory().available // 2, shutil.disk_usage(MEMORY).free) > size


def _course(folder: Path, lessons: Iterable[Path]) -> Path:
    """A course of just these lessons, wherever they are from."""
    course = folder / "lessons"
    course.mkdir()
    for number, file in enumerate(lessons, 1):
        for part in (file, file.with_suffix(".yaml")):
            (course / f"{number:02}-{lesson_name(file)}{part.suffix}").symlink_to(part.resolve())
    return course
