"""Asks the private engine and its registries whether they answer."""

from typing import Any

from dockyard.engine.base import EngineStatus
from dockyard.engine.port_allocation import HUB_PORT, PortRecord
from dockyard.system.http import get, get_object


class Health:
    """What answers of one engine, whose address is `host`. Changes nothing."""

    def __init__(self, host: str, ports: PortRecord) -> None:
        self._host = host
        self._ports = ports

    def status(self) -> EngineStatus:
        """Everything that is to be told about the engine."""
        running = self.engine_answers()
        info = get_object(self._host, "/info", 10) if running else {}
        port = ports.hub if (ports := self._ports.last_used()) else None
        moved = port is not None and port != HUB_PORT
        return EngineStatus(
            running=running,
            docker_host=self._host,
            version=info.get("ServerVersion"),
            store=_store(info),
            hub_address=f"localhost:{port}" if port else None,
            hub_running=running and self.hub_answers(),
            notes=(f"Port {HUB_PORT} was in use, so the hub is at localhost:{port}.",) if moved else (),
        )

    def everything_answers(self) -> bool:
        """Whether both registries answer, and the engine's containerd."""
        return self.hub_answers() and self._guarded_answers() and self._containerd_answers()

    def engine_answers(self) -> bool:
        """Whether dockerd answers."""
        return get(self._host, "/_ping") is not None

    def hub_answers(self) -> bool:
        """Whether the hub answers."""
        ports = self._ports.last_used()
        return ports is not None and get(f"127.0.0.1:{ports.hub}", "/v2/") is not None

    def _guarded_answers(self) -> bool:
        ports = self._ports.last_used()
        # /v2/ needs a login; the path above it does not.
        return ports is not None and get(f"127.0.0.1:{ports.guarded}", "/") is not None

    def _containerd_answers(self) -> bool:
        # dockerd restarts containerd by itself, but only after many seconds without containers.
        commit = get_object(self._host, "/info").get("ContainerdCommit") or {}
        return commit.get("ID") != "N/A"


def _store(info: dict[str, Any]) -> str | None:
    status = info.get("DriverStatus") or []
    if ["driver-type", "io.containerd.snapshotter.v1"] in status:
        return "containerd"
    return info.get("Driver")
