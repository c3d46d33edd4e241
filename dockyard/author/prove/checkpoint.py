"""A copy of a home's state. It is restored much faster than the commands that led to it are repeated.

Images, containers, registries, files and journal are restored, and containers that ran run again.
"""

import shlex
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from checker.facts.objects import Event
from checker.session.journal import Journal
from checker.sources.engine import Engine
from dockyard.engine.kinds import engine_of
from dockyard.errors import EngineFailed, HomeError
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.system import cache


class Checkpoint:
    """One state of a home, kept in a folder of the home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._engine = engine_of(home)
        self._folder = home.path / "saved"
        self._journal = self._folder / "journal.sqlite"
        self._states: dict[str, str] = {}  # of containers, by ID

    def save(self) -> bool:
        """Copy the home's state. The engine is restarted for that.

        Returns False if a container is in another state afterwards: then nothing is saved, and the home
        has changed.
        """
        cache.remove(self._folder)
        self._folder.mkdir()
        self._states = self._containers()
        with closing(Journal(self._home.journal)) as journal:
            journal.save(self._journal)
            journal.pause()  # the events of the restart are not the learner's
            with self._engine.stopped() as folders:
                self._copy(self._parts(folders), self._home.path, self._folder)
            self._resume(journal)
        return self._containers() == self._states

    def restore(self) -> None:
        """Bring the home back into the saved state."""
        with closing(Journal(self._home.journal)) as journal:
            journal.pause()
            with self._engine.stopped() as folders:
                parts = self._parts(folders)
                for part in parts:
                    cache.remove(self._home.path / part)
                self._copy(parts, self._folder, self._home.path)
            self._resume(journal)
        if self._containers() != self._states:
            raise EngineFailed("A saved state could not be restored.", ("dockyard doctor",))

    def _parts(self, engine: Iterable[Path]) -> list[Path]:
        """The folders to copy, relative to the home."""
        return [each.relative_to(self._home.path) for each in (*engine, self._home.hub, self._home.workspace)]

    def _resume(self, journal: Journal) -> None:
        """Start the containers that ran, and continue the run. Earlier events are not the learner's."""
        if running := [id_ for id_, state in self._states.items() if state == "running"]:
            lifecycle.run(self._home, f"docker start {shlex.join(running)}")
        journal.bring_back(self._journal)
        if run := journal.active():
            journal.add_events(run, [Event(time.time_ns(), "daemon", "resumed", "")])

    def _containers(self) -> dict[str, str]:
        with Engine(self._engine.endpoint) as engine:
            return {container.id: container.state for container in engine.containers()}

    def _copy(self, parts: Iterable[Path], source: Path, target: Path) -> None:
        """Copy those parts that exist, with owners and attributes: layers have files of many users."""
        existing = [str(part) for part in parts if (source / part).exists()]
        command = ["cp", "--archive", "--reflink=auto", "--parents", *existing, str(target)]
        if not cache.as_subordinates(*command, cwd=source):
            raise HomeError(f"{source} cannot be copied to {target}.", (f"df -h '{target}'",))
