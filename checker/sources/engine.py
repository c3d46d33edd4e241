"""The only module that talks to Docker: it reads, and never changes anything.

It asks for what the conditions need and no more (one request each, over one kept connection), and
turns every failure to get an answer into CannotTell: an access error never reads as "absent".
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checker.errors import CannotTell, EngineRefused, EngineUnreachable
from checker.facts.objects import Container, Event, Image, Network, Volume
from checker.sources import engine_api
from checker.sources.endpoint import Endpoint

if TYPE_CHECKING:
    from docker import APIClient
    from requests import HTTPError, Response

NEWEST_API = (1, 52)  # newest API version whose answers were tested; engines are asked for no newer
PATIENCE = 10.0  # seconds until an engine that does not answer is called unreachable
LOG_LINES = "200"  # at the end of what a container printed
WATCHED = ("image", "container", "volume", "network")
ABSENT = re.compile(r"no such|network .* not found", re.IGNORECASE)


class Engine(AbstractContextManager["Engine"]):
    """A reading connection to one engine. `requests` counts what it was asked.

    All methods raise EngineUnreachable or EngineRefused when the engine gives no answer.
    """

    def __init__(self, endpoint: Endpoint, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self._patience = patience
        self._client: APIClient | None = None
        self._api = ""

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection; the next question opens a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def image(self, key: str) -> Image | None:
        """The image of a reference or an ID, or None when there is none."""
        found: Image | None = self._get(f"/images/{quote(key, safe='/:@')}/json", engine_api.image)
        return found

    def image_rows(self, key: str) -> int:
        """How many rows the image's history has; 0 when there is no such image."""
        return self._get(f"/images/{quote(key, safe='/:@')}/history", len) or 0

    def images(self) -> tuple[Image, ...]:
        """All images, as listed: one request, but costly on an engine with many."""
        return self._get("/images/json", engine_api.all_of(engine_api.listed_image)) or ()

    def dangling(self) -> tuple[Image, ...]:
        """The images without a name that no other image is built on."""
        only = {"filters": json.dumps({"dangling": ["true"]})}
        return self._get("/images/json", engine_api.all_of(engine_api.listed_image), only) or ()

    def container(self, key: str) -> Container | None:
        """The container of a name or an ID, or None when there is none."""
        found: Container | None = self._get(f"/containers/{quote(key)}/json", engine_api.container)
        return found

    def containers(self) -> tuple[Container, ...]:
        """All containers, running or not, as listed."""
        return (
            self._get("/containers/json", engine_api.all_of(engine_api.listed_container), {"all": "1"}) or ()
        )

    def logs(self, key: str) -> str | None:
        """The last lines that a container printed, or None when there is none of this name or ID."""
        path = f"/containers/{quote(key)}/logs"
        with self._asking(path):
            params = {"stdout": "1", "stderr": "1", "tail": LOG_LINES}
            answer = self._client_now().get(self._url(path), params=params, timeout=self._patience)
            if _says_absent(answer):
                return None
            answer.raise_for_status()
            return engine_api.log(answer.content)

    def volume(self, name: str) -> Volume | None:
        """The volume of this name, or None."""
        found: Volume | None = self._get(f"/volumes/{quote(name)}", engine_api.volume)
        return found

    def volumes(self) -> tuple[Volume, ...]:
        """All volumes."""
        return self._get("/volumes", engine_api.volumes) or ()

    def network(self, name: str) -> Network | None:
        """The network of this name, or None; the engine would also take the beginning of an ID."""
        found: Network | None = self._get(f"/networks/{quote(name)}", engine_api.network)
        return found if found and found.name == name else None

    def networks(self) -> tuple[Network, ...]:
        """All networks."""
        return self._get("/networks", engine_api.all_of(engine_api.network)) or ()

    def events(self, since: int, until: int | None = None) -> tuple[Event, ...]:
        """The events from `since` to `until` (nanoseconds; default now) that it remembers.

        An engine remembers the last 256 of all kinds, in memory.
        """
        end = until if until is not None else time.time_ns()
        with self._asking("/events"):
            url, params = self._events(since, end)
            answer = self._client_now().get(url, params=params, timeout=self._patience)
            answer.raise_for_status()
            return tuple(map(engine_api.event, answer.text.splitlines()))

    def follow(self, since: int) -> Iterator[Event]:
        """Events as they come, those from `since` on first. Ends when the engine goes away."""
        with self._asking("/events"):
            url, params = self._events(since)
            stream = self._client_now().get(url, params=params, stream=True, timeout=(self._patience, None))
            stream.raise_for_status()
            yield from _lines(stream)

    def _events(self, since: int, until: int | None = None) -> tuple[str, dict[str, str]]:
        params = {"since": _seconds(since), "filters": json.dumps({"type": WATCHED})}
        if until is not None:
            params["until"] = _seconds(until)
        return self._url("/events"), params

    def _get(self, path: str, read: Callable[[Any], Any], params: dict[str, str] | None = None) -> Any:
        """The answer as `read` makes it; None where the engine says that there is no such thing."""
        with self._asking(path):
            answer = self._client_now().get(self._url(path), params=params, timeout=self._patience)
            if _says_absent(answer):
                return None
            answer.raise_for_status()
            return read(answer.json())

    def _url(self, path: str) -> str:
        client = self._client_now()
        return f"{client.base_url}/v{self._api}{path}"

    def _client_now(self) -> "APIClient":
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> "APIClient":
        from docker import APIClient  # 200 ms: not for those who only import this package
        from docker.tls import TLSConfig

        tls: Any = False
        if folder := self.endpoint.tls:
            pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
            tls = TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=self.endpoint.verify)
        with self._asking("/_ping"):
            client = APIClient(
                self.endpoint.host, version="1.24", timeout=max(1, int(self._patience)), tls=tls
            )
            # Nothing in the environment is about a socket, and looking takes a quarter of a request.
            client.trust_env = not self.endpoint.host.startswith("unix://")
            client.hooks["response"].append(self._count)
            ping = client.get(f"{client.base_url}/_ping", timeout=self._patience)
            ping.raise_for_status()
        offered = tuple(int(part) for part in ping.headers.get("Api-Version", "1.24").split("."))
        self._api = ".".join(map(str, min(offered, NEWEST_API)))  # the SDK's own way asks /version: 8 ms
        return client

    def _count(self, *_: object, **__: object) -> None:
        self.requests += 1

    @contextmanager
    def _asking(self, path: str) -> Iterator[None]:
        """Turn every way in which no answer comes into CannotTell."""
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
            raise EngineUnreachable(*_unreachable(self.endpoint, error)) from error


def _lines(stream: "Response") -> Iterator[Event]:
    """Decode a followed stream line by line, as soon as a line is there."""
    rest = b""
    for chunk in stream.iter_content(chunk_size=None):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(engine_api.event, filter(None, lines))


def _says_absent(answer: "Response") -> bool:
    """Whether the engine says that there is no such thing; any other 404 is not about that."""
    return answer.status_code == 404 and bool(ABSENT.search(answer.text))


def _seconds(nano: int) -> str:
    return f"{nano // 10**9}.{nano % 10**9:09d}"


def _refusal(endpoint: Endpoint, error: "HTTPError", path: str) -> str:
    try:
        said = error.response.json()["message"]
    except (AttributeError, ValueError, KeyError, TypeError):
        said = str(error)
    return f"The engine at {endpoint.host} refuses to answer {path}: {said}."


def _unreachable(endpoint: Endpoint, error: Exception) -> tuple[str, tuple[str, ...]]:
    """The message and the mending command for an engine that does not answer."""
    words = str(error)
    if "Permission denied" in words:
        return f"You may not use the engine at {endpoint.host}: permission denied.", ("id", "dockyard doctor")
    if "imed out" in words or "timeout" in words:
        return f"The engine at {endpoint.host} does not answer.", ("dockyard up",)
    why = "there is no socket" if "No such file" in words else "nobody answers"
    return f"No engine runs at {endpoint.host}: {why}.", ("dockyard up",)
