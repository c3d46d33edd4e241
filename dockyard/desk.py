"""The learner's desk in a home: which course, which engine, which journal.

The command line and `%load_ext checker` (through the entry point `checker.desk`) both open it here.
"""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from checker.course import Course
from checker.desk import Desk
from checker.endpoint import Endpoint, resolve
from checker.journal import Journal
from checker.objects import Event
from dockyard.course_files import course_folder
from dockyard.home import Home

MISS = re.compile(
    r'^time="(?P<time>[^"]+)" .*err\.code="manifest unknown".* '
    r"vars\.name=(?P<repository>\S+) vars\.reference=(?P<tag>\S+)",
    re.MULTILINE,
)


def open_desk(home: Home | None = None) -> Desk:
    """The desk of a home (default: the one the environment names). Raises HomeError, JournalError."""
    home = home or Home.locate()
    home.prepare()
    return Desk(
        Course(course_folder()),
        Endpoint(home.docker_host, "Dockyard's private engine", chosen=True),
        Journal(home.journal),
        shell=lambda: resolve(os.environ),
        mend_shell='eval "$(dockyard env)"',
        misses=lambda since: hub_misses(home, since),
        folder=home.workspace,
        private=True,
    )


def hub_misses(home: Home, since: int) -> Iterable[Event]:
    """What the hub was asked for since a time and does not have, from its log."""
    try:
        log = home.hub_log.read_text(errors="replace")
    except FileNotFoundError:
        return ()
    return (event for event in _misses(log) if event.time_nano > since)


def _misses(log: str) -> Iterator[Event]:
    for found in MISS.finditer(log):
        repository, tag = found["repository"], found["tag"]
        about = {"repository": repository, "tag": tag}
        yield Event(_nano(found["time"]), "hub", "miss", f"{repository}:{tag}", about)


def _nano(written: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time with up to nine decimals, in UTC."""
    whole, _, fraction = written.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
