"""The registries beside the engine: the hub, and a guarded one that wants a login."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockyard.engine.port_allocation import GUARDED, HUB
from dockyard.home import Home

ACCOUNT = ("ada", "anchor")  # no secret: the lessons tell it
_HASHED = "$2y$04$rzJ1Ncv.snmZ4J/k5fLOB.z/fvVsZsA6SRFzOJkWaRMzdwUMUqaae"  # bcrypt, at the least cost


@dataclass(frozen=True)
class Registry:
    """One registry: what inside.sh finds under its name in the engine's folder, and where it stores."""

    name: str
    port: int  # inside the engine's namespace
    storage: Path
    folder: Path

    @property
    def log(self) -> Path:
        """Every request it had; empty for one that tells that among its errors."""
        return self.folder / f"{self.name}.log"

    @property
    def errors(self) -> Path:
        """What it could not do, a line each."""
        return self.folder / f"{self.name}-errors.log"

    def configure(self, more: dict[str, Any]) -> None:
        """Write its configuration: the usual, and `more`."""
        usual = {
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": False}},
            "storage": {
                "filesystem": {"rootdirectory": str(self.storage)},
                "delete": {"enabled": True},
            },
            "http": {"addr": f"127.0.0.1:{self.port}"},
            "health": {"storagedriver": {"enabled": False}},
        }
        (self.folder / f"{self.name}.yml").write_text(json.dumps(usual | more))  # JSON is YAML


class Registries:
    """The two registries of a home."""

    def __init__(self, home: Home) -> None:
        self.hub = Registry("hub", HUB, home.hub, home.engine)
        self.guarded = Registry("guarded", GUARDED, home.engine / "guarded", home.engine)
        self._passwords = home.engine / "guarded-passwords"

    @property
    def logs(self) -> tuple[Path, ...]:
        """All that they write into."""
        return tuple(log for each in (self.hub, self.guarded) for log in (each.log, each.errors))

    def configure(self) -> None:
        """Write the configuration of both."""
        self.hub.configure({})
        self._passwords.write_text(f"{ACCOUNT[0]}:{_HASHED}\n")
        self.guarded.configure(
            {
                # Who was refused and who was let in stands here to the nanosecond.
                "log": {"level": "info", "accesslog": {"disabled": True}},
                "auth": {"htpasswd": {"realm": "guarded", "path": str(self._passwords)}},
            }
        )

    def empty_guarded(self) -> None:
        """Throw away what the guarded registry holds. It must be down."""
        if self.guarded.storage.exists():
            shutil.rmtree(self.guarded.storage)
