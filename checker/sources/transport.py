"""How an engine is reached: over a Unix socket directly, over anything else with the Docker SDK.

Importing the SDK takes longer than all the rest of a check, and most engines have a Unix socket. Both
transports carry GET and HEAD alone.
"""

import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from checker.sources.endpoint import Endpoint
from checker.sources.methods import Method, refuse_changes

if TYPE_CHECKING:
    from docker import APIClient


class NoResponse(OSError):
    """Nothing answers, or not in time. The message is the system's."""


@dataclass(frozen=True)
class Answer:
    """An answer in full, or one that is read as it comes: then `chunks` gives it and `content` is empty."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))


class Transport(Protocol):
    """Sends one request at a time. All methods raise NoResponse."""

    def send(self, method: Method, target: str, timeout: float, *, stream: bool = False) -> Answer:
        """The answer to a request; `target` is a path with its query, `timeout` in seconds.

        `stream`: return as soon as the headers are there, and wait for chunks without a limit.
        """

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""


def transport_to(endpoint: Endpoint) -> Transport:
    """The transport for an endpoint. It connects when something is sent."""
    if endpoint.host.startswith("unix://"):
        return UnixTransport(endpoint.host.removeprefix("unix://"))
    return SdkTransport(endpoint)


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection to a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class UnixTransport:
    """One kept connection to a Unix socket."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept: UnixConnection | None = None

    def send(self, method: Method, target: str, timeout: float, *, stream: bool = False) -> Answer:
        """As Transport says. A kept connection that the engine has closed meanwhile is opened again."""
        refuse_changes(method, target)
        reused = self._kept is not None
        try:
            return self._exchange(method, target, timeout, stream=stream)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if reused and isinstance(error, ConnectionError):
                return self.send(method, target, timeout, stream=stream)
            raise NoResponse(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Drop the connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _exchange(self, method: Method, target: str, timeout: float, *, stream: bool) -> Answer:
        connection = self._kept or UnixConnection(self._path, timeout)
        self._kept = connection
        connection.request(method, target)
        connection.sock.settimeout(timeout)
        answer = connection.getresponse()
        headers = dict(answer.headers)
        if not stream:
            return Answer(answer.status, headers, answer.read())
        self._kept = None  # nothing else can be sent while it streams
        connection.sock.settimeout(None)
        return Answer(answer.status, headers, chunks=_chunks(connection, answer))


def _chunks(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := answer.read1(65536):
            yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise NoResponse(str(error) or type(error).__name__) from error
    finally:
        connection.close()


class SdkTransport:
    """The Docker SDK's client, for TCP with or without TLS, SSH and named pipes."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._kept: APIClient | None = None

    def send(self, method: Method, target: str, timeout: float, *, stream: bool = False) -> Answer:
        """As Transport says."""
        import requests
        from docker.errors import DockerException

        patience = (timeout, None) if stream else timeout
        try:
            client = self.client(timeout)
            answer = client.request(method, f"{client.base_url}{target}", timeout=patience, stream=stream)
            content = b"" if stream else answer.content
        except (requests.RequestException, DockerException, OSError, ValueError) as error:
            self.close()
            raise NoResponse(str(error)) from error
        return Answer(answer.status_code, answer.headers, content, answer.iter_content(chunk_size=None))

    def close(self) -> None:
        """Drop the connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def client(self, timeout: float) -> "APIClient":
        """The SDK's client; whatever method of it is called, it only reads."""
        if self._kept is None:
            from docker import APIClient
            from docker.tls import TLSConfig

            from checker.sources.read_only import ReadOnlySession

            class ReadOnlyClient(ReadOnlySession, APIClient):
                """The SDK's client behind a guard."""

            tls: Any = False
            if folder := self._endpoint.tls:
                pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
                ca, verify = str(folder / "ca.pem"), self._endpoint.verify
                tls = TLSConfig(client_cert=pair, ca_cert=ca, verify=verify)
            seconds = max(1, int(timeout))
            # A version is given, or the SDK would ask the engine for it: 8 ms.
            self._kept = ReadOnlyClient(self._endpoint.host, version="1.24", timeout=seconds, tls=tls)
        return self._kept
