"""The ports of the registries, inside the engine and on this machine.

Inside they are always the same, so that `docker push localhost:5000/ada/web` works whatever else
runs here. On this machine they are free ones, and kept.
"""

import errno
import json
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dockyard.home import write_whole

HUB, GUARDED = 5000, 5001  # inside the engine, and the first choice outside
_LAST = 5999


@dataclass(frozen=True)
class Ports:
    """Where the registries are on this machine."""

    hub: int = HUB
    guarded: int = GUARDED


class PortRecord:
    """The ports of one home, remembered in a file."""

    def __init__(self, record: Path) -> None:
        self._record = record

    def remembered(self) -> Ports | None:
        """The ports that were used last."""
        try:
            record = json.loads(self._record.read_text())
            ports = Ports(record["port"], record.get("guarded", GUARDED))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return ports if _is_port(ports.hub) and _is_port(ports.guarded) else None

    def remember(self, ports: Ports) -> None:
        """Keep the ports for next time."""
        record = {"port": ports.hub, "guarded": ports.guarded}
        write_whole(self._record, json.dumps(record) + "\n")

    def candidates(self) -> Iterator[Ports]:
        """Free ports, best first: the remembered ones, the usual ones, those after them."""
        kept = self.remembered() or Ports()
        # Even and odd, so that they never meet; and inside the engine, 5001 is never the hub's.
        hubs = _free(kept.hub, range(HUB, _LAST, 2))
        guarded = _free(kept.guarded, range(GUARDED, _LAST + 1, 2))
        return (Ports(*pair) for pair in zip(hubs, guarded, strict=False) if pair[0] != pair[1])


def is_free(port: int) -> bool:
    """Whether nobody here listens at localhost:port, by either version of IP."""
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
