"""`image: NAME` that `is: pulled-back`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.image.attributes import ImageWithAttributes
from checker.conditions.image.blockers import UserContainer, unblock, user_containers
from checker.conditions.image.near_misses import why_not_here
from checker.conditions.image.provenance import is_id
from checker.conditions.reasons import Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Event, Image, familiar, full_name
from checker.verdict import Diagnosis


class ImagePulledBack(ImageWithAttributes, frozen=True, tag="pulled-back"):
    """The image was removed from this engine, and fetched again since: its registry gave it back."""

    example: ClassVar[str] = """
        image: localhost:5000/ada/tools:1.0
        is: pulled-back
    """

    def evidence(self, facts: Facts) -> str | None:
        """That it went, and came."""
        image = facts[InspectImage(self.image_name)]
        if image is None or not self.came_back(image, facts) or not self.has_all(image, facts):
            return None
        return f"`{self.short}` had been removed, and is here again{self.merits()}."

    def came_back(self, image: Image, facts: Facts) -> bool:
        """Whether just this image was deleted, and the name pulled after that."""
        gone = [e.time_nano for e in facts.history.of("image", "delete") if is_id(e.id, image)]
        return bool(gone) and any(event.time_nano > gone[0] for event in self.pulls(facts))

    def pulls(self, facts: Facts) -> list[Event]:
        """The pulls of the name."""
        return [e for e in facts.history.of("image", "pull") if full_name(e.id) == self.image_name]

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What is left of it under other names, and who keeps it here."""
        ids = (InspectImage(image_id) for image_id in facts.history.ids_of(self.image_name))
        return (*super().diagnostic_needs(facts), *ids, CONTAINERS)

    def diagnoses(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Still here, under this name or another; removed and not fetched yet; or never here."""
        pull, known = f"docker pull {self.short}", sorted(facts.history.ids_of(self.image_name))
        image = facts[InspectImage(self.image_name)]
        if image and self.came_back(image, facts):
            yield from self.shortcomings(image, facts)
        for left in filter(None, (image, *(facts[InspectImage(key)] for key in known))):
            users = facts.containers_of(frozenset({left.id}))
            names = [familiar(name) for name in left.names] or [left.short_id]
            message = f"The image {left.short_id} has not left: it is still here as {join_words(names)}"
            was = "was" if len(users) == 1 else "were"
            held = (
                f", and {UserContainer.describe(user_containers(users))} {was} made from it."
                if users
                else "."
            )
            mend = (*unblock(users), f"docker rmi {' '.join(names)}", pull)
            yield Diagnosis("not-removed", f"{message}{held} There is nothing to be fetched.", mend)
        if known or self.image_name in facts.history.arrivals():
            message = f"`{self.short}` has been removed from this engine. Now fetch it again."
            yield Diagnosis("not-pulled-back", message, (pull,))
        yield from why_not_here(self.image_name, facts)
