"""The learner's session in a home: which course, which engine, which journal.

The command line and `%load_ext checker` (through the entry point `checker.session`) both open it here.
"""

import os

from checker.commands import Commands
from checker.session.journal import Journal
from checker.session.session import Session
from checker.session.wake import Waker
from checker.sources.endpoint import Endpoint, resolve
from checker.sources.registries import Access
from dockyard import courses
from dockyard.commands import SHELL
from dockyard.engine.port_allocation import GUARDED, HUB, Ports
from dockyard.engine.private import PrivateEngine
from dockyard.engine.registries import ACCOUNT
from dockyard.home import Home
from dockyard.hub.failed_requests import FailedRequests


def open_session(
    home: Home | None = None, *, watch_shell: bool = True, commands: Commands = SHELL
) -> Session:
    """The session of a home (default: the one the environment names). Raises HomeError, JournalError.

    `watch_shell`: say so where this process's environment points to another engine. `commands` are
    what the learner types on this surface; those that it lacks are typed in a shell.
    """
    home = home or Home.locate()
    home.prepare()
    return Session(
        courses.current(home),
        Endpoint(home.docker_host, "Dockyard's private engine", chosen=True),
        Journal(home.journal, Waker(home.wake).wake),
        commands=SHELL.overridden_by(commands),
        shell=(lambda: resolve(os.environ)) if watch_shell else None,
        failed_requests=FailedRequests(home),
        folder=home.workspace,
        private=True,
        registries=registries(PrivateEngine(home).ports() or Ports()),
    )


def registries(ports: Ports) -> dict[str, Access]:
    """How the registries inside the engine are reached from out here."""
    return {
        f"localhost:{HUB}": Access(f"http://127.0.0.1:{ports.hub}"),
        f"localhost:{GUARDED}": Access(f"http://127.0.0.1:{ports.guarded}", ACCOUNT),
    }
