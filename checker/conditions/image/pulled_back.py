"""`image: NAME` that `is: pulled-back`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.image.attributes import SHORTCOMINGS, ImageWithAttributes
from checker.conditions.image.blockers import UserContainers, unblock, user_containers
from checker.conditions.image.near_misses import NOT_HERE, why_not_here
from checker.conditions.image.provenance import is_id
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Event, Image, familiar, full_name


class NotRemoved(Reason, frozen=True, tag="not-removed"):
    """The image is still here, under this name or another, so it cannot be pulled back."""

    image: str
    image_id: str
    names: PrivateNames
    containers: UserContainers
    remove_containers: Commands
    asked = "This step asks you to remove `{image}` and to pull it again."
    seen = (
        "The image {image_id} is still here {called}, and {containers} {containers:was|were} made from it.",
        "The image {image_id} is still here {called}.",
    )
    cause = "So there is nothing to pull yet."
    next = ("{remove_containers}", "docker rmi {removable}", "docker pull {image}")

    @property
    def called(self) -> str:
        """What the image is called now, in words."""
        return f"as {join_words(self.names)}" if self.names else "without a name"

    @property
    def removable(self) -> tuple[str, ...]:
        """What `docker rmi` needs to remove the image."""
        return self.names or (self.image_id,)


class NotPulledBack(Reason, frozen=True, tag="not-pulled-back"):
    """The image has been removed, and not been pulled again."""

    image: str
    asked = "This step asks you to remove `{image}` and to pull it again."
    seen = "It has been removed, but it has not been pulled again."
    next = ("docker pull {image}",)


class ImagePulledBack(ImageWithAttributes, frozen=True, tag="pulled-back"):
    """The image was removed from this engine, and has been pulled again: its registry gave it back."""

    example: ClassVar[str] = """
        image: localhost:5000/ada/tools:1.0
        is: pulled-back
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *SHORTCOMINGS,
        NotRemoved,
        NotPulledBack,
        *NOT_HERE,
    )

    def evidence(self, facts: Facts) -> str | None:
        """That it went and came."""
        image = facts[InspectImage(self.image_name)]
        if image is None or not self.came_back(image, facts) or not self.has_all(image, facts):
            return None
        return f"`{self.short}` had been removed, and is here again{self.merits()}."

    def came_back(self, image: Image, facts: Facts) -> bool:
        """Whether this image was deleted, and the name was pulled after that."""
        gone = [e.time_nano for e in facts.history.of("image", "delete") if is_id(e.id, image)]
        return bool(gone) and any(event.time_nano > gone[0] for event in self.pulls(facts))

    def pulls(self, facts: Facts) -> list[Event]:
        """The pulls of the name."""
        return [e for e in facts.history.of("image", "pull") if full_name(e.id) == self.image_name]

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What is left of it under other names, and the containers made from it."""
        ids = (InspectImage(image_id) for image_id in facts.history.ids_of(self.image_name))
        return (*super().diagnostic_needs(facts), *ids, CONTAINERS)

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Still here, under this name or another; removed and not pulled yet; or never here."""
        known = sorted(facts.history.ids_of(self.image_name))
        image = facts[InspectImage(self.image_name)]
        if image and self.came_back(image, facts):
            yield from self.shortcomings(image, facts)
        for left in filter(None, (image, *(facts[InspectImage(key)] for key in known))):
            yield self.not_removed(left, facts)
        if known or self.image_name in facts.history.arrivals():
            yield NotPulledBack(image=self.short)
        yield from why_not_here(self.image_name, facts)

    def not_removed(self, left: Image, facts: Facts) -> NotRemoved:
        """An image that is still here, and the containers made from it."""
        users = facts.containers_of(frozenset({left.id}))
        return NotRemoved(
            image=self.short,
            image_id=left.short_id,
            names=tuple(map(familiar, left.names)),
            containers=user_containers(users),
            remove_containers=unblock(users),
        )
