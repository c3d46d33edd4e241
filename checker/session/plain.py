"""Checks without an application: for a notebook, and for tests with pytest or nbgrader.

    import checker

    session = checker.begin("lessons")                  # the lessons count from here
    ...                                                 # docker pull busybox
    checker.assert_passed(session, "images/pull-busybox")

No process is started, and nothing is written except to a journal that is handed in.
"""

from os import PathLike
from pathlib import Path

from checker.commands import Commands
from checker.course.course import Course
from checker.errors import StepNotPassed, UsageError
from checker.session.journal import Journal
from checker.session.report import Report
from checker.session.session import Session
from checker.session.targets import find_target
from checker.sources.endpoint import Endpoint, resolve
from checker.verdict import Outcome

Folder = str | PathLike[str]


def open_plain(
    lessons: Folder,
    *,
    journal: Folder | None = None,
    endpoint: Endpoint | str | None = None,
    commands: Commands | None = None,
) -> Session:
    """A session of the lessons in a folder. Raises UsageError if there are none.

    `journal` is the file that keeps progress (default: only in memory). `endpoint` is the engine
    (default: the one that the docker command would use). Raises UnknownContext or JournalError, too.
    """
    course = Course(Path(lessons).expanduser().absolute())
    if not course.ids():
        raise UsageError(f"There are no lessons in {course.folder}.")
    place = Endpoint(endpoint, "the caller", chosen=True) if isinstance(endpoint, str) else endpoint
    return Session(
        course,
        place or resolve(),
        Journal(Path(journal or ":memory:")),
        commands=commands or Commands(),
        begins_by_itself=True,
    )


def begin(
    lessons: Folder, *, journal: Folder | None = None, endpoint: Endpoint | str | None = None
) -> Session:
    """A session whose lessons count from now on: what is on the engine now is their start state.

    Close it when it is done, or use it with `with`. Raises CheckerError.
    """
    session = open_plain(lessons, journal=journal, endpoint=endpoint)
    try:
        session.track_from_now()
    except BaseException:
        session.close()
        raise
    return session


def check(
    lessons: Folder | Session,
    target: str,
    *,
    journal: Folder | None = None,
    endpoint: Endpoint | str | None = None,
) -> Report:
    """Judge `LESSON/STEP`, `LESSON`, or a `STEP` that only one lesson has.

    `lessons` is a folder or what `begin` returned. With a folder, what happened before is known only
    from a `journal` that an earlier call wrote: without one, a step like "pulled" cannot pass.
    Raises UsageError, LessonError, UnknownContext or JournalError; an engine that cannot be read is
    an outcome.
    """
    if isinstance(lessons, Session):
        if journal or endpoint:
            raise UsageError("A session already has a journal and an engine: leave out both.")
        return lessons.check(*find_target(lessons, target))
    with open_plain(lessons, journal=journal, endpoint=endpoint) as session:
        return session.check(*find_target(session, target))


def assert_passed(
    lessons: Folder | Session,
    target: str,
    *,
    journal: Folder | None = None,
    endpoint: Endpoint | str | None = None,
) -> Report:
    """Judge like `check`. Raises StepNotPassed, an AssertionError with the message, if it is not passed."""
    return passed(check(lessons, target, journal=journal, endpoint=endpoint))


def passed(report: Report) -> Report:
    """The report. Raises StepNotPassed if one of its steps is not passed."""
    unmet = [step for step in report.steps if step.verdict.outcome is not Outcome.PASSED]
    if not unmet:
        return report
    first = unmet[0].verdict
    names = ", ".join(f"{step.step} ({step.verdict.reason or step.verdict.outcome})" for step in unmet)
    raise StepNotPassed(f"{names}: {first.message}", first.next)
