"""All that a judgement may look at: what is there now, and what was seen before. Plain data.

A condition declares what it needs, checker.sources.reader reads it, and Facts hands it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from checker.commands import Commands
from checker.errors import CannotTell
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, Need
from checker.facts.objects import Container

Found = TypeVar("Found")


class NotRead(LookupError):
    """A condition asked for a fact that it had not declared: a bug in the condition."""


@dataclass(frozen=True)
class Elsewhere:
    """Another engine that the learner's shell talks to.

    `source` says why it does (`DOCKER_HOST`, `the context "colima"`, `the default`). `chosen` is
    False if it is only the default. `holds` lists the images of the lesson that are there.
    """

    address: str
    source: str
    chosen: bool
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that a judgement may look at.

    `read` maps each need to what was found. None means that there is no such thing. A CannotTell
    means that nobody knows; asking for that fact raises it. `answer` is what the learner typed for
    this step. `commands` are the ones that the learner can type here: a diagnosis names them with
    `facts.commands.fill("reset")`, which is empty where the command does not exist. `folder` holds
    the learner's files. `private` means that the engine belongs to the lesson with all that is on it.
    """

    engine: str = ""
    read: Mapping[Need[object], Any] = field(default_factory=dict)
    history: History = field(default_factory=History)
    answer: str | None = None
    commands: Commands = field(default_factory=Commands)
    folder: str = ""
    elsewhere: Elsewhere | None = None
    private: bool = False

    def __getitem__(self, need: Need[Found]) -> Found:
        """What was found. Raises CannotTell if that is unknown, NotRead if the need was not declared."""
        if need not in self.read:
            raise NotRead(f"{need} was not read")
        found = self.read[need]
        if isinstance(found, CannotTell):
            raise found
        return cast(Found, found)

    def has(self, need: Need[object]) -> bool:
        """Whether this was read and is known."""
        return need in self.read and not isinstance(self.read[need], CannotTell)

    def with_certain_history(self) -> "Facts":
        """These facts, for asking whether forgotten events decide (see History.certain)."""
        return replace(self, history=self.history.certain())

    @property
    def answer_with(self) -> str:
        """The command that answers this step; empty where there is none."""
        return next(iter(self.commands.fill("answer")), "")

    def containers_of(self, image_ids: frozenset[str]) -> tuple[Container, ...]:
        """The containers that were made from one of these images."""
        return tuple(c for c in self[CONTAINERS] if c.image_id in image_ids)
