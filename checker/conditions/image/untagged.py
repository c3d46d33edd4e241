"""`image: NAME` that `is: untagged`."""

from collections.abc import Iterator
from typing import ClassVar

from checker.conditions.image.blockers import SeveralTags, several_tags
from checker.conditions.image.removal import ImageGone, NeverHere, RemovedAnother, StillHere
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import familiar


class RemovedEntirely(Reason, frozen=True, tag="removed-entirely"):
    """Not only the name was removed, but the image with it."""

    image: str
    next_commands: Commands
    seen = "The name `{image}` is gone, and the image went with it."
    cause = "It had no other name left."
    next = ("{next_commands}",)


class RemovedOtherName(Reason, frozen=True, tag="removed-other-name"):
    """Another name of the image was removed."""

    image: str
    removed: PrivateNames
    asked = "The name to remove is `{image}`."
    seen = "You removed {removed}."
    next = ("docker tag {image} {first_removed}", "docker rmi {image}")

    @property
    def first_removed(self) -> str:
        """The name to give back."""
        return self.removed[0]


class ImageUntagged(ImageGone, frozen=True, tag="untagged"):
    """The name was removed, and the image that had it is still there."""

    example: ClassVar[str] = "image: toolbox:1.0\nis: untagged"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        NeverHere,
        RemovedEntirely,
        RemovedOtherName,
        RemovedAnother,
        SeveralTags,
        StillHere,
    )

    def evidence(self, facts: Facts) -> str | None:
        """The image that stayed."""
        if not self.was_here(facts) or facts[InspectImage(self.image_name)] or not self.left(facts):
            return None
        image = self.left(facts)[0]
        return f"The name `{self.short}` is gone; the image {image.short_id} is still here."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Another name was removed, everything was removed, or nothing was done."""
        yield from self.never_here(facts)
        here = facts[InspectImage(self.image_name)]
        if here is None:
            yield RemovedEntirely(image=self.short, next_commands=facts.commands.fill("reset"))
            return
        lost = sorted(facts.history.names_of(here.id) - set(here.names))
        if lost:
            yield RemovedOtherName(image=self.short, removed=tuple(map(familiar, lost)))
        yield from self.removed_another(facts)
        yield from several_tags(here, self.image_name, (f"docker rmi {self.short}",))
        yield self.still_here(facts)
