"""A connection to one engine that only reads. The only module that uses the Docker SDK.

Every failure to get an answer becomes a CannotTell: an access error never means "absent".
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from checker.errors import CannotTell, EngineForbidden, EngineRefused, EngineUnreachable
from checker.sources.endpoint import Endpoint

if TYPE_CHECKING:
    from docker import APIClient
    from requests import HTTPError, Response

NEWEST_API = (1, 52)  # newest API version whose answers were tested; engines are asked for no newer
ABSENT = re.compile(r"no such|network .* not found", re.IGNORECASE)


class Connection:
    """A connection that is kept between requests. It carries GET and HEAD alone.

    `requests` counts what the engine was asked. `patience` is how many seconds an answer may take.
    """

    def __init__(self, endpoint: Endpoint, patience: float) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self._patience = patience
        self._client: APIClient | None = None
        self._api = ""

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(self, path: str, params: Mapping[str, str] | None = None) -> "Response":
        """The answer to GET."""
        answer = self._connected().get(self._url(path), params=params, timeout=self._patience)
        answer.raise_for_status()
        return answer

    def find(self, path: str, params: Mapping[str, str] | None = None) -> "Response | None":
        """The answer to GET; None if the engine says that there is no such thing."""
        answer = self._connected().get(self._url(path), params=params, timeout=self._patience)
        if answer.status_code == 404 and ABSENT.search(answer.text):
            return None  # any other 404 is not about what was asked for
        answer.raise_for_status()
        return answer

    def head(self, path: str, params: Mapping[str, str] | None = None) -> "Response | None":
        """The answer to HEAD; None if the engine says that there is no such thing."""
        answer = self._connected().head(self._url(path), params=params, timeout=self._patience)
        if answer.status_code == 404 and "Api-Version" in answer.headers:
            return None  # a 404 for an unknown path has no such header
        answer.raise_for_status()
        return answer

    def stream(self, path: str, params: Mapping[str, str]) -> "Response":
        """An answer without an end, to be read as it comes."""
        patience = (self._patience, None)
        answer = self._connected().get(self._url(path), params=params, stream=True, timeout=patience)
        answer.raise_for_status()
        return answer

    @contextmanager
    def asking(self, path: str) -> Iterator[None]:
        """Turn every failure to get an answer, or to understand it, into a CannotTell."""
        import requests
        from docker.errors import DockerException

        try:
            yield
        except CannotTell:
            raise
        except requests.HTTPError as error:
            raise EngineRefused(_refusal(self.endpoint, error, path), ("docker info",)) from error
        except (json.JSONDecodeError, LookupError, TypeError, AttributeError) as error:
            message = f"What answers at {self.endpoint.host} does not speak like a Docker engine."
            raise EngineRefused(message, ("docker info",)) from error
        except (requests.RequestException, DockerException, OSError, ValueError) as error:
            self.close()
            raise _unreachable(self.endpoint, error) from error

    def _url(self, path: str) -> str:
        return f"{self._connected().base_url}/v{self._api}{path}"

    def _connected(self) -> "APIClient":
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> "APIClient":
        from docker import APIClient  # 200 ms: not for those who only import this package
        from docker.tls import TLSConfig

        from checker.sources.read_only import ReadOnlySession

        class ReadOnlyClient(ReadOnlySession, APIClient):
            """The SDK's client; whatever method of it is called, it only reads."""

        tls: Any = False
        if folder := self.endpoint.tls:
            pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
            tls = TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=self.endpoint.verify)
        with self.asking("/_ping"):
            patience = max(1, int(self._patience))
            client = ReadOnlyClient(self.endpoint.host, version="1.24", timeout=patience, tls=tls)
            # The environment says nothing about a socket, and looking takes a quarter of a request.
            client.trust_env = not self.endpoint.host.startswith("unix://")
            client.hooks["response"].append(self._count)
            ping = client.get(f"{client.base_url}/_ping", timeout=self._patience)
            ping.raise_for_status()
        offered = tuple(int(part) for part in ping.headers.get("Api-Version", "1.24").split("."))
        self._api = ".".join(map(str, min(offered, NEWEST_API)))  # the SDK's own way asks /version: 8 ms
        return client

    def _count(self, *_: object, **__: object) -> None:
        self.requests += 1


def _refusal(endpoint: Endpoint, error: "HTTPError", path: str) -> str:
    try:
        said = error.response.json()["message"]
    except (AttributeError, ValueError, KeyError, TypeError):
        said = str(error)
    return f"The engine at {endpoint.host} refuses to answer {path}: {said}."


def _unreachable(endpoint: Endpoint, error: Exception) -> EngineUnreachable:
    words = str(error)
    if "Permission denied" in words:
        message = f"You may not use the engine at {endpoint.host}: permission denied."
        return EngineForbidden(message, ("id",))
    if "imed out" in words or "timeout" in words:
        return EngineUnreachable(f"The engine at {endpoint.host} does not answer.")
    why = "there is no socket" if "No such file" in words else "nothing answers there"
    return EngineUnreachable(f"No engine runs at {endpoint.host}: {why}.")
