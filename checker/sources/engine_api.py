"""Converts what the Docker API answers to plain data. Every difference between engines ends here."""

import json
import re
from collections.abc import Callable
from typing import Any

from checker.facts.objects import Container, Event, Image, ImageConfig, Mount, Network, Volume, full_name

EXITED = re.compile(r"Exited \((\d+)\)")
ALIVE = ("running", "paused", "restarting")
FRAME = 8  # bytes before each piece of a log: the stream, three zeros, the length


def all_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads a list of what `read` reads."""
    return lambda raw: tuple(map(read, raw))


def listed_image(raw: dict[str, Any]) -> Image:
    """An entry of `/images/json`."""
    names = (full_name(name) for name in raw.get("RepoTags") or () if "<none>" not in name)
    digests = (full_name(name) for name in raw.get("RepoDigests") or () if "<none>" not in name)
    return Image(
        _sha(raw["Id"]), tuple(sorted(filter(None, names))), digests=tuple(sorted(filter(None, digests)))
    )


def image(raw: dict[str, Any]) -> Image:
    """`/images/NAME/json`."""
    listed = listed_image(raw)
    layers = (raw.get("RootFS") or {}).get("Layers") or ()
    platform = "/".join(filter(None, [raw.get("Os"), raw.get("Architecture")]))
    config = _config(raw.get("Config") or {})
    size = raw.get("Size") or 0
    return Image(listed.id, listed.names, tuple(layers), listed.digests, platform, config, size)


def _config(raw: dict[str, Any]) -> ImageConfig:
    return ImageConfig(
        command=tuple(raw.get("Cmd") or ()),
        entrypoint=tuple(raw.get("Entrypoint") or ()),
        user=raw.get("User") or "",
        workdir=raw.get("WorkingDir") or "",
        env=tuple(raw.get("Env") or ()),
        labels=raw.get("Labels") or {},
        exposes=tuple(raw.get("ExposedPorts") or ()),
    )


def listed_container(raw: dict[str, Any]) -> Container:
    """An entry of `/containers/json`."""
    status = EXITED.match(raw.get("Status") or "")
    published = {
        f"{each['PrivatePort']}/{each['Type']}": each.get("PublicPort") for each in raw.get("Ports") or ()
    }
    return Container(
        id=raw["Id"],
        name=next(iter(raw.get("Names") or ("",))).lstrip("/"),
        image=raw["Image"],
        image_id=_sha(raw["ImageID"]),
        state=raw["State"],
        exit_code=int(status[1]) if status else None,
        mounts=tuple(map(_mount, raw.get("Mounts") or ())),
        networks=tuple(sorted((raw.get("NetworkSettings") or {}).get("Networks") or ())),
        ports={inside: port for inside, port in published.items() if port},
    )


def container(raw: dict[str, Any]) -> Container:
    """`/containers/NAME/json`."""
    state, settings = raw["State"], raw.get("NetworkSettings") or {}
    return Container(
        id=raw["Id"],
        name=raw["Name"].lstrip("/"),
        image=raw["Config"]["Image"],
        image_id=_sha(raw["Image"]),
        state=state["Status"],
        exit_code=None if state["Status"] in ALIVE else state["ExitCode"],
        auto_remove=bool((raw.get("HostConfig") or {}).get("AutoRemove")),
        error=state.get("Error") or "",
        health=(state.get("Health") or {}).get("Status", "").replace("none", ""),
        mounts=tuple(map(_mount, raw.get("Mounts") or ())),
        networks=tuple(sorted(settings.get("Networks") or ())),
        ports=dict(_published(settings.get("Ports") or {})),
    )


def _mount(raw: dict[str, Any]) -> Mount:
    return Mount(raw["Destination"], raw.get("Name") or raw.get("Source") or "", raw.get("Type") or "volume")


def _published(raw: dict[str, Any]) -> list[tuple[str, int]]:
    return [(port, int(bound["HostPort"])) for port, places in raw.items() for bound in (places or ())[:1]]


def volume(raw: dict[str, Any]) -> Volume:
    """`/volumes/NAME`, or an entry of `/volumes`."""
    return Volume(raw["Name"], raw.get("Driver") or "local")


def volumes(raw: dict[str, Any]) -> tuple[Volume, ...]:
    """`/volumes`."""
    return tuple(map(volume, raw["Volumes"] or ()))


def network(raw: dict[str, Any]) -> Network:
    """`/networks/NAME`."""
    members = (each.get("Name", "") for each in (raw.get("Containers") or {}).values())
    return Network(raw["Name"], raw.get("Driver") or "", tuple(sorted(members)), bool(raw.get("Internal")))


def event(line: str | bytes) -> Event:
    """A line of `/events`. API 1.52 no longer has `status`."""
    raw = json.loads(line)
    actor = raw.get("Actor") or {}
    action = str(raw.get("Action", raw.get("status", "")))
    return Event(
        int(raw["timeNano"]), raw["Type"], action, actor.get("ID", ""), actor.get("Attributes") or {}
    )


def log(raw: bytes) -> str:
    """What a container printed. Without a terminal, it comes in frames, each of one of two streams."""
    text, rest = b"", raw
    while len(rest) >= FRAME and rest[0] in (0, 1, 2) and rest[1:4] == b"\0\0\0":
        length = int.from_bytes(rest[4:FRAME])
        text += rest[FRAME : FRAME + length]
        rest = rest[FRAME + length :]
    return (text + rest).decode(errors="replace")


def _sha(image_id: str) -> str:
    return image_id if image_id.startswith("sha256:") else f"sha256:{image_id}"
