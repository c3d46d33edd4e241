"""The learner's session in a home: its course, its engine, its journal.

The command line opens it here, and so does `%load_ext checker`, through the entry point
`checker.session`.
"""

import os

from checker.commands import Commands
from checker.session.journal import Journal
from checker.session.session import Session
from checker.session.wake import Waker
from checker.sources.endpoint import resolve
from dockyard import courses
from dockyard.commands import SHELL
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.hub.failed_requests import FailedRequests


def open_session(
    home: Home | None = None, *, watch_shell: bool = True, commands: Commands = SHELL
) -> Session:
    """Open the session of a home, by default of the one that the environment names.

    `watch_shell`: say so if this process's environment points to another engine. `commands` are what
    the learner types on this surface; those that it lacks are typed in a shell. Raises HomeError or
    JournalError.
    """
    home = home or Home.locate()
    engine = engine_of(home)
    home.prepare()
    engine.prepare()
    return Session(
        courses.current(home),
        engine.endpoint,
        Journal(home.journal, Waker(home.wake).wake),
        commands=SHELL.overridden_by(commands),
        shell=(lambda: resolve(os.environ)) if watch_shell else None,
        failed_requests=FailedRequests(home),
        folder=home.workspace,
        private=engine.is_ours,
        registries=engine.registries(),
    )
