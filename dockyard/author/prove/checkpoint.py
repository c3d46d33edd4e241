"""A state of a home that can be had again, much quicker than by doing again what led to it.

Images, containers, registries, files and journal are as they were, and what ran runs again.
"""

import shlex
import time
from contextlib import closing
from pathlib import Path

from checker.facts.objects import Event
from checker.session.journal import Journal
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from dockyard.engine.private import PrivateEngine
from dockyard.errors import EngineFailed, HomeError
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache

PARTS = ("engine/data", "engine/docker-config", "engine/guarded", "hub", "workspace")


class Checkpoint:
    """One state of a home, kept in a folder of it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._engine = PrivateEngine(home)
        self._folder = home.path / "saved"
        self._journal = self._folder / "journal.sqlite"
        self._states: dict[str, str] = {}  # of containers, by ID

    def save(self) -> bool:
        """Keep the home as it is now, its engine started anew meanwhile.

        False where some container is not as it was after that: then nothing is kept, and the home is
        in another state.
        """
        cache.remove(self._folder)
        self._folder.mkdir()
        self._states = self._containers()
        with closing(Journal(self._home.journal)) as journal:
            journal.save(self._journal)
            journal.pause()  # what happens until all is as it was is nobody's work
            with self._engine.asleep():
                self._copy(self._home.path, self._folder)
            self._resume(journal)
        return self._containers() == self._states

    def bring_back(self) -> None:
        """Let the home be as it was when it was saved."""
        with closing(Journal(self._home.journal)) as journal:
            journal.pause()
            with self._engine.asleep():
                for part in PARTS:
                    cache.remove(self._home.path / part)
                self._copy(self._folder, self._home.path)
            self._resume(journal)
        if self._containers() != self._states:
            raise EngineFailed("A saved state could not be had again.", ("dockyard doctor",))

    def _resume(self, journal: Journal) -> None:
        """Start what ran, and go on with the run; the events until now are not the learner's."""
        if running := [id_ for id_, state in self._states.items() if state == "running"]:
            lifecycle.run(self._home, f"docker start {shlex.join(running)}")
        journal.bring_back(self._journal)
        if run := journal.active():
            journal.add_events(run, [Event(time.time_ns(), "daemon", "resumed", "")])

    def _containers(self) -> dict[str, str]:
        with Engine(Endpoint(self._home.docker_host)) as engine:
            return {container.id: container.state for container in engine.containers()}

    def _copy(self, source: Path, target: Path) -> None:
        """Copy the parts that there are, with owners and attributes: layers have files of many users."""
        parts = [part for part in PARTS if (source / part).exists()]
        command = ["cp", "--archive", "--reflink=auto", "--parents", *parts, str(target)]
        if not cache.as_subordinates(*command, cwd=source):
            raise HomeError(f"{source} cannot be copied to {target}.", (f"df -h '{target}'",))
