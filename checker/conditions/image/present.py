"""`image: NAME` that `is: present`."""

from collections.abc import Iterator
from typing import ClassVar

from checker.conditions.image.attributes import SHORTCOMINGS, ImageWithAttributes
from checker.conditions.image.near_misses import NOT_HERE, why_not_here
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage


class ImagePresent(ImageWithAttributes, frozen=True, tag="present"):
    """The image is on the engine now, however it came there."""

    example: ClassVar[str] = """
        image: nginx
        is: present
        platform: linux/amd64
        config: {exposes: [80]}
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (*SHORTCOMINGS, *NOT_HERE)

    def evidence(self, facts: Facts) -> str | None:
        """Its ID."""
        image = facts[InspectImage(self.image_name)]
        if image is None or not self.has_all(image, facts):
            return None
        return f"`{self.short}` is here, with the ID {image.short_id}{self.merits()}."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What the image lacks; else near misses, then plain absence."""
        if image := facts[InspectImage(self.image_name)]:
            yield from self.shortcomings(image, facts)
        yield from why_not_here(self.image_name, facts)
