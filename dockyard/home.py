"""A home: the one folder that holds a learner's engine, hub, progress and files.

Many homes may live side by side, each with an engine, a hub port and progress of its own.
"""

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from dockyard.errors import HomeError

FORMAT = 1
SOCKET_LIMIT = 100  # bytes; the kernel takes 107 for the path of a Unix socket


def write_whole(path: Path, text: str) -> None:
    """Replace a file: readers find all of the old text or all of the new. Two may do so at the same time."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


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
    def runtime(self) -> Path:
        """The folder of the socket: in the home, or in /tmp where the home's path is too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside / "docker.sock")) <= SOCKET_LIMIT:
            return inside
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(f"/tmp/dockyard-{os.getuid()}-{name}")

    @property
    def socket(self) -> Path:
        """The private engine's socket."""
        return self.runtime / "docker.sock"

    @property
    def docker_host(self) -> str:
        """The private engine's address, as DOCKER_HOST wants it."""
        return f"unix://{self.socket}"

    @property
    def wake(self) -> Path:
        """The sockets of those who are woken when the journal has something new."""
        return self.runtime / "wake"

    @property
    def engine(self) -> Path:
        """Data root, configuration and logs of the private engine."""
        return self.path / "engine"

    @property
    def hub(self) -> Path:
        """The hub's storage."""
        return self.path / "hub"

    @property
    def journal(self) -> Path:
        """What was seen and achieved (SQLite)."""
        return self.path / "journal.sqlite"

    @property
    def workspace(self) -> Path:
        """The learner's own files: notebooks, Dockerfiles."""
        return self.path / "workspace"

    def prepare(self) -> None:
        """Make the folders; idempotent. Raises HomeError, and then nothing was lost."""
        try:
            self.make()
            for folder in (self.engine, self.hub, self.workspace):
                folder.mkdir(exist_ok=True)
            self.runtime.mkdir(mode=0o700, exist_ok=True)
            self.refuse_foreign_runtime()
            self._keep_private()
            self._check_format()
        except OSError as error:
            raise HomeError(
                f"Dockyard's home {self.path} cannot be used: {error.strerror or error}.",
                ("DOCKYARD_HOME=/another/folder dockyard up",),
            ) from error

    def refuse_foreign_runtime(self) -> None:
        """Raise HomeError if the folder of the socket is a link or another user's; changes nothing."""
        try:
            found = self.runtime.lstat()
        except OSError:
            return
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise HomeError(
                f"{self.runtime} is a link or belongs to somebody else, so nothing is done there.",
                (f"ls -ld '{self.runtime}'", "DOCKYARD_HOME=/another/folder dockyard up"),
            )

    def make(self) -> None:
        """Make the home's own folder, for its owner alone. Whoever puts anything there does so first."""
        try:
            self.path.mkdir(parents=True)
        except FileExistsError:
            # A folder that was there before Dockyard may hold more than Dockyard's things.
            if self.path != platformdirs.user_data_path("dockyard").absolute():
                return
        self.path.chmod(0o700)

    def _keep_private(self) -> None:
        for folder in (self.engine, self.hub, self.runtime):
            folder.chmod(0o700)
        if self.journal.exists():
            self.journal.chmod(0o600)

    def _check_format(self) -> None:
        record = self.path / "home.json"
        if not record.exists():
            write_whole(record, json.dumps({"format": FORMAT}) + "\n")
            return
        try:
            found = int(json.loads(record.read_text())["format"])
        except (ValueError, KeyError, TypeError) as error:
            raise HomeError(f'{record} is damaged; write {{"format": {FORMAT}}} into it.') from error
        if found > FORMAT:
            raise HomeError(
                f"{self.path} was made by a newer Dockyard (format {found}, this one knows {FORMAT}).",
                ("pip install --upgrade dockyard",),
            )
