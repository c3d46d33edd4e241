"""What a judgement may look at: what is there now, and what was seen before. Plain data.

A condition declares what it needs, a checker.reader gets it, and Facts hands it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.errors import CannotTell
from checker.facts.history import History
from checker.facts.needs import Need, NeedKind
from checker.facts.objects import Container, File, Image, Network, RemoteImage, Reply, Volume


class NotRead(LookupError):
    """A condition asked for a fact that it had not declared: a bug of the condition."""


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
