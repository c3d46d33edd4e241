"""What the home's hub holds: practice images, or Docker Hub's own, and what learners push.

The hub may be serving all the while; its registry must not cache blob descriptors in memory.
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from dockyard.errors import HubError, MissingRequirement
from dockyard.home import Home, write_whole
from dockyard.hub import online
from dockyard.hub.practice import practice_images
from dockyard.hub.storage import bring
from dockyard.system import cache
from dockyard.system.cache import Say

Source = Literal["practice", "online"]


@dataclass(frozen=True)
class _Filled:
    """What a hub was filled with; `content` names the folder in the cache."""

    source: Source
    content: str


def fill(home: Home, say: Say) -> None:
    """Put into the hub what it should hold from the start; what is there already stays as it is.

    These are the practice images, or Docker Hub's own where `fill_online` was used before. A hub
    that was filled once stays usable where neither a build nor a network is to be had.
    """
    filled = _filled(home)
    try:
        content = _content(filled.source if filled else "practice", say)
    except (HubError, MissingRequirement) as error:
        if filled is None:
            raise
        say(f"The hub keeps the images that it has. {error.message}")
        return
    with _writing(home):
        new = filled is None or filled.content != content.name
        bring(content, home.hub, overwrite=new, prune=False)
        if new:
            _remember(home, _Filled(filled.source if filled else "practice", content.name))


def fill_practice(home: Home, say: Say) -> None:
    """Let the hub hold the practice images and nothing else, whatever it held before."""
    _replace(home, "practice", say)


def fill_online(home: Home, say: Say) -> None:
    """Let the hub hold Docker Hub's own images, by pinned digest, and nothing else.

    Raises HubError or MissingRequirement, and then the hub holds what it held before.
    """
    _replace(home, "online", say)


def rewind(home: Home, say: Say = lambda _: None) -> None:
    """Bring the hub back to what it held when it was filled: no pushes, no moved tags."""
    filled = _filled(home)
    if filled and (content := cache.place(filled.content)).is_dir():
        with _writing(home):
            bring(content, home.hub, overwrite=True, prune=True)
    else:
        _replace(home, filled.source if filled else "practice", say)


def filled_with(home: Home) -> Source | None:
    """Where the hub's images are from; None if it was never filled."""
    filled = _filled(home)
    return filled.source if filled else None


def online_pins() -> Path:
    """The file that says which of Docker Hub's images, by digest, `fill_online` copies."""
    return practice_images.recipes() / "online.yaml"


def catalogue(address: str) -> dict[str, list[str]]:
    """The repositories and tags that the hub at `address` (host:port) offers."""
    names = _get(address, "_catalog?n=1000")["repositories"] or []
    tags = {name: _get(address, f"{name}/tags/list").get("tags") or [] for name in names}
    return {name: sorted(found) for name, found in tags.items() if found}


def _replace(home: Home, source: Source, say: Say) -> None:
    content = _content(source, say)
    with _writing(home):
        bring(content, home.hub, overwrite=True, prune=True)
        _remember(home, _Filled(source, content.name))


def _content(source: Source, say: Say) -> Path:
    if source == "practice":
        return practice_images.ensure(say)
    return online.ensure(online_pins(), say)


def _record(home: Home) -> Path:
    return home.hub / "filled.json"


def _filled(home: Home) -> _Filled | None:
    try:
        found = json.loads(_record(home).read_text())
        return _Filled("online" if found["source"] == "online" else "practice", found["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(home: Home, filled: _Filled) -> None:
    write_whole(_record(home), json.dumps(asdict(filled)) + "\n")


@contextmanager
def _writing(home: Home) -> Iterator[None]:
    try:
        home.make()
        home.hub.mkdir(exist_ok=True)
        yield
    except OSError as error:
        raise HubError(
            f"The hub's storage {home.hub} cannot be written: {error.strerror or error}.",
            (f"df -h '{home.hub}'", f"ls -ld '{home.hub}'"),
        ) from error


def _get(address: str, path: str) -> dict[str, list[str]]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{address}/v2/{path}", timeout=10) as answer:
            found: dict[str, list[str]] = json.load(answer)
            return found
    except (OSError, ValueError) as error:
        if getattr(error, "code", None) == 404:
            return {}
        raise HubError(f"The hub at {address} does not answer: {error}.", ("dockyard up",)) from error
