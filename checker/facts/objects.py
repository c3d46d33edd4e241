"""What is found on an engine and beside it, as plain data: Docker's objects, files, replies.

Everything that varies between engines is settled before it gets here: references are in their
full form (`docker.io/library/ubuntu:latest`), IDs start with `sha256:`, names have no slash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checker.reference import ImageReference, InvalidReference


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """What an image says of how it is run; words as in `docker image inspect`.

    `command` and `entrypoint` are lists of words, `exposes` holds `80/tcp`, `user` is "" for root.
    """

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    user: str = ""
    workdir: str = ""
    env: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    exposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An image. A list shows only `id`, `names` and `digests`; an inspection shows the rest, too.

    `layers` are DiffIDs, the same in every image store; `digests` are references such as
    `docker.io/library/ubuntu@sha256:…`, one for each repository that it was pulled from or pushed
    to; `platform` is such as `linux/amd64`. `size` is in bytes, and each engine counts in its own way.
    """

    id: str
    names: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    platform: str = ""
    config: ImageConfig | None = None
    size: int = 0

    @property
    def short_id(self) -> str:
        """The twelve hex digits that the command line shows."""
        return self.id.removeprefix("sha256:")[:12]

    @property
    def is_known_by_manifest(self) -> bool:
        """Whether its ID is that of a manifest, as in the containerd store, not of a config."""
        return any(digest.endswith(f"@{self.id}") for digest in self.digests)

    def is_built_on(self, base: "Image") -> bool:
        """Whether its lowest layers are those of the base, and it is not the base itself."""
        below = self.layers[: len(base.layers)]
        return bool(base.layers) and below == base.layers and self.id != base.id


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted into a container: a volume by its name, or a folder by its path."""

    target: str
    source: str
    kind: str = "volume"


@dataclass(frozen=True, slots=True)
class Container:
    """A container. `state` is Docker's word: created, running, paused, exited…

    A list does not tell everything; what is known only of a container that was inspected stands
    below `exit_code`. `ports` maps `80/tcp` to the published port of this machine, `networks` holds
    names, `health` is Docker's word or "" where there is no health check, `error` is why it could
    not be started. The exit code of one that could not even be started is in an inspection only.
    """

    id: str
    name: str
    image: str
    image_id: str
    state: str
    exit_code: int | None = None
    auto_remove: bool = False
    error: str = ""
    health: str = ""
    mounts: tuple[Mount, ...] = ()
    networks: tuple[str, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume with its driver."""

    name: str
    driver: str = "local"


@dataclass(frozen=True, slots=True)
class Network:
    """A network; `containers` holds the names of the running ones in it, `internal` cuts it off."""

    name: str
    driver: str = "bridge"
    containers: tuple[str, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class RemoteImage:
    """An image in a registry: the digest of what its tag names, and of the config where there is one.

    An index has no config of its own.
    """

    digest: str
    config: str | None = None

    def is_same_as(self, local: Image) -> bool:
        """Whether an image on an engine is this one, in either image store."""
        known = {local.id, *(reference.rpartition("@")[2] for reference in local.digests)}
        return self.digest in known or self.config == local.id


@dataclass(frozen=True, slots=True)
class File:
    """A file in the learner's folder; `text` is None for what is no UTF-8 text or is too long."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a port of this machine answers over HTTP; status 0: it listens, but speaks no HTTP."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the event stream; `time_nano` is the daemon's clock, in nanoseconds.

    Two types are not Docker's. `hub`: a request to the registry beside the engine that failed, because
    there is no such thing (`miss`) or because it wants a login first (`denied`); or a `login` there.
    `engine` with the action `forgot`: some events before this time are lost.
    """

    time_nano: int
    type: str
    action: str
    id: str
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_gap(self) -> bool:
        """Whether it stands for events that the engine has forgotten."""
        return (self.type, self.action) == ("engine", "forgot")


Seen = Image | Container | Volume | Network


def full_name(text: str) -> str | None:
    """The full form of a reference with its tag, or None for what is no reference (an ID)."""
    try:
        reference = ImageReference.parse(text).with_default_tag()
    except InvalidReference:
        return None
    return str(reference)


def familiar(name: str) -> str:
    """The short form a learner would type: `ubuntu`, `busybox:1.36`, `localhost:5000/a/b`."""
    try:
        short = ImageReference.parse(name).familiar
    except InvalidReference:
        return name
    return short.removesuffix(":latest") if "@" not in short else short
