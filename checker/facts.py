"""What was seen on an engine: plain data, made by checker.engine, read by the conditions.

Everything that varies between engines is settled before it gets here: references are in their
full form (`docker.io/library/ubuntu:latest`), IDs start with `sha256:`, names have no slash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from checker.reference import ImageReference, InvalidReference

NeedKind = Literal["image", "image-history", "container", "containers"]


class NotRead(LookupError):
    """A condition asked for a fact that it had not declared: a bug of the condition."""


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One thing a condition must see: an `image` or its `image-history` (key: reference or ID), one
    `container` in full (key: name or ID), or all `containers` as listed (no key)."""

    kind: NeedKind
    key: str = ""


CONTAINERS = Need("containers")


@dataclass(frozen=True, slots=True)
class Image:
    """An image as inspected. `layers` are DiffIDs, the same in every image store."""

    id: str
    names: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()

    @property
    def short_id(self) -> str:
        """The twelve hex digits that the command line shows."""
        return self.id.removeprefix("sha256:")[:12]


@dataclass(frozen=True, slots=True)
class Container:
    """A container. `state` is Docker's word: created, running, paused, exited…

    A list does not tell everything: `auto_remove` (`--rm`), and the exit code of a container that
    could not even be started, are known only of one that was inspected.
    """

    id: str
    name: str
    image: str
    image_id: str
    state: str
    exit_code: int | None = None
    auto_remove: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the event stream; `time_nano` is the daemon's clock, in nanoseconds.

    Type `hub` is ours: the hub was asked for something that it does not have (`miss`).
    """

    time_nano: int
    type: str
    action: str
    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """What was seen since the lesson was started, oldest first.

    `start_images` and `start_containers` (IDs) are the start state; `images` and `containers` hold
    every sighting, the start state included. `since` (nanoseconds) is when the last of the steps
    before this one was achieved, or the start: what came after it was done for this step.
    """

    start_images: tuple[Image, ...] = ()
    start_containers: frozenset[str] = frozenset()
    images: tuple[Image, ...] = ()
    containers: tuple[Container, ...] = ()
    events: tuple[Event, ...] = ()
    since: int = 0

    def ids_of(self, name: str) -> frozenset[str]:
        """IDs of all images that were seen under this full name."""
        return frozenset(image.id for image in self.images if name in image.names)

    def names_of(self, image_id: str) -> frozenset[str]:
        """All full names under which this image was seen."""
        return frozenset(n for image in self.images if image.id == image_id for n in image.names)

    def at_start(self, name: str) -> bool:
        """Whether the start state had an image of this full name."""
        return any(name in image.names for image in self.start_images)

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
    """All that a judgement may look at: what is there now, and what was seen before.

    `answer` is what the learner typed for this step, `answer_with` the command to type it.
    """

    engine: str = ""
    images: Mapping[str, Image | None] = field(default_factory=dict)
    image_rows: Mapping[str, int] = field(default_factory=dict)
    inspected: Mapping[str, Container | None] = field(default_factory=dict)
    containers_now: tuple[Container, ...] | None = None
    history: History = field(default_factory=History)
    answer: str | None = None
    answer_with: str = ""
    elsewhere: Elsewhere | None = None

    def image(self, key: str) -> Image | None:
        """The image behind a full name or an ID; None when the engine said that there is none."""
        if key not in self.images:
            raise NotRead(f"the image {key} was not read")
        return self.images[key]

    def rows(self, key: str) -> int:
        """How many rows `docker history` shows for the image; 0 when there is no such image."""
        if key not in self.image_rows:
            raise NotRead(f"the history of {key} was not read")
        return self.image_rows[key]

    def container(self, key: str) -> Container | None:
        """The container of this name or ID; None when the engine said that there is none."""
        if key not in self.inspected:
            raise NotRead(f"the container {key} was not read")
        return self.inspected[key]

    @property
    def containers(self) -> tuple[Container, ...]:
        """All containers, running or not."""
        if self.containers_now is None:
            raise NotRead("the containers were not read")
        return self.containers_now

    def containers_of(self, image_ids: frozenset[str]) -> tuple[Container, ...]:
        """The containers that were made from one of these images."""
        return tuple(c for c in self.containers if c.image_id in image_ids)


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
