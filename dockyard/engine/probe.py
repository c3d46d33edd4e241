"""One small HTTP GET, over a Unix socket or to this machine.

It tells whether the engine and the hub answer, before and without the Docker SDK.
"""

import json
import socket
from pathlib import Path
from typing import Any

_MOST = 4 << 20  # bytes read of one answer


def get(address: Path | int, path: str, timeout: float = 1.0) -> bytes | None:
    """The body of a 200 answer from a socket file or a local port; None for anything else."""
    try:
        with _connect(address, timeout) as connection:
            # HTTP/1.0: the answer ends where the connection does, and is never chunked.
            request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: dockyard\r\n\r\n"
            connection.sendall(request.encode())
            head, _, body = _read_all(connection).partition(b"\r\n\r\n")
    except OSError:
        return None
    return body if head.split(b" ", 2)[1:2] == [b"200"] else None


def get_object(address: Path | int, path: str, timeout: float = 1.0) -> dict[str, Any]:
    """The JSON object of a 200 answer; empty for anything else."""
    try:
        found = json.loads(get(address, path, timeout) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _connect(address: Path | int, timeout: float) -> socket.socket:
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address), timeout)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(str(address))
    except OSError:
        connection.close()
        raise
    return connection


def _read_all(connection: socket.socket) -> bytes:
    parts, size = [], 0
    while size < _MOST and (part := connection.recv(65536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
