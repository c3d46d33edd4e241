"""The session of a notebook: that of the application that is installed, or a plain one.

An application offers its session by an entry point of the group `checker.session`: a function that
takes the commands of the notebook. A folder of lessons that was named, by `%checker lessons FOLDER`
or by CHECKER_LESSONS, comes first: those lessons are judged on the engine that the shell uses.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import platformdirs

from checker.commands import Commands
from checker.course.course import Course
from checker.course.lesson import Lesson
from checker.errors import CannotTell, CheckerError, LessonError, UsageError
from checker.plugins import installed, load
from checker.session.plain import open_plain
from checker.session.report import Report
from checker.session.session import Session
from checker.sources.endpoint import Endpoint, resolve
from checker.verdict import Outcome

GROUP = "checker.session"
NOTEBOOK = Commands(
    check="%check",
    check_step="%check {step}",
    answer="%answer {step} ANSWER",
    hint="%hint {step}",
    solution="%solution {step}",
)
PLAIN_NOTEBOOK = replace(NOTEBOOK, start="%checker start {lesson}")
DEFAULT_FOLDER = "lessons"


def find_session(folder: str = "") -> Session:
    """The session of a folder that was named, of an application, or of ./lessons. Raises CheckerError."""
    folder = folder or os.environ.get("CHECKER_LESSONS", "")
    applications = installed(GROUP)
    if applications and not folder:
        session: Session = load(applications[0])(commands=NOTEBOOK)
        return session
    return plain_session(folder or DEFAULT_FOLDER)


def is_plain() -> bool:
    """Whether `find_session` takes a folder of lessons and no application."""
    return bool(os.environ.get("CHECKER_LESSONS")) or not installed(GROUP)


def plain_session(folder: str) -> Session:
    """The lessons of a folder, on the engine that the docker command would use. Raises CheckerError."""
    place, endpoint = Path(folder).expanduser().absolute(), resolve()
    if not Course(place).ids():
        raise UsageError(f"There are no lessons in {place}.", ("%checker lessons FOLDER",))
    return open_plain(place, journal=_journal(endpoint, place), endpoint=endpoint, commands=PLAIN_NOTEBOOK)


def _journal(endpoint: Endpoint, folder: Path) -> Path:
    """A journal for each engine and course; in memory if no folder for it can be made."""
    key = hashlib.sha256(f"{endpoint.host}\n{folder}".encode()).hexdigest()[:12]
    state = platformdirs.user_state_path("checker")
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(":memory:")
    return state / f"journal-{key}.sqlite"


class NotebookSession:
    """The session that the magics of one notebook use. It is opened when it is first needed.

    The lessons of a plain session count from the moment when they were loaded or named.
    """

    def __init__(self, find: Callable[[str], Session] = find_session) -> None:
        self._find = find
        self._session: Session | None = None
        self._is_tracking = False
        self._begun: set[str] = set()  # lessons whose start state was shown

    @property
    def commands(self) -> Commands:
        """What the learner can type here."""
        return self._session.commands if self._session else PLAIN_NOTEBOOK

    def load(self) -> None:
        """Let the lessons of a plain notebook count from now on. Errors come again at the first check."""
        if is_plain():
            with suppress(CheckerError):
                self.get()

    def get(self) -> Session:
        """The session in use. Raises CheckerError."""
        if self._session is None:
            self._session = self._find("")
        if self._session.begins_by_itself and not self._is_tracking:
            with suppress(CannotTell, LessonError):  # the check itself says so
                self._track()
        return self._session

    def use(self, folder: str) -> None:
        """Use the lessons of a folder; they count from now on. Raises CheckerError."""
        session = self._find(folder)
        if self._session:
            self._session.close()
        self._session, self._is_tracking = session, False
        self._begun.clear()
        self._track()

    def begin(self, lesson_id: str) -> Lesson:
        """Begin a lesson, or begin it again: it counts from now on. Raises CheckerError."""
        session = self.get()
        lesson = session.course.lesson(lesson_id)
        if not session.begins_by_itself:
            command = session.commands.fill("start", lesson=lesson.id)
            raise UsageError("Here, the application makes the start state of a lesson.", command)
        session.begin_tracking(lesson.id)
        self._begun.add(lesson.id)
        return lesson

    def with_start_commands(self, report: Report) -> Report:
        """The report; the first one of a lesson that nobody began says how to make its start state."""
        session = self.get()
        is_first = session.begins_by_itself and report.lesson not in self._begun
        self._begun.add(report.lesson)
        commands = session.lesson(report.lesson).start
        if not (is_first and commands) or report.outcome is Outcome.PASSED:
            return report
        (start,) = session.commands.fill("start", lesson=report.lesson)
        how = f"This lesson begins in a state that you make. Run these commands, and then {start}:"
        return replace(report, notices=(*report.notices, how, *commands))

    def describe(self) -> list[str]:
        """Which lessons, engine and journal are in use. Raises CheckerError."""
        session = self.get()
        journal = str(session.journal.path)
        kept = "only in memory, until this kernel ends" if journal == ":memory:" else f"in {journal}"
        return [
            f"Lessons: {', '.join(session.course.ids())} (in {session.course.folder})",
            f"Engine: {session.endpoint.host} (because of {session.endpoint.source})",
            f"Progress: kept {kept}",
        ]

    def _track(self) -> None:
        assert self._session
        self._session.track_from_now()
        self._is_tracking = True
