"""The desk of a notebook: the one of the application that is installed, or a plain one.

An application offers its desk by the entry-point group `checker.session`. A course folder named by
CHECKER_LESSONS comes first: whoever sets that wants these lessons, judged on the shell's engine.
"""

import hashlib
import os
from importlib.metadata import entry_points
from pathlib import Path

import platformdirs

from checker.course.course import Course
from checker.errors import UsageError
from checker.session.journal import Journal
from checker.session.session import Session
from checker.sources.endpoint import Endpoint, resolve

GROUP = "checker.session"


def find_session() -> Session:
    """The learner's desk. Raises CheckerError."""
    providers = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    if providers and not os.environ.get("CHECKER_LESSONS"):
        session: Session = providers[0].load()()
        return session
    return plain_session()


def plain_session() -> Session:
    """The lessons of CHECKER_LESSONS or of ./lessons, on the engine that the shell talks to."""
    folder = Path(os.environ.get("CHECKER_LESSONS") or "lessons").expanduser().absolute()
    course = Course(folder)
    if not course.ids():
        message = f"There are no lessons in {folder}."
        raise UsageError(message, ("%env CHECKER_LESSONS=/the/folder/of/the/lessons",))
    endpoint = resolve()
    return Session(course, endpoint, Journal(_journal(endpoint, course)), begins_by_itself=True)


def _journal(endpoint: Endpoint, course: Course) -> Path:
    """Where progress is kept, apart for each engine and course; in memory where no file is to be had."""
    key = hashlib.sha256(f"{endpoint.host}\n{course.folder}".encode()).hexdigest()[:12]
    folder = platformdirs.user_state_path("checker")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(":memory:")
    return folder / f"journal-{key}.sqlite"
