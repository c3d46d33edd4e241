"""What all goals about an image that should be gone have in common."""

from collections.abc import Iterable, Iterator

from checker.conditions.base import AboutImage
from checker.conditions.image.blockers import UserContainers, unblock, user_containers
from checker.conditions.image.children import made_here
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, DANGLING, InspectImage, Need
from checker.facts.objects import Container, Image, familiar


class NeverHere(Reason, frozen=True, tag="never-here"):
    """There was no such image to remove."""

    image: str
    seen = "`{image}` has not been on this engine since the lesson was started."
    cause = "There was nothing to remove."
    next = ("docker pull {image}", "docker rmi {image}")


class RemovedAnother(Reason, frozen=True, tag="removed-another"):
    """Another image was removed instead."""

    image: str
    removed: PrivateNames
    next_commands: Commands
    seen = "You removed {removed}, and `{image}` is still here."
    next = ("{next_commands}",)


class StillHere(Reason, frozen=True, tag="still-here"):
    """The image is still here, and was not removed."""

    image: str
    next_commands: Commands
    containers: UserContainers = ()
    asked = "`{image}` should not be on this engine."
    seen = (
        "`{image}` is still here, and {containers} {containers:was|were} made from it.",
        "`{image}` is still here, and nothing is in the way.",
    )
    next = ("{next_commands}",)


class ImageGone(AboutImage, frozen=True):
    """A goal about an image that should be gone, or its name."""

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The name, every ID that was seen under it, and who uses them."""
        ids = (InspectImage(image_id) for image_id in sorted(history.ids_of(self.image_name)))
        return (InspectImage(self.image_name), *ids, CONTAINERS)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What may be built on it, and whether it dangles."""
        if any(not image.names for image in self.left(facts)):
            yield DANGLING
        now = facts[InspectImage(self.image_name)]
        if self.left(facts) or now:
            yield from (InspectImage(image_id) for image_id in made_here(facts.history))

    def was_here(self, facts: Facts) -> bool:
        """Whether it was ever seen since the lesson was started."""
        return bool(facts.history.ids_of(self.image_name)) or self.image_name in facts.history.arrivals()

    def left(self, facts: Facts) -> tuple[Image, ...]:
        """What is still there of the images that were seen under the name."""
        ids = sorted(facts.history.ids_of(self.image_name))
        return tuple(image for image_id in ids if (image := facts[InspectImage(image_id)]))

    def users(self, facts: Facts) -> tuple[Container, ...]:
        """The containers made from it, whatever became of the image."""
        return facts.containers_of(facts.history.ids_of(self.image_name))

    def never_here(self, facts: Facts) -> Iterator[NeverHere]:
        """Absence proves nothing: one can only remove what was there."""
        if not self.was_here(facts) and not facts[InspectImage(self.image_name)]:
            yield NeverHere(image=self.short)

    def removed_another(self, facts: Facts) -> Iterator[RemovedAnother]:
        """The learner removed another image."""
        for event in facts.history.of("image", "delete", recent=True):
            names = facts.history.names_of(event.id) - {self.image_name}
            if event.id in facts.history.ids_of(self.image_name) or not names:
                continue
            others = tuple(map(familiar, sorted(names)))
            yield RemovedAnother(image=self.short, removed=others, next_commands=self.next_commands(facts))

    def still_here(self, facts: Facts) -> StillHere:
        """It is here, perhaps in use."""
        return StillHere(
            image=self.short,
            next_commands=self.next_commands(facts),
            containers=user_containers(self.users_now(facts)),
        )

    def users_now(self, facts: Facts) -> tuple[Container, ...]:
        """The containers made from the image that has the name now."""
        image = facts[InspectImage(self.image_name)]
        return facts.containers_of(frozenset({image.id})) if image else ()

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """The commands that remove what has the name now, with the containers made from it."""
        return (*unblock(self.users_now(facts)), f"docker rmi {self.short}")
