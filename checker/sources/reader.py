"""Reads the facts that conditions ask for: each from its source, each once.

A kind of fact is read by one function, registered with `reads`. The function gets the need and the
sources; whatever it asks them, they only read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checker.errors import CannotTell
from checker.facts.needs import (
    CountHistory,
    InspectContainer,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ListContainers,
    ListDangling,
    ListFiles,
    ListImages,
    ListTags,
    ListVolumes,
    Need,
    ProbePort,
    ReadFile,
    ReadLogs,
    ResolveReference,
)
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
        """Close all connections."""
        self.engine.close()
        self.registries.close()

    def read(self, needs: Iterable[Need[object]]) -> dict[Need[object], Any]:
        """Read each need once; a need maps to what was found, as its class says.

        An engine that gives no answer raises CannotTell, for then nothing can be told. What cannot
        be read beside the engine is mapped to a CannotTell.
        """
        return {need: self._one(need) for need in sorted(set(needs), key=repr)}

    def _one(self, need: Need[object]) -> Any:
        function, beside_the_engine = READERS[type(need)]
        try:
            return function(need, self)
        except CannotTell as error:
            if not beside_the_engine:
                raise
            return error


Asked = TypeVar("Asked", bound=Need[object])
Function = Callable[[Asked, Reader], object]
READERS: dict[type[Need[object]], tuple[Function[Any], bool]] = {}


def reads(
    kind: type[Asked], *, beside_the_engine: bool = False
) -> Callable[[Function[Asked]], Function[Asked]]:
    """Register the function that reads one kind of fact."""

    def register(function: Function[Asked]) -> Function[Asked]:
        READERS[kind] = function, beside_the_engine
        return function

    return register


reads(InspectImage)(lambda need, sources: sources.engine.image(need.key))
reads(CountHistory)(lambda need, sources: sources.engine.image_rows(need.key))
reads(ListImages)(lambda _, sources: sources.engine.images())
reads(ListDangling)(lambda _, sources: sources.engine.dangling())
reads(InspectContainer)(lambda need, sources: sources.engine.container(need.key))
reads(ReadLogs)(lambda need, sources: sources.engine.logs(need.key))
reads(ListContainers)(lambda _, sources: sources.engine.containers())
reads(InspectVolume)(lambda need, sources: sources.engine.volume(need.name))
reads(ListVolumes)(lambda _, sources: sources.engine.volumes())
reads(InspectNetwork)(lambda need, sources: sources.engine.network(need.name))
reads(ResolveReference, beside_the_engine=True)(
    lambda need, sources: sources.registries.image(need.reference)
)
reads(ListTags, beside_the_engine=True)(lambda need, sources: sources.registries.tags(need.reference))
reads(ReadFile, beside_the_engine=True)(lambda need, sources: sources.workspace.file(need.path))
reads(ListFiles, beside_the_engine=True)(lambda _, sources: sources.workspace.files())
reads(ProbePort, beside_the_engine=True)(
    lambda need, sources: reply(machine_of(sources.engine.endpoint.host), need.port)
)
