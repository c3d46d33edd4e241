"""What a judgement may look at: what is there now, and what was seen before. Plain data.

A condition declares what it needs, a checker.reader gets it, and Facts hands it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from checker.errors import CannotTell
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, Need
from checker.facts.objects import Container

Found = TypeVar("Found")


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
    read: Mapping[Need[object], Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    answer: str | None = None
    answer_with: str = ""
    folder: str = ""
    elsewhere: Elsewhere | None = None
    private: bool = False

    def __getitem__(self, need: Need[Found]) -> Found:
        """What was found. Raises CannotTell where that is unknown, NotRead where nobody asked."""
        if need not in self.read:
            raise NotRead(f"{need} was not read")
        found = self.read[need]
        if isinstance(found, CannotTell):
            raise found
        return cast(Found, found)

    def has(self, need: Need[object]) -> bool:
        """Whether this was read, and is known."""
        return need in self.read and not isinstance(self.read[need], CannotTell)

    def containers_of(self, image_ids: frozenset[str]) -> tuple[Container, ...]:
        """The containers that were made from one of these images."""
        return tuple(c for c in self[CONTAINERS] if c.image_id in image_ids)
