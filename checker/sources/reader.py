"""Gets the facts that conditions ask for: each from where it is to be had, each once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from checker.errors import CannotTell
from checker.facts.needs import Need
from checker.sources.engine import Engine
from checker.sources.http_probe import machine_of, reply
from checker.sources.registries import Registries
from checker.sources.workspace import Workspace


@dataclass
class Reader:
    """An engine, and what stands beside it."""

    engine: Engine
    registries: Registries = field(default_factory=Registries)
    workspace: Workspace = field(default_factory=lambda: Workspace(None))

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.close()
        self.registries.close()

    def read(self, needs: Iterable[Need]) -> dict[Need, Any]:
        """What is asked for: need -> what was found, as checker.facts.Need says.

        An engine that gives no answer raises CannotTell, for then nothing can be told. What cannot
        be read beside it stands as a CannotTell in the place of what was asked for.
        """
        found: dict[Need, Any] = {}
        for need in sorted(set(needs)):
            if at_the_engine := self._at_the_engine(need.kind):
                found[need] = at_the_engine(need.key)
            else:
                found[need] = self._beside_it(need)
        return found

    def _at_the_engine(self, kind: str) -> Callable[[str], Any] | None:
        engine = self.engine
        readers: dict[str, Callable[[str], Any]] = {
            "image": engine.image,
            "image-history": engine.image_rows,
            "images": lambda _: engine.images(),
            "dangling": lambda _: engine.dangling(),
            "container": engine.container,
            "logs": engine.logs,
            "containers": lambda _: engine.containers(),
            "volume": engine.volume,
            "volumes": lambda _: engine.volumes(),
            "network": engine.network,
        }
        return readers.get(kind)

    def _beside_it(self, need: Need) -> Any:
        readers: dict[str, Callable[[str], Any]] = {
            "registry": self.registries.image,
            "registry-tags": self.registries.tags,
            "file": self.workspace.file,
            "files": lambda _: self.workspace.files(),
            "port": lambda port: reply(machine_of(self.engine.endpoint.host), int(port)),
        }
        try:
            return readers[need.kind](need.key)
        except CannotTell as error:
            return error
