"""Two conditions, and a kind of fact of their own.

`weight: IMAGE` that `is: below` so many `bytes`, and `changes: CONTAINER` that `is: made` to a `path`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import msgspec

from checker.conditions.base import Goal
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need


class WeightNotHere(Reason, frozen=True, tag="weight-not-here"):
    """There is no such image to weigh."""

    image: str
    seen = "There is no `{image}` on this engine."
    next = ("docker pull {image}",)


class TooHeavy(Reason, frozen=True, tag="too-heavy"):
    """The image is as large as the limit, or larger."""

    image: str
    size: int
    limit: int
    asked = "This step asks for an image smaller than {limit} bytes."
    seen = "`{image}` takes {size} bytes."
    next = ("docker history {image}",)


class WeightBelow(Goal, frozen=True, tag="below"):
    """The image is here now, and takes less room than so many bytes."""

    example: ClassVar[str] = "weight: busybox\nis: below\nbytes: 5000000"
    reasons: ClassVar[tuple[type[Reason], ...]] = (WeightNotHere, TooHeavy)

    weight: str
    bytes: Annotated[int, msgspec.Meta(gt=0)]

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The image as it is now."""
        return (InspectImage(self.weight),)

    def evidence(self, facts: Facts) -> str | None:
        """Its size."""
        image = facts[InspectImage(self.weight)]
        fits = image and image.size < self.bytes
        return f"`{self.weight}` takes {image.size} bytes." if image and fits else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is not here, or too large."""
        image = facts[InspectImage(self.weight)]
        if image is None:
            yield WeightNotHere(image=self.weight)
        else:
            yield TooHeavy(image=self.weight, size=image.size, limit=self.bytes)


@dataclass(frozen=True)
class ContainerChanges(Need[tuple[str, ...] | None]):
    """The paths that a container has changed in its files; None if there is no such container."""

    container: str


class ChangesNotHere(Reason, frozen=True, tag="changes-not-here"):
    """There is no such container to look at."""

    container: str
    seen = "There is no container `{container}` on this engine."
    next = ("docker ps --all",)


class PathNotChanged(Reason, frozen=True, tag="path-not-changed"):
    """The container has not changed the path."""

    container: str
    path: str
    asked = "This step asks for a change of `{path}` in the container `{container}`."
    seen = "It has not changed."
    next = ("docker diff {container}",)


class ChangesMade(Goal, frozen=True, tag="made"):
    """The container has added, changed or deleted the file or folder at a path."""

    example: ClassVar[str] = "changes: scribe\nis: made\npath: /tmp/poem"
    reasons: ClassVar[tuple[type[Reason], ...]] = (ChangesNotHere, PathNotChanged)

    changes: str
    path: str

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """What `docker diff` shows now."""
        return (ContainerChanges(self.changes),)

    def evidence(self, facts: Facts) -> str | None:
        """That the path is among the changes."""
        made = self.path in (facts[ContainerChanges(self.changes)] or ())
        return f"`{self.changes}` has changed `{self.path}`." if made else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """There is no such container, or it has not changed the path."""
        if facts[ContainerChanges(self.changes)] is None:
            yield ChangesNotHere(container=self.changes)
        yield PathNotChanged(container=self.changes, path=self.path)
