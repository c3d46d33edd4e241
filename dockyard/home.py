"""A home: the folder that holds a learner's engine, hub, progress and files.

One machine can have many homes. Each has its own engine, ports and progress.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from dockyard.errors import HomeError
from dockyard.system.files import write_atomically

FORMAT = 1
USUAL_ENGINE = "private"
SOCKET_LIMIT = 100  # bytes; the kernel allows 107 for the path of a Unix socket
SOCKET_NAME = 12  # bytes of the path that are kept free for a slash and the socket's name


@dataclass(frozen=True)
class Home:
    """The paths of one learner. Creating this object touches nothing on disk.

    `lessons` is the folder that DOCKYARD_LESSONS names; `dockyard.courses` says which course is on.
    """

    path: Path
    lessons: Path | None = None

    @classmethod
    def locate(cls, env: Mapping[str, str] = os.environ) -> "Home":
        """The home that DOCKYARD_HOME names, otherwise the platform's data folder."""
        chosen, lessons = env.get("DOCKYARD_HOME"), env.get("DOCKYARD_LESSONS")
        path = Path(chosen) if chosen else platformdirs.user_data_path("dockyard")
        folder = Path(lessons).expanduser().resolve() if lessons else None
        return cls(path.expanduser().absolute(), folder)

    @property
    def env(self) -> dict[str, str]:
        """The variables by which `locate` finds this home, with its course, in another process.

        DOCKYARD_LESSONS is always among them: empty, it hides one that the process would inherit.
        """
        return {"DOCKYARD_HOME": str(self.path), "DOCKYARD_LESSONS": str(self.lessons or "")}

    @property
    def engine_kind(self) -> str:
        """The kind of engine that this home uses."""
        try:
            return str(json.loads(self._record.read_text()).get("engine", USUAL_ENGINE))
        except (OSError, ValueError, AttributeError):  # no home yet; `prepare` reports a damaged record
            return USUAL_ENGINE

    @property
    def runtime(self) -> Path:
        """The folder of sockets: in the home, or in /tmp if the home's path is too long for a socket."""
        inside = self.path / "run"
        if len(os.fsencode(inside)) + SOCKET_NAME <= SOCKET_LIMIT:
            return inside
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(f"/tmp/dockyard-{os.getuid()}-{name}")

    @property
    def wake(self) -> Path:
        """The sockets of the processes that are woken when the journal has something new."""
        return self.runtime / "wake"

    @property
    def hub(self) -> Path:
        """The hub's storage. The registry that serves it belongs to the engine."""
        return self.path / "hub"

    @property
    def journal(self) -> Path:
        """The learner's progress and what was observed (SQLite)."""
        return self.path / "journal.sqlite"

    @property
    def workspace(self) -> Path:
        """The learner's own files: notebooks, Dockerfiles."""
        return self.path / "workspace"

    def prepare(self) -> None:
        """Create the folders; idempotent. Raises HomeError, and then nothing was lost."""
        try:
            self.make()
            for folder in (self.hub, self.workspace):
                folder.mkdir(exist_ok=True)
            self.runtime.mkdir(mode=0o700, exist_ok=True)
            self.refuse_foreign_runtime()
            self._keep_private()
            self._check_format()
        except OSError as error:
            raise self.unusable(error) from error

    def refuse_foreign_runtime(self) -> None:
        """Raise HomeError if the folder of sockets is a link or belongs to another user. Changes nothing."""
        try:
            found = self.runtime.lstat()
        except OSError:
            return
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise HomeError(
                f"{self.runtime} is a link or belongs to another user, so Dockyard does not use it.",
                (f"ls -ld '{self.runtime}'", "DOCKYARD_HOME=/another/folder dockyard up"),
            )

    def unusable(self, error: OSError, *commands: str) -> HomeError:
        """The error to raise when a file in the home cannot be used; `commands` help to find out why."""
        return HomeError(
            f"Dockyard's home {self.path} cannot be used: {error.strerror or error}.",
            (*commands, "DOCKYARD_HOME=/another/folder dockyard up"),
        )

    def make(self) -> None:
        """Create the home's own folder, for its owner alone. Call this before writing into it."""
        try:
            self.path.mkdir(parents=True)
        except FileExistsError:
            # A folder that existed before may hold other files than Dockyard's.
            if self.path != platformdirs.user_data_path("dockyard").absolute():
                return
        self.path.chmod(0o700)

    @property
    def _record(self) -> Path:
        return self.path / "home.json"

    def _keep_private(self) -> None:
        for folder in (self.hub, self.runtime):
            folder.chmod(0o700)
        if self.journal.exists():
            self.journal.chmod(0o600)

    def _check_format(self) -> None:
        record = self._record
        if not record.exists():
            write_atomically(record, json.dumps({"format": FORMAT}) + "\n")
            return
        try:
            found = int(json.loads(record.read_text())["format"])
        except (ValueError, KeyError, TypeError) as error:
            raise HomeError(f'{record} is damaged. Write {{"format": {FORMAT}}} into it.') from error
        if found > FORMAT:
            raise HomeError(
                f"{self.path} was created by a newer Dockyard (format {found}; this one knows {FORMAT}).",
                ("pip install --upgrade dockyard",),
            )
