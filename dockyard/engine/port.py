"""The hub's port: the same number on this machine and inside the engine, and kept."""

import errno
import json
import socket
from collections.abc import Iterator
from pathlib import Path

from dockyard.home import write_whole

USUAL = 5000
_LAST = 5999


class HubPort:
    """The port of one home's hub, remembered in a file, as tags of images name it."""

    def __init__(self, record: Path) -> None:
        self._record = record

    def remembered(self) -> int | None:
        """The port that was used last."""
        try:
            port = json.loads(self._record.read_text())["port"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return port if isinstance(port, int) and 0 < port < 65536 else None

    def remember(self, port: int) -> None:
        """Keep the port for next time."""
        write_whole(self._record, json.dumps({"port": port}) + "\n")

    def candidates(self) -> Iterator[int]:
        """Free ports, best first: the remembered one, the usual one, those after it."""
        remembered = self.remembered()
        first = [remembered] if remembered else []
        ports = [*first, *(port for port in range(USUAL, _LAST + 1) if port != remembered)]
        return (port for port in ports if is_free(port))


def is_free(port: int) -> bool:
    """Whether nobody here listens at localhost:port, by either version of IP."""
    return _can_listen(socket.AF_INET, "127.0.0.1", port) and _can_listen(socket.AF_INET6, "::1", port)


def _can_listen(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, errno.EACCES)
    return True
