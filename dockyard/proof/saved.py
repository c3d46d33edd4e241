"""A state of a home that can be had again: as the learner would find it after `dockyard down` and `up`."""

from contextlib import closing
from pathlib import Path

from checker.engine import Engine
from checker.journal import Journal
from dockyard import cache
from dockyard.engine import PrivateEngine
from dockyard.errors import HomeError
from dockyard.home import Home

PARTS = ("engine/data", "engine/docker-config", "engine/guarded", "hub", "workspace")
AT_REST = ("created", "exited", "dead")


class SavedState:
    """One state of a home, kept in a folder of it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._engine = PrivateEngine(home)
        self._folder = home.path / "saved"

    def save(self, engine: Engine) -> bool:
        """Keep the home as it is now; whether that can be done: what runs would not run on."""
        self.forget()
        if any(container.state not in AT_REST for container in engine.containers()):
            return False
        with self._engine.asleep():
            _copy(self._home.path, self._folder)
        with closing(Journal(self._home.journal)) as journal:
            journal.save(self._folder / "journal.sqlite")
        return True

    def bring_back(self) -> None:
        """Let the home be as it was when it was saved."""
        with closing(Journal(self._home.journal)) as journal:
            journal.rest()  # what happens until all is there is nobody's work
            with self._engine.asleep():
                for part in PARTS:
                    cache.remove(self._home.path / part)
                _copy(self._folder, self._home.path)
            journal.bring_back(self._folder / "journal.sqlite")

    def forget(self) -> None:
        """Keep nothing any longer."""
        if self._folder.exists():
            cache.remove(self._folder)


def _copy(source: Path, target: Path) -> None:
    """Copy the parts that there are, with owners and attributes: layers have files of many users."""
    target.mkdir(exist_ok=True)
    parts = [part for part in PARTS if (source / part).exists()]
    command = ["cp", "--archive", "--reflink=auto", "--parents", *parts, str(target)]
    if not cache.as_subordinates(*command, cwd=source):
        raise HomeError(f"{source} cannot be copied to {target}.", (f"df -h '{target}'",))
