"""`weight: IMAGE` that `is: below` so many `bytes`."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

import msgspec

from checker.conditions.base import Goal
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.verdict import Diagnosis


class WeightBelow(Goal, frozen=True, tag="below"):
    """The image is here now, and takes less room than so many bytes."""

    example: ClassVar[str] = "weight: busybox\nis: below\nbytes: 5000000"

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

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is not here, or too large."""
        if facts[InspectImage(self.weight)] is None:
            message = f"There is no `{self.weight}` on this engine."
            yield Diagnosis("not-here", message, (f"docker pull {self.weight}",))
        message = f"`{self.weight}` takes {self.bytes} bytes or more."
        yield Diagnosis("too-heavy", message, (f"docker history {self.weight}",))
