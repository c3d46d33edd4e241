"""A second kind of engine, for tests: it borrows the running engine of another home.

The environment variable LENDER names that home. Nothing is started or stopped here.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from checker.sources.endpoint import Endpoint
from checker.sources.registries import Access
from dockyard.engine.base import GUARDED, HUB, EngineStatus, kind
from dockyard.engine.kinds.private import PrivateEngine
from dockyard.home import Home

EMPTY = """
docker ps --all --quiet | xargs --no-run-if-empty docker rm --force --volumes
docker images --all --quiet | sort --unique | xargs --no-run-if-empty docker rmi --force
"""


@kind("borrowed")
class BorrowedEngine:
    """The engine of a home that lends it."""

    name = "a borrowed engine"
    is_ours = True

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lender = PrivateEngine(Home(Path(os.environ["LENDER"])))

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self._lender.endpoint.host, self.name, chosen=True)

    @property
    def docker_config(self) -> Path:
        return self._home.path / "borrowed-config"

    def prepare(self) -> None:
        self.docker_config.mkdir(exist_ok=True)

    def status(self) -> EngineStatus:
        return self._lender.status()

    def is_started(self) -> bool:
        return True

    def up(self) -> EngineStatus:
        return self.status()

    def down(self) -> None:
        """It runs on, for its lender."""

    def renew(self) -> EngineStatus:
        env = os.environ | {"DOCKER_HOST": self.endpoint.host}
        subprocess.run(["sh", "-ec", EMPTY], env=env, check=True, capture_output=True)
        return self.status()

    @contextmanager
    def stopped(self) -> Iterator[tuple[Path, ...]]:
        raise NotImplementedError("only the proof of lessons needs this")
        yield ()

    def delete_discarded(self) -> None:
        """Nothing is put aside."""

    def registries(self) -> Mapping[str, Access]:
        return self._lender.registries()

    def registry_logs(self) -> Mapping[str, Path]:
        return {HUB: self._home.path / "no-log", GUARDED: self._home.path / "no-log"}
