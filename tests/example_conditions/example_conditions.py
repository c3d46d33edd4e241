"""`weight: IMAGE` that `is: below` so many `bytes`."""

from collections.abc import Iterable, Iterator
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
