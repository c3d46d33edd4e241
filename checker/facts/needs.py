"""What a condition can ask for. Each kind of fact is a class; its type argument is the type of the result.

A need is data and never reads anything itself. To add a kind of fact, write one class based on
`Need` and register one function that reads it (see checker.sources.reader). A package from elsewhere
can do both.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from checker.facts.objects import Container, File, Image, Network, RemoteImage, Reply, Volume

Found = TypeVar("Found", covariant=True)


@dataclass(frozen=True)
class Need(Generic[Found]):
    """One fact that a condition needs. Equal needs are read once."""


@dataclass(frozen=True)
class InspectImage(Need[Image | None]):
    """An image by its reference or ID, as inspected; None if the engine has no such image."""

    key: str


@dataclass(frozen=True)
class CountHistory(Need[int]):
    """How many rows `docker history` shows for an image; 0 if the engine has no such image."""

    key: str


@dataclass(frozen=True)
class ListImages(Need[tuple[Image, ...]]):
    """All images that have a name or are used, as listed. This is slow on an engine with many images."""


@dataclass(frozen=True)
class ListDangling(Need[tuple[Image, ...]]):
    """The images without a name that no other image is built on."""


@dataclass(frozen=True)
class InspectContainer(Need[Container | None]):
    """A container by its name or ID, as inspected; None if the engine has no such container."""

    key: str


@dataclass(frozen=True)
class ReadLogs(Need[str | None]):
    """The end of what a container printed; None if the engine has no such container."""

    key: str


@dataclass(frozen=True)
class ListContainers(Need[tuple[Container, ...]]):
    """All containers, running or not, as listed."""


@dataclass(frozen=True)
class InspectVolume(Need[Volume | None]):
    """A volume by its name; None if the engine has no such volume."""

    name: str


@dataclass(frozen=True)
class ListVolumes(Need[tuple[Volume, ...]]):
    """All volumes."""


@dataclass(frozen=True)
class InspectNetwork(Need[Network | None]):
    """A network by its name; None if the engine has no such network."""

    name: str


@dataclass(frozen=True)
class ResolveReference(Need[RemoteImage | None]):
    """What a full reference stands for in its registry; None if the registry has no such tag."""

    reference: str


@dataclass(frozen=True)
class ListTags(Need[tuple[str, ...]]):
    """The tags that a registry has in the repository of a full reference; empty if it has none."""

    reference: str


@dataclass(frozen=True)
class ReadFile(Need[File | None]):
    """A file at a path in the learner's folder; None if there is none."""

    path: str


@dataclass(frozen=True)
class ListFiles(Need[tuple[str, ...]]):
    """The paths of all files in the learner's folder."""


@dataclass(frozen=True)
class ProbePort(Need[Reply | None]):
    """What a published port answers over HTTP; None if nothing listens there."""

    port: int


CONTAINERS = ListContainers()
IMAGES = ListImages()
DANGLING = ListDangling()
FILES = ListFiles()
