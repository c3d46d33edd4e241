"""The learner's desk in a home: which course, which engine, which journal.

The command line and `%load_ext checker` (through the entry point `checker.desk`) both open it here.
"""

import os

from checker.course import Course
from checker.desk import Desk
from checker.endpoint import Endpoint, resolve
from checker.journal import Journal
from checker.registry import Access
from dockyard.asked_in_vain import asked_in_vain
from dockyard.engine import PrivateEngine
from dockyard.engine.port import GUARDED, HUB, Ports
from dockyard.engine.registries import ACCOUNT
from dockyard.home import Home


def open_desk(home: Home | None = None) -> Desk:
    """The desk of a home (default: the one the environment names). Raises HomeError, JournalError."""
    home = home or Home.locate()
    home.prepare()
    return Desk(
        Course(home.lessons),
        Endpoint(home.docker_host, "Dockyard's private engine", chosen=True),
        Journal(home.journal),
        shell=lambda: resolve(os.environ),
        mend_shell='eval "$(dockyard env)"',
        misses=lambda since: asked_in_vain(home, since),
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
