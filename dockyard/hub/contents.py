"""Fills the home's hub, with practice images or with Docker Hub's own, and restores that content.

The registry may serve the hub meanwhile. So it must not cache blob descriptors in memory.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from dockyard.errors import HubError, MissingRequirement
from dockyard.home import Home
from dockyard.hub import online
from dockyard.hub.practice import practice_images
from dockyard.hub.storage import sync
from dockyard.system import cache
from dockyard.system.cache import Say
from dockyard.system.files import write_atomically

Source = Literal["practice", "online"]


@dataclass(frozen=True)
class _Filling:
    """What a hub was filled with; `content` is the name of a folder in the cache."""

    source: Source
    content: str


def fill(home: Home, say: Say) -> None:
    """Add to the hub what it should contain at first; what is there already is kept.

    That is the practice images, or Docker Hub's own if `fill_online` was used before. If they can be
    neither built nor fetched now, a hub that was filled before stays as it is.
    """
    last = _last_filling(home)
    source = last.source if last else "practice"
    try:
        content = _content(source, say)
    except (HubError, MissingRequirement) as error:
        if last is None:
            raise
        say(f"The hub keeps the images that it has. {error.message}")
        return
    with _writing(home):
        new = last is None or last.content != content.name
        sync(content, home.hub, overwrite=new, prune=False)
        if new:
            _remember(home, _Filling(source, content.name))


def fill_practice(home: Home, say: Say) -> None:
    """Make the practice images the only content of the hub."""
    _replace(home, "practice", say)


def fill_online(home: Home, say: Say) -> None:
    """Make Docker Hub's own images, by pinned digest, the only content of the hub.

    Raises HubError or MissingRequirement, and then the hub is unchanged.
    """
    _replace(home, "online", say)


def restore(home: Home, say: Say = lambda _: None) -> None:
    """Restore what the hub was filled with: pushes are removed, moved tags are moved back."""
    last = _last_filling(home)
    if last and (content := cache.place(last.content)).is_dir():
        with _writing(home):
            sync(content, home.hub, overwrite=True, prune=True)
    else:
        _replace(home, last.source if last else "practice", say)


def online_pins() -> Path:
    """The file that lists the images that `fill_online` copies from Docker Hub, by digest."""
    return practice_images.recipes() / "online.yaml"


def _replace(home: Home, source: Source, say: Say) -> None:
    content = _content(source, say)
    with _writing(home):
        sync(content, home.hub, overwrite=True, prune=True)
        _remember(home, _Filling(source, content.name))


def _content(source: Source, say: Say) -> Path:
    if source == "practice":
        return practice_images.ensure(say)
    return online.ensure(online_pins(), say)


def _record(home: Home) -> Path:
    return home.hub / "filled.json"


def _last_filling(home: Home) -> _Filling | None:
    try:
        found = json.loads(_record(home).read_text())
        return _Filling("online" if found["source"] == "online" else "practice", found["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(home: Home, filling: _Filling) -> None:
    write_atomically(_record(home), json.dumps(asdict(filling)) + "\n")


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
