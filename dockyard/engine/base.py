"""What any engine is.

Everything outside this package knows an engine by this protocol alone, and gets it from
`dockyard.engine.kinds.engine_of`. Where a socket or a data folder is, only the kind itself knows.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from checker.sources.endpoint import Endpoint

if TYPE_CHECKING:
    from checker.sources.registries import Access
from dockyard.home import Home

HUB = "localhost:5000"  # the registry that stands in for Docker Hub, as every engine knows it
GUARDED = "localhost:5001"  # a registry that needs a login


@dataclass(frozen=True)
class EngineStatus:
    """The state of an engine and its hub. `notes` are sentences for the learner."""

    running: bool
    docker_host: str
    version: str | None = None
    store: str | None = None  # "containerd", or the name of the classic store's driver
    hub_address: str | None = None
    hub_running: bool = False
    notes: tuple[str, ...] = ()


class ManagedEngine(Protocol):
    """The engine of one home.

    Every method may be called at any time, also by two processes at once. Methods that change
    something raise DockyardError.
    """

    @property
    def name(self) -> str:
        """What people call this engine, for example "Dockyard's private engine"."""

    @property
    def endpoint(self) -> Endpoint:
        """Where it answers. Its `source` is the engine's name."""

    @property
    def is_ours(self) -> bool:
        """Whether Dockyard made it, so that everything on it may be removed."""

    @property
    def docker_config(self) -> Path:
        """The Docker client configuration of the commands that Dockyard runs. `renew` forgets its logins."""

    def prepare(self) -> None:
        """Create the folders that it needs. Starts nothing."""

    def status(self) -> EngineStatus:
        """What answers now. Changes nothing."""

    def is_started(self) -> bool:
        """Whether it was started and not stopped since. `status` says whether it answers."""

    def up(self) -> EngineStatus:
        """Start or repair engine and registries, and wait until they answer."""

    def down(self) -> None:
        """Stop every process. Images, containers and the content of the registries are kept."""

    def renew(self) -> EngineStatus:
        """Remove everything on it and in the guarded registry, and start it again. The hub is kept."""

    def stopped(self) -> AbstractContextManager[tuple[Path, ...]]:
        """Stop it for the time of the block, and start it again afterwards.

        Yields the folders in the home that hold its state; meanwhile they can be copied or replaced.
        """

    def delete_discarded(self) -> None:
        """Delete now what `renew` has put aside. Otherwise the engine deletes it in the background."""

    def registries(self) -> "Mapping[str, Access]":
        """How the registries beside the engine are reached from here, by the name the engine knows."""

    def registry_logs(self) -> Mapping[str, Path]:
        """The log of failed requests of each registry, by the name the engine knows."""


Make = TypeVar("Make", bound=Callable[[Home], ManagedEngine])
KINDS: dict[str, Callable[[Home], ManagedEngine]] = {}


def kind(name: str) -> Callable[[Make], Make]:
    """Register a kind of engine: what makes the engine of a home, by the name that the home notes."""

    def register(make: Make) -> Make:
        KINDS[name] = make
        return make

    return register


def shell_variables(endpoint: Endpoint) -> dict[str, str | None]:
    """The variables that point a shell at an engine; None for those that must not be set."""
    tls = str(endpoint.tls) if endpoint.tls else None
    return {
        "DOCKER_HOST": endpoint.host,
        "DOCKER_CONTEXT": None,
        "DOCKER_TLS_VERIFY": "1" if tls and endpoint.verify else None,
        "DOCKER_CERT_PATH": tls,
    }
