"""What a condition may ask to see. Each kind of fact is a class, and its type argument is what is found.

A package from elsewhere adds a kind of fact with one class based on `Need` and one function that
reads it (checker.sources.reader). Asking is data: a need never reads anything itself.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from checker.facts.objects import Container, File, Image, Network, RemoteImage, Reply, Volume

Found = TypeVar("Found", covariant=True)


@dataclass(frozen=True)
class Need(Generic[Found]):
    """One thing that a condition must see. Two needs that are equal are read once."""


@dataclass(frozen=True)
class InspectImage(Need[Image | None]):
    """An image by its reference or ID, as inspected; None when the engine has no such image."""

    key: str


@dataclass(frozen=True)
class CountHistory(Need[int]):
    """How many rows `docker history` shows for an image; 0 when the engine has no such image."""

    key: str


@dataclass(frozen=True)
class ListImages(Need[tuple[Image, ...]]):
    """All images that have a name or are used, as listed. A costly request on a full engine."""


@dataclass(frozen=True)
class ListDangling(Need[tuple[Image, ...]]):
    """The images without a name that no other image is built on."""


@dataclass(frozen=True)
class InspectContainer(Need[Container | None]):
    """A container by its name or ID, as inspected; None when the engine has no such container."""

    key: str


@dataclass(frozen=True)
class ReadLogs(Need[str | None]):
    """The end of what a container printed; None when the engine has no such container."""

    key: str


@dataclass(frozen=True)
class ListContainers(Need[tuple[Container, ...]]):
    """All containers, running or not, as listed."""


@dataclass(frozen=True)
class InspectVolume(Need[Volume | None]):
    """A volume by its name; None when the engine has no such volume."""

    name: str


@dataclass(frozen=True)
class ListVolumes(Need[tuple[Volume, ...]]):
    """All volumes."""


@dataclass(frozen=True)
class InspectNetwork(Need[Network | None]):
    """A network by its name; None when the engine has no such network."""

    name: str


@dataclass(frozen=True)
class ResolveReference(Need[RemoteImage | None]):
    """What a full reference stands for in its registry; None when the registry has no such tag."""

    reference: str


@dataclass(frozen=True)
class ListTags(Need[tuple[str, ...]]):
    """The tags that a registry has in the repository of a full reference; empty if it has none."""

    reference: str


@dataclass(frozen=True)
class ReadFile(Need[File | None]):
    """A file at a path in the learner's folder; None when there is none."""

    path: str


@dataclass(frozen=True)
class ListFiles(Need[tuple[str, ...]]):
    """The paths of all files in the learner's folder."""


@dataclass(frozen=True)
class ProbePort(Need[Reply | None]):
    """What a published port answers over HTTP; None when nothing listens there."""

    port: int


CONTAINERS = ListContainers()
IMAGES = ListImages()
DANGLING = ListDangling()
FILES = ListFiles()
