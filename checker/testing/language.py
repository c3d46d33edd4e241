"""A few words for each object on an engine and for each event.

An image is `ID = names`, or `ID/layers = names`, where `layers` is a number (layers 0, 1, …) or words
joined by `+`: `u1/a+b = ubuntu`. Among the names, `@REPOSITORY` is a digest in that repository:
`@ubuntu` has the hex digits of the ID, `@ubuntu!d1` those of `d1`. A mapping says more, as an
inspection does: `{"image": "u1 = ubuntu", "platform": "linux/arm64", "config": {"user": "ada"}}`.

A container is `name image ID-of-image state [code] [--rm]`; `box#2` is another container that is
named `box`. A mapping says more: `{"container": "web nginx n1 running", "ports": {"80/tcp": 8080}}`.

A volume is `volume NAME`; a network is `network NAME [container…] [--internal]`.

`<u1>` stands for the short form of the ID `u1`, and `<<u1>>` for its 64 hex digits.

| event | |
|---|---|
| `pull NAME`, `push NAME` | |
| `tag ID NAME`, `untag ID`, `delete ID`, `import ID NAME`, `load ID` | of images |
| `create`, `start`, `die`, `destroy` and `CONTAINER IMAGE [CODE]` | of containers |
| `commit CONTAINER IMAGE ID-of-new-image` | |
| `volume create NAME`, `volume destroy NAME` | |
| `network create NAME`, `destroy`, `connect NAME CONTAINER`, `disconnect` | |
| `prune image`, `prune container`, … | |
| `miss REPOSITORY:TAG` | a registry was asked for what it does not have |
| `denied REGISTRY[/REPOSITORY]`, `login REGISTRY` | |
| `forgot` | the engine has forgotten the events before |
| `---` | here, the step before this one was achieved |
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from checker.facts.objects import (
    Container,
    Event,
    Image,
    ImageConfig,
    Mount,
    Network,
    Seen,
    Volume,
    full_name,
)

Written = str | dict[str, Any]
Kind = TypeVar("Kind", bound=Seen)


def hex_id(word: str) -> str:
    """The 64 hex digits that a word stands for."""
    return hashlib.sha256(word.encode()).hexdigest()


def ids_in(text: str) -> str:
    """The text with `<h1>` and `<<h1>>` replaced by the short and the long ID of the word `h1`."""
    text = re.sub(r"<<(\w+)>>", lambda found: hex_id(found[1]), text)
    return re.sub(r"<(\w+)>", lambda found: hex_id(found[1])[:12], text)


def of_kind(kind: type[Kind], things: Iterable[Seen]) -> list[Kind]:
    """Those of one kind."""
    return [each for each in things if isinstance(each, kind)]


def thing(written: Written) -> Seen:
    """An image, a container, a volume or a network."""
    if isinstance(written, dict):
        return _detailed(written)
    if "=" in written:
        return image(written)
    word, name, *rest = written.split()
    if word == "volume":
        return Volume(name)
    if word == "network":
        return Network(name, "bridge", tuple(each for each in rest if each[0] != "-"), "--internal" in rest)
    return container(written)


def listed(seen: Seen) -> Seen:
    """An object as a list shows it, which is less than an inspection does; an image keeps its layers."""
    if not isinstance(seen, Container):
        return seen
    code = seen.exit_code if seen.state == "exited" else None
    return replace(seen, exit_code=code, auto_remove=False, error="", health="")


def image(written: str) -> Image:
    """An image, such as `u1/2 = ubuntu @ubuntu`."""
    head, _, names = written.partition("=")
    word, _, layers = head.strip().partition("/")
    full = sorted(filter(None, (full_name(name) for name in names.split() if name[0] != "@")))
    digests = sorted(_digest(name[1:], word) for name in names.split() if name[0] == "@")
    stack = layers.split("+") if layers and not layers.isdecimal() else range(int(layers or 1))
    return Image(
        f"sha256:{hex_id(word)}",
        tuple(full),
        tuple(f"layer{n}" for n in stack),
        tuple(digests),
        "linux/amd64",
    )


def container(written: str) -> Container:
    """A container, such as `box busybox b1 exited 1 --rm`."""
    name, image_, word, state, *rest = written.split()
    code = next((int(each) for each in rest if each.isdecimal()), None)
    identity, image_id = hex_id(name), f"sha256:{hex_id(word)}"
    return Container(identity, name.partition("#")[0], ids_in(image_), image_id, state, code, "--rm" in rest)


def happened(lines: Iterable[str]) -> tuple[tuple[Event, ...], int]:
    """The events of these lines, and when the step before this one was achieved."""
    events: list[Event] = []
    since = 0
    for nano, line in enumerate(lines, 1):
        if line == "---":
            since = nano
        else:
            events.append(_event(nano, *ids_in(line).split()))
    return tuple(events), since


def _digest(written: str, word: str) -> str:
    """`docker.io/library/ubuntu@sha256:…` for `ubuntu` (with the image's own digits) or `ubuntu!d1`."""
    repository, _, other = written.partition("!")
    full = (full_name(repository) or "").rpartition(":")[0]
    return f"{full}@sha256:{hex_id(other or word)}"


def _detailed(written: dict[str, Any]) -> Seen:
    """What an inspection shows: an image with its config, a container with all about it."""
    rest = {key: value for key, value in written.items() if key not in ("image", "container")}
    if "image" in written:
        config = msgspec.convert(rest.pop("config", {}), type=ImageConfig)
        found = image(written["image"])
        layers = tuple(map(ids_in, rest.pop("layers", found.layers)))
        return replace(found, config=config, layers=layers, **rest)
    mounts = tuple(Mount(**each) for each in rest.pop("mounts", ()))
    networks = tuple(rest.pop("networks", ()))
    return replace(container(written["container"]), mounts=mounts, networks=networks, **rest)


def _event(nano: int, action: str, who: str = "", about: str = "", more: str = "") -> Event:
    match action:
        case "forgot":
            return Event(nano, "engine", "forgot", "")
        case "miss":
            repository, _, tag = who.partition(":")
            return Event(nano, "hub", "miss", who, {"repository": repository, "tag": tag})
        case "denied" | "login":
            registry, _, repository = who.partition("/")
            return Event(nano, "hub", action, who, {"registry": registry, "repository": repository})
        case "pull" | "push":
            return Event(nano, "image", action, who, {"name": who})
        case "tag" | "untag" | "delete" | "import" | "load":
            return Event(nano, "image", action, f"sha256:{hex_id(who)}", {"name": about} if about else {})
        case "prune":
            return Event(nano, who, "prune", "", {"reclaimed": "1"})
        case "volume":
            return Event(nano, "volume", who, about)
        case "network":
            return Event(nano, "network", who, hex_id(about), {"name": about, "container": hex_id(more)})
    return _container_event(nano, action, who, about, more)


def _container_event(nano: int, action: str, who: str, image_: str, more: str) -> Event:
    attributes = {"name": who.partition("#")[0], "image": ids_in(image_)}
    if action == "commit":
        attributes |= {"imageID": f"sha256:{hex_id(more)}"}
    elif more:
        attributes |= {"exitCode": more}
    return Event(nano, "container", action, hex_id(who), attributes)
