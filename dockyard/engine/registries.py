"""The registries beside the engine: the hub, and a guarded one that needs a login."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockyard.engine.folder import EngineFolder
from dockyard.engine.port_allocation import GUARDED_PORT, HUB_PORT

ACCOUNT = ("ada", "anchor")  # not secret: the lessons name it
_HASHED = "$2y$04$rzJ1Ncv.snmZ4J/k5fLOB.z/fvVsZsA6SRFzOJkWaRMzdwUMUqaae"  # bcrypt, at the lowest cost


@dataclass(frozen=True)
class Registry:
    """One registry: inside.sh serves NAME.yml of the engine's folder."""

    name: str
    port: int  # inside the engine's namespace
    storage: Path
    folder: Path

    @property
    def log(self) -> Path:
        """Its requests; empty if its configuration sends them to `errors`."""
        return self.folder / f"{self.name}.log"

    @property
    def errors(self) -> Path:
        """What it could not do, one line each."""
        return self.folder / f"{self.name}-errors.log"

    def configure(self, more: dict[str, Any]) -> None:
        """Write its configuration: the common settings, then `more`."""
        common = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": False}},
            "storage": {
                "filesystem": {"rootdirectory": str(self.storage)},
                "delete": {"enabled": True},
            },
            "http": {"addr": f"127.0.0.1:{self.port}"},
            "health": {"storagedriver": {"enabled": False}},
        }
        (self.folder / f"{self.name}.yml").write_text(json.dumps(common | more))  # JSON is YAML


class RegistryServers:
    """The two registries of a home."""

    def __init__(self, folder: EngineFolder) -> None:
        self.hub = Registry("hub", HUB_PORT, folder.home.hub, folder.path)
        self.guarded = Registry("guarded", GUARDED_PORT, folder.guarded, folder.path)
        self._passwords = folder.path / "guarded-passwords"

    @property
    def logs(self) -> tuple[Path, ...]:
        """All their log files."""
        return tuple(log for each in (self.hub, self.guarded) for log in (each.log, each.errors))

    def configure(self) -> None:
        """Write the configuration of both."""
        self.hub.configure({})
        self._passwords.write_text(f"{ACCOUNT[0]}:{_HASHED}\n")
        self.guarded.configure(
            {
                # Says who was refused and who was admitted, to the nanosecond.
                "log": {"level": "info", "accesslog": {"disabled": True}},
                "auth": {"htpasswd": {"realm": "guarded", "path": str(self._passwords)}},
            }
        )

    def empty_guarded(self) -> None:
        """Delete the content of the guarded registry. It must be down."""
        if self.guarded.storage.exists():
            shutil.rmtree(self.guarded.storage)
