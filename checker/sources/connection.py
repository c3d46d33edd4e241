"""A connection to one engine that only reads.

Every failure to get an answer becomes a CannotTell: an access error never means "absent".
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from checker.errors import CannotTell, EngineForbidden, EngineRefused, EngineUnreachable
from checker.sources.endpoint import Endpoint
from checker.sources.methods import Method
from checker.sources.transport import Answer, NoResponse, transport_to

NEWEST_API = (1, 52)  # newest API version whose answers were tested; engines are asked for no newer
ABSENT = re.compile(rb"no such|network .* not found", re.IGNORECASE)


class Connection:
    """A connection that is kept between requests. It carries GET and HEAD alone.

    `requests` counts what the engine was asked. `patience` is how many seconds an answer may take.
    """

    def __init__(self, endpoint: Endpoint, patience: float) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self.transport = transport_to(endpoint)
        self._patience = patience
        self._api = ""

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        self.transport.close()
        self._api = ""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """The answer to GET."""
        return self._accepted(path, self._send("GET", path, params))

    def find(self, path: str, params: Mapping[str, str] | None = None) -> Answer | None:
        """The answer to GET; None if the engine says that there is no such thing."""
        answer = self._send("GET", path, params)
        if answer.status == 404 and ABSENT.search(answer.content):
            return None  # any other 404 is not about what was asked for
        return self._accepted(path, answer)

    def head(self, path: str, params: Mapping[str, str] | None = None) -> Answer | None:
        """The answer to HEAD; None if the engine says that there is no such thing."""
        answer = self._send("HEAD", path, params)
        if answer.status == 404 and "Api-Version" in answer.headers:
            return None  # a 404 for an unknown path has no such header
        return self._accepted(path, answer)

    def stream(self, path: str, params: Mapping[str, str]) -> Iterator[bytes]:
        """An answer without an end, chunk by chunk as it comes."""
        return self._accepted(path, self._send("GET", path, params, stream=True)).chunks

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn every failure to get an answer, or to understand it, into a CannotTell."""
        try:
            yield
        except CannotTell:
            raise
        except NoResponse as error:
            self.close()
            raise _unreachable(self.endpoint, str(error)) from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            message = f"What answers at {self.endpoint.host} does not speak like a Docker engine."
            raise EngineRefused(message, ("docker info",)) from error

    def _send(
        self, method: Method, path: str, params: Mapping[str, str] | None, *, stream: bool = False
    ) -> Answer:
        if not self._api:
            self._api = self._negotiated()
        self.requests += 1
        query = f"?{urlencode(params)}" if params else ""
        return self.transport.send(method, f"/v{self._api}{path}{query}", self._patience, stream=stream)

    def _negotiated(self) -> str:
        """The newest API version that both sides know."""
        self.requests += 1
        ping = self._accepted("/_ping", self.transport.send("GET", "/_ping", self._patience))
        offered = tuple(int(part) for part in ping.headers.get("Api-Version", "1.24").split("."))
        return ".".join(map(str, min(offered, NEWEST_API)))

    def _accepted(self, path: str, answer: Answer) -> Answer:
        """The answer, if it is one. Raises EngineRefused with the engine's words."""
        if answer.status < 400:
            return answer
        words = answer.content or b"".join(answer.chunks)
        message = f"The engine at {self.endpoint.host} refuses to answer {path}: {_said(words, answer)}."
        raise EngineRefused(message, ("docker info",))


def _said(words: bytes, answer: Answer) -> str:
    try:
        return str(json.loads(words)["message"])
    except (ValueError, LookupError, TypeError):
        return f"it says {answer.status}"


def _unreachable(endpoint: Endpoint, words: str) -> EngineUnreachable:
    if "Permission denied" in words:
        message = f"You may not use the engine at {endpoint.host}: permission denied."
        return EngineForbidden(message, ("id",))
    if "imed out" in words or "timeout" in words:
        return EngineUnreachable(f"The engine at {endpoint.host} does not answer.")
    why = "there is no socket" if "No such file" in words else "nothing answers there"
    return EngineUnreachable(f"No engine runs at {endpoint.host}: {why}.")
