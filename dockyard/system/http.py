"""HTTP requests to a service on this machine, such as the engine and the hub.

They need no Docker SDK, and no proxy setting of the environment changes where they go.
An address is `unix:///path/of/a/socket` or `host:port`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from checker.sources.transport import UnixConnection

LIMIT = 4 << 20  # bytes that are read of one answer
UNIX = "unix://"


@dataclass(frozen=True)
class Response:
    """What a service answered."""

    status: int
    content_type: str
    body: bytes


def send(
    method: str,
    address: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 10.0,
) -> Response:
    """Send a request; returns the answer, whatever its status. Raises OSError if there is none."""
    connection = _connection(address, timeout)
    try:
        connection.request(method, path, body, {"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return Response(answer.status, answer.getheader("Content-Type", ""), answer.read(LIMIT))
    except HTTPException as error:
        raise OSError(f"it does not speak HTTP ({type(error).__name__})") from error
    finally:
        connection.close()


def get(address: str, path: str, timeout: float = 1.0) -> bytes | None:
    """The body of an answer with status 200; None for any other answer, or none."""
    try:
        answer = send("GET", address, path, {"User-Agent": "dockyard"}, timeout=timeout)
    except OSError:
        return None
    return answer.body if answer.status == 200 else None


def get_object(address: str, path: str, timeout: float = 1.0) -> dict[str, Any]:
    """The JSON object of an answer with status 200; empty for any other answer, or none."""
    try:
        found = json.loads(get(address, path, timeout) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _connection(address: str, timeout: float) -> HTTPConnection:
    if address.startswith(UNIX):
        return UnixConnection(address.removeprefix(UNIX), timeout)
    return HTTPConnection(address, timeout=timeout)
