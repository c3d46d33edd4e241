"""`image: NAME` that `is: pulled`."""

from collections.abc import Iterator
from typing import ClassVar

from checker.conditions.base import AboutImage
from checker.conditions.image.near_misses import NOT_HERE, why_not_here
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import full_name


class ImagePulled(AboutImage, frozen=True, tag="pulled"):
    """The image came to the engine since the lesson was started."""

    example: ClassVar[str] = """
        image: ubuntu:22.04
        is: pulled
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = NOT_HERE

    def evidence(self, facts: Facts) -> str | None:
        """The pull, or its presence where it was missing at the start."""
        pulls = facts.history.of("image", "pull")
        if any(full_name(event.id) == self.image_name for event in pulls):
            return f"`{self.short}` was pulled."
        image = facts[InspectImage(self.image_name)]
        named_here = self.image_name in facts.history.tagged()
        if image and not named_here and not facts.history.at_start(self.image_name):
            return f"`{self.short}` has arrived, with the ID {image.short_id}."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Near misses first, then plain absence."""
        return why_not_here(self.image_name, facts)
