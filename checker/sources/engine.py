"""What an engine can be asked. It reads, and never changes anything.

Each question is one request over one kept connection, and asks for no more than a condition needs.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

from checker.facts.objects import Container, Event, Image, Network, Volume
from checker.sources import engine_api
from checker.sources.connection import Connection
from checker.sources.endpoint import Endpoint

PATIENCE = 10.0  # seconds until an engine that does not answer is called unreachable
LOG_LINES = "200"  # at the end of what a container printed
WATCHED = ("image", "container", "volume", "network")
MEMORY = 256  # events of all types that an engine remembers


class Engine(AbstractContextManager["Engine"]):
    """A connection to one engine that only reads.

    All methods raise EngineUnreachable or EngineRefused when the engine gives no answer.
    """

    def __init__(self, endpoint: Endpoint, patience: float = PATIENCE) -> None:
        self.endpoint = endpoint
        self._connection = Connection(endpoint, patience)

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """How many requests the engine got from here."""
        return self._connection.requests

    def close(self) -> None:
        """Drop the connection; the next question opens a new one."""
        self._connection.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The decoded answer to GET, such as of `/containers/web/top`; None if there is no such thing."""
        return self._read(path, lambda answer: answer, params)

    def head(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, str] | None:
        """The headers of the answer to HEAD; None if there is no such thing."""
        with self._connection.asking():
            answer = self._connection.head(path, params)
            return dict(answer.headers) if answer is not None else None

    def image(self, key: str) -> Image | None:
        """The image of a reference or an ID, or None if there is none."""
        found: Image | None = self._read(f"/images/{quote(key, safe='/:@')}/json", engine_api.image)
        return found

    def image_rows(self, key: str) -> int:
        """How many rows the image's history has; 0 if there is no such image."""
        return self._read(f"/images/{quote(key, safe='/:@')}/history", len) or 0

    def images(self) -> tuple[Image, ...]:
        """All images, as listed: one request, but slow on an engine with many images."""
        return self._read("/images/json", engine_api.all_of(engine_api.listed_image)) or ()

    def dangling(self) -> tuple[Image, ...]:
        """The images without a name that no other image is built on."""
        only = {"filters": json.dumps({"dangling": ["true"]})}
        return self._read("/images/json", engine_api.all_of(engine_api.listed_image), only) or ()

    def container(self, key: str) -> Container | None:
        """The container of a name or an ID, or None if there is none."""
        found: Container | None = self._read(f"/containers/{quote(key)}/json", engine_api.container)
        return found

    def containers(self) -> tuple[Container, ...]:
        """All containers, running or not, as listed."""
        read = engine_api.all_of(engine_api.listed_container)
        return self._read("/containers/json", read, {"all": "1"}) or ()

    def logs(self, key: str) -> str | None:
        """The last lines that a container printed, or None if there is none of this name or ID."""
        path = f"/containers/{quote(key)}/logs"
        with self._connection.asking():
            answer = self._connection.find(path, {"stdout": "1", "stderr": "1", "tail": LOG_LINES})
            return engine_api.log(answer.content) if answer is not None else None

    def volume(self, name: str) -> Volume | None:
        """The volume of this name, or None."""
        found: Volume | None = self._read(f"/volumes/{quote(name)}", engine_api.volume)
        return found

    def volumes(self) -> tuple[Volume, ...]:
        """All volumes."""
        return self._read("/volumes", engine_api.volumes) or ()

    def network(self, name: str) -> Network | None:
        """The network of this name, or None; the engine would also accept the beginning of an ID."""
        found: Network | None = self._read(f"/networks/{quote(name)}", engine_api.network)
        return found if found and found.name == name else None

    def networks(self) -> tuple[Network, ...]:
        """All networks."""
        return self._read("/networks", engine_api.all_of(engine_api.network)) or ()

    def events(self, since: int, until: int | None = None) -> tuple[Event, ...]:
        """The events from `since` to `until` (nanoseconds; default now), oldest first.

        An engine remembers only its last 256. If it may have forgotten some of those asked for, the
        first one returned is a gap (`Event.is_gap`).
        """
        times = {"since": _seconds(since), "until": _seconds(until if until is not None else time.time_ns())}
        with self._connection.asking():
            lines = self._connection.get("/events", times).content.split(b"\n")
            found = tuple(map(engine_api.event, filter(None, lines)))
        watched = tuple(event for event in found if event.type in WATCHED)
        if len(found) >= MEMORY and found[0].time_nano > since:
            return Event(found[0].time_nano, "engine", "forgot", ""), *watched
        return watched

    def follow(self, since: int) -> Iterator[Event]:
        """Events as they come, those from `since` on first. Ends when the engine goes away."""
        params = {"since": _seconds(since), "filters": json.dumps({"type": WATCHED})}
        with self._connection.asking():
            yield from _lines(self._connection.stream("/events", params))

    def _read(self, path: str, read: Callable[[Any], Any], params: Mapping[str, str] | None = None) -> Any:
        """The answer as `read` converts it; None if the engine says that there is no such thing."""
        with self._connection.asking():
            answer = self._connection.find(path, params)
            return read(json.loads(answer.content)) if answer is not None else None


def _lines(stream: Iterator[bytes]) -> Iterator[Event]:
    """Decode a followed stream line by line, as soon as a line is complete."""
    rest = b""
    for chunk in stream:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(engine_api.event, filter(None, lines))


def _seconds(nano: int) -> str:
    return f"{nano // 10**9}.{nano % 10**9:09d}"
