"""What a judgement may look at: what is there now, and what was seen before. Plain data.

A condition declares what it needs, a checker.reader gets it, and Facts hands it out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from checker.errors import CannotTell
from checker.objects import (
    Container,
    Event,
    File,
    Image,
    Network,
    RemoteImage,
    Reply,
    Volume,
    full_name,
)
from checker.seen import Things

NeedKind = Literal[
    "image",
    "image-history",
    "images",
    "dangling",
    "container",
    "logs",
    "containers",
    "volume",
    "volumes",
    "network",
    "registry",
    "registry-tags",
    "file",
    "files",
    "port",
]


class NotRead(LookupError):
    """A condition asked for a fact that it had not declared: a bug of the condition."""


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One thing a condition must see.

    | kind | key | what is read |
    |---|---|---|
    | `image` | reference or ID | an Image, as inspected |
    | `image-history` | reference or ID | how many rows `docker history` shows |
    | `images` | | all images that have a name, or are used: a costly list |
    | `dangling` | | the images without a name that no other image is built on |
    | `container` | name or ID | a Container, as inspected |
    | `logs` | name or ID | the end of what it printed |
    | `containers` | | all containers, as listed |
    | `volume`, `network` | name | a Volume, a Network |
    | `volumes` | | all volumes |
    | `registry` | full reference | a RemoteImage |
    | `registry-tags` | full reference | the tags of its repository |
    | `file` | path in the learner's folder | a File |
    | `files` | | the paths of all files there |
    | `port` | number | a Reply |
    """

    kind: NeedKind
    key: str = ""


CONTAINERS = Need("containers")
IMAGES = Need("images")
DANGLING = Need("dangling")
FILES = Need("files")
NOTHING = Things()
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class History:
    """What was seen since the lesson was started, oldest first.

    `start` is the start state, `seen` every sighting since. `since` (nanoseconds) is when the last
    of the steps before this one was achieved, or the start: what came after it was done for this
    step.
    """

    start: Things = NOTHING
    seen: Things = NOTHING
    events: tuple[Event, ...] = ()
    since: int = 0

    def __post_init__(self) -> None:
        """Take any tuple; what are Things already keep what they know."""
        for name, things in (("start", self.start), ("seen", self.seen)):
            if not isinstance(things, Things):
                object.__setattr__(self, name, Things(things))

    @property
    def start_images(self) -> tuple[Image, ...]:
        """The images of the start state."""
        return self.start.images

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """Every sighting of an image, the start state included."""
        return self.start.images + self.seen.images

    @property
    def start_containers(self) -> frozenset[str]:
        """The IDs of the containers of the start state."""
        return self.start.container_ids

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Every sighting of a container, the start state included."""
        return self.start.containers + self.seen.containers

    def ids_of(self, name: str) -> frozenset[str]:
        """IDs of all images that were seen under this full name."""
        return self.start.ids.get(name, NONE) | self.seen.ids.get(name, NONE)

    def names_of(self, image_id: str) -> frozenset[str]:
        """All full names under which this image was seen."""
        return self.start.names.get(image_id, NONE) | self.seen.names.get(image_id, NONE)

    def at_start(self, name: str) -> bool:
        """Whether the start state had an image of this full name."""
        return name in self.start.ids

    def had(self, kind: type[Volume] | type[Network], name: str) -> bool:
        """Whether a volume or a network of this name was seen, at the start or since."""
        return any(isinstance(each, kind) and each.name == name for each in (*self.start, *self.seen))

    def began_with(self, kind: type[Volume] | type[Network], name: str) -> bool:
        """Whether the start state had a volume or a network of this name."""
        return any(isinstance(each, kind) and each.name == name for each in self.start)

    def of(self, type_: str, *actions: str, recent: bool = False) -> Iterator[Event]:
        """The events of one type and of these actions; `recent`: since the last achievement."""
        for event in self.events:
            fresh = not recent or event.time_nano > self.since
            if fresh and event.type == type_ and event.action in actions:
                yield event

    def tagged(self) -> frozenset[str]:
        """Full names that were given to images here, by a tag or a build."""
        written = (event.attributes.get("name", "") for event in self.of("image", "tag"))
        return frozenset(filter(None, map(full_name, written)))

    def arrivals(self) -> tuple[str, ...]:
        """Full names that were pulled, tagged, built or imported since the lesson was started."""
        written = (
            event.id if event.action == "pull" else event.attributes.get("name", "")
            for event in self.of("image", "pull", "tag")
        )
        return tuple(dict.fromkeys(filter(None, map(full_name, written))))


@dataclass(frozen=True)
class Elsewhere:
    """Another engine that the learner's shell talks to.

    `source` says why it does (`DOCKER_HOST`, `the context "colima"`, `the default`), `chosen` is
    False for the mere default, `holds` lists the wanted images that are there, and `mend` is the
    command that brings the shell back.
    """

    address: str
    source: str
    chosen: bool
    mend: str
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that a judgement may look at.

    `read` maps what was asked for to what was found: None where there is surely no such thing, a
    CannotTell where that cannot be told; asking for it then raises it. `private` says that the engine
    is Dockyard's own, so that all that is on it belongs to the lesson. `answer` is what the learner
    typed for this step, `answer_with` the command to type it, `folder` where the learner's files are.
    """

    engine: str = ""
    read: Mapping[Need, Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    answer: str | None = None
    answer_with: str = ""
    folder: str = ""
    elsewhere: Elsewhere | None = None
    private: bool = False

    def has(self, need: Need) -> bool:
        """Whether this was read, and is known."""
        return need in self.read and not isinstance(self.read[need], CannotTell)

    def _get(self, kind: NeedKind, key: str = "") -> Any:
        need = Need(kind, key)
        if need not in self.read:
            raise NotRead(f"{kind} {key}".strip() + " was not read")
        found = self.read[need]
        if isinstance(found, CannotTell):
            raise found
        return found

    def image(self, key: str) -> Image | None:
        """The image behind a full name or an ID; None when the engine said that there is none."""
        found: Image | None = self._get("image", key)
        return found

    def rows(self, key: str) -> int:
        """How many rows `docker history` shows for the image; 0 when there is no such image."""
        found: int = self._get("image-history", key)
        return found

    @property
    def images(self) -> tuple[Image, ...]:
        """All images."""
        found: tuple[Image, ...] = self._get("images")
        return found

    @property
    def dangling(self) -> tuple[Image, ...]:
        """The images without a name that no other image is built on."""
        found: tuple[Image, ...] = self._get("dangling")
        return found

    def container(self, key: str) -> Container | None:
        """The container of this name or ID; None when the engine said that there is none."""
        found: Container | None = self._get("container", key)
        return found

    def logs(self, key: str) -> str | None:
        """The end of what a container printed; None when there is no such container."""
        found: str | None = self._get("logs", key)
        return found

    @property
    def containers(self) -> tuple[Container, ...]:
        """All containers, running or not."""
        found: tuple[Container, ...] = self._get("containers")
        return found

    def containers_of(self, image_ids: frozenset[str]) -> tuple[Container, ...]:
        """The containers that were made from one of these images."""
        return tuple(c for c in self.containers if c.image_id in image_ids)

    def volume(self, name: str) -> Volume | None:
        """The volume of this name."""
        found: Volume | None = self._get("volume", name)
        return found

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """All volumes."""
        found: tuple[Volume, ...] = self._get("volumes")
        return found

    def network(self, name: str) -> Network | None:
        """The network of this name."""
        found: Network | None = self._get("network", name)
        return found

    def remote(self, name: str) -> RemoteImage | None:
        """What a full name stands for in its registry; None when the registry has no such tag."""
        found: RemoteImage | None = self._get("registry", name)
        return found

    def remote_tags(self, name: str) -> tuple[str, ...]:
        """The tags that a registry has in the repository of a full name; none if it has neither."""
        found: tuple[str, ...] = self._get("registry-tags", name)
        return found

    def file(self, path: str) -> File | None:
        """The file at this path in the learner's folder."""
        found: File | None = self._get("file", path)
        return found

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files in the learner's folder."""
        found: tuple[str, ...] = self._get("files")
        return found

    def reply(self, port: int) -> Reply | None:
        """What answers at this port of this machine; None when nobody listens there."""
        found: Reply | None = self._get("port", str(port))
        return found
