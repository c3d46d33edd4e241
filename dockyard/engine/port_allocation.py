"""The ports of the registries, inside the engine and on this machine.

Inside they are always the same, so that `docker push localhost:5000/ada/web` works whatever else
runs here. On this machine they are ports that were free at the first start, and are kept.
"""

import errno
import json
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dockyard.engine.base import GUARDED, HUB
from dockyard.system.files import write_atomically

HUB_PORT, GUARDED_PORT = (int(name.rpartition(":")[2]) for name in (HUB, GUARDED))  # inside the engine
_LAST = 5999


@dataclass(frozen=True)
class Ports:
    """Where the registries are on this machine."""

    hub: int = HUB_PORT
    guarded: int = GUARDED_PORT


class PortRecord:
    """The ports of one home, kept in a file."""

    def __init__(self, record: Path) -> None:
        self._record = record

    def last_used(self) -> Ports | None:
        """The ports that were used last."""
        try:
            record = json.loads(self._record.read_text())
            ports = Ports(record["port"], record.get("guarded", GUARDED_PORT))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return ports if _is_port(ports.hub) and _is_port(ports.guarded) else None

    def remember(self, ports: Ports) -> None:
        """Keep the ports for next time."""
        record = {"port": ports.hub, "guarded": ports.guarded}
        write_atomically(self._record, json.dumps(record) + "\n")

    def candidates(self) -> Iterator[Ports]:
        """Free ports, best first: those used last, the default ones, those after them."""
        kept = self.last_used() or Ports()
        # Even and odd, so that both never get the same port, nor the hub the guarded one's port inside.
        hubs = _free(kept.hub, range(HUB_PORT, _LAST, 2))
        guarded = _free(kept.guarded, range(GUARDED_PORT, _LAST + 1, 2))
        return (Ports(*pair) for pair in zip(hubs, guarded, strict=False) if pair[0] != pair[1])


def is_free(port: int) -> bool:
    """Whether nothing on this machine listens at localhost:port, over IPv4 or IPv6."""
    return _can_listen(socket.AF_INET, "127.0.0.1", port) and _can_listen(socket.AF_INET6, "::1", port)


def _is_port(number: object) -> bool:
    return isinstance(number, int) and 0 < number < 65536


def _free(kept: int, ports: Iterable[int]) -> Iterator[int]:
    return (port for port in (kept, *(port for port in ports if port != kept)) if is_free(port))


def _can_listen(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, errno.EACCES)
    return True
