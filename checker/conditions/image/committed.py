"""`image: NAME` that `is: committed`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.image.attributes import SHORTCOMINGS
from checker.conditions.image.near_misses import CLOSE, GoneAgain
from checker.conditions.image.provenance import committed, is_of_a_build
from checker.conditions.image.tagged import (
    ImageMade,
    MadeOtherwise,
    NotMadeHere,
    fresh_and_nameless,
    named_instead,
)
from checker.conditions.reasons import Commands, Private, Reason
from checker.conditions.shared import ContainerGone
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, DANGLING, InspectImage, Need
from checker.facts.objects import Container, Image, familiar, full_name

DEFAULT_BASE = "ubuntu"  # what to start from where a lesson asks for no base


class NothingChanged(Reason, frozen=True, tag="nothing-changed"):
    """The committed container had no changes: the image has the same files as its base."""

    image: str
    base: str
    seen = "`{image}` has the same files as `{base}`."
    cause = "You committed a container in which nothing was changed. Each `docker run` makes a new container."
    next = ("docker ps --all",)


class CommittedNotTagged(Reason, frozen=True, tag="committed-not-tagged"):
    """A container was committed as an image without a name."""

    image: str
    image_id: str
    seen = "You committed the image {image_id}, and gave it no name."
    next = ("docker tag {image_id} {image}",)


class NotCommitted(Reason, frozen=True, tag="not-committed"):
    """There is a new container, and no image was made from it."""

    image: str
    container: Private
    seen = "No image was made from the container `{container}`."
    cause = "What you did in it is in that container alone."
    next = ("docker commit {container} {image}",)


class NotMade(Reason, frozen=True, tag="not-made"):
    """No container was committed under the name, and no container to commit was seen."""

    image: str
    next_commands: Commands
    seen = "No container has been made into an image `{image}` yet."
    next = ("{next_commands}",)


class ImageCommitted(ImageMade, frozen=True, tag="committed"):
    """The image was made from a container by `docker commit` since the lesson was started."""

    example: ClassVar[str] = """
        image: handmade
        is: committed
        built-on: ubuntu
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *SHORTCOMINGS,
        NotMadeHere,
        MadeOtherwise,
        NothingChanged,
        *CLOSE,
        CommittedNotTagged,
        GoneAgain,
        NotCommitted,
        ContainerGone,
        NotMade,
    )

    @property
    def base(self) -> str:
        """The full name of the image that the container should be made from."""
        return full_name(self.built_on or DEFAULT_BASE) or DEFAULT_BASE

    def was_made(self, image: Image, facts: Facts) -> bool:
        """Whether a container was committed as this image."""
        return image.id.removeprefix("sha256:") in committed(facts.history)

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """Also that it has the same files as its base."""
        yield from super().shortcomings(image, facts)
        if self.built_on and any(image.layers == base.layers for base in self.bases(facts)):
            yield NothingChanged(image=self.short, base=familiar(self.base))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Images without a name, and the containers."""
        return (*super().diagnostic_needs(facts), DANGLING, CONTAINERS)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Commit the container that was worked in, or start with a new one."""
        if facts.has(CONTAINERS) and (made := self.worked_in(facts)):
            return NotCommitted(image=self.short, container=made[-1].name).texts.next
        container = f"{self.image_name.rpartition('/')[2].partition(':')[0]}-bench"
        start = f"docker run --interactive --tty --name {container} {familiar(self.base)}"
        return (start, f"docker commit {container} {self.short}")

    def worked_in(self, facts: Facts) -> tuple[Container, ...]:
        """The new containers made from the base and not committed, in the order of their creation."""
        done = {event.id for event in facts.history.of("container", "commit")}
        order = [e.id for e in facts.history.of("container", "create") if e.id not in done]
        new = (
            c for c in facts[CONTAINERS] if c.id in order and self.is_from_base(c.image, c.image_id, facts)
        )
        return tuple(sorted(new, key=lambda c: order.index(c.id)))

    def is_from_base(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container was made from the base; True where the step asks for none."""
        ids = {base.id for base in self.bases(facts)} if self.built_on else set()
        return not self.built_on or full_name(written) == self.base or image_id in ids

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Made in another way, lacking something, with another name or none, or not committed."""
        if image := facts[InspectImage(self.image_name)]:
            yield from self.not_made_here(image, facts)
            if not self.was_made(image, facts):
                yield MadeOtherwise(
                    image=self.short,
                    wanted="committed",
                    made="built",
                    next_commands=self.next_commands(facts),
                )
            yield from self.shortcomings(image, facts)
        yield from named_instead(self.image_name, facts)
        for image in fresh_and_nameless(facts):
            if self.was_made(image, facts):
                yield CommittedNotTagged(image=self.short, image_id=image.short_id)
        yield from self.gone_again(facts)
        yield from self.not_committed(facts)
        yield NotMade(image=self.short, next_commands=self.next_commands(facts))

    def not_committed(self, facts: Facts) -> Iterator[Reason]:
        """There is, or was, a container to commit."""
        if made := self.worked_in(facts):
            yield NotCommitted(image=self.short, container=made[-1].name)
        for event in reversed(list(facts.history.of("container", "destroy", recent=True))):
            if self.is_from_base(event.attributes.get("image", ""), "", facts) and not is_of_a_build(event):
                name = event.attributes.get("name", "")
                yield ContainerGone(name=name, next_commands=self.next_commands(facts))
