"""`image: NAME` that `is: committed`."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from checker.conditions.image.provenance import committed, is_of_a_build
from checker.conditions.image.tagged import ImageMade, fresh_and_nameless, named_instead
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, DANGLING, InspectImage, Need
from checker.facts.objects import Container, Image, familiar, full_name
from checker.verdict import Diagnosis

FRESH_BASE = "ubuntu"  # to begin with where a lesson asks for no base


class ImageCommitted(ImageMade, frozen=True, tag="committed"):
    """The image was made from a container by `docker commit` since the lesson was started."""

    example: ClassVar[str] = """
        image: handmade
        is: committed
        built-on: ubuntu
    """

    @property
    def base(self) -> str:
        """The full name of the image that the container should be made from."""
        return full_name(self.built_on or FRESH_BASE) or FRESH_BASE

    def was_made(self, image: Image, facts: Facts) -> bool:
        """A container was committed as this image."""
        return image.id.removeprefix("sha256:") in committed(facts.history)

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Any]:
        """It may also have nothing that its base has not."""
        yield from super().shortcomings(image, facts)
        if self.built_on and any(image.layers == base.layers for base in self.bases(facts)):
            message = f"`{self.short}` has the same files as `{familiar(self.base)}`: the container that you"
            why = "committed was a fresh one. Each `docker run` makes a new container."
            yield Diagnosis("nothing-changed", f"{message} {why}", ("docker ps --all",))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Images without a name, and the containers."""
        return (*super().diagnostic_needs(facts), DANGLING, CONTAINERS)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Committing the container that was worked in, or beginning with one."""
        if not facts.has(CONTAINERS) or not (made := self.worked_in(facts)):
            bench = f"{self.image_name.rpartition('/')[2].partition(':')[0]}-bench"
            begin = f"docker run --interactive --tty --name {bench} {familiar(self.base)}"
            return (begin, f"docker commit {bench} {self.short}")
        return (f"docker commit {made[-1].name} {self.short}",)

    def worked_in(self, facts: Facts) -> tuple[Container, ...]:
        """The new containers made from the base, and not committed, in the order of their creation."""
        done = {event.id for event in facts.history.of("container", "commit")}
        order = [e.id for e in facts.history.of("container", "create") if e.id not in done]
        new = (
            c for c in facts[CONTAINERS] if c.id in order and self.is_from_base(c.image, c.image_id, facts)
        )
        return tuple(sorted(new, key=lambda c: order.index(c.id)))

    def is_from_base(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container was made from the base; from anything where none is asked for."""
        ids = {base.id for base in self.bases(facts)} if self.built_on else set()
        return not self.built_on or full_name(written) == self.base or image_id in ids

    def diagnoses(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Made in another way or otherwise, without a name, under another, or not at all."""
        if image := facts[InspectImage(self.image_name)]:
            yield from self.not_made_here(image, facts)
            if not self.was_made(image, facts):
                message = f"`{self.short}` was built. This step wants it made by hand: from a container."
                yield Diagnosis("made-otherwise", message, self.next_commands(facts))
            yield from self.shortcomings(image, facts)
        yield from named_instead(self.image_name, facts)
        for image in fresh_and_nameless(facts):
            if self.was_made(image, facts):
                message = f"You committed the image {image.short_id}, and gave it no name."
                yield Diagnosis(
                    "committed-not-tagged", message, (f"docker tag {image.short_id} {self.short}",)
                )
        yield from self.gone_again(facts)
        yield from self.not_committed(facts)
        message = f"No container has been made into an image `{self.short}` yet."
        yield Diagnosis("not-made", message, self.next_commands(facts))

    def not_committed(self, facts: Facts) -> Iterator[Diagnosis]:
        """There is, or was, a container to be committed."""
        if made := self.worked_in(facts):
            message = f"What you did in the container `{made[-1].name}` is in that container alone:"
            yield Diagnosis(
                "not-committed", f"{message} no image was made from it.", self.next_commands(facts)
            )
        for event in reversed(list(facts.history.of("container", "destroy", recent=True))):
            if self.is_from_base(event.attributes.get("image", ""), "", facts) and not is_of_a_build(event):
                message = (
                    f"The container `{event.attributes.get('name')}` is gone, with all that you did in it:"
                )
                why = "`--rm` removes a container as it ends. Leave it out this time."
                yield Diagnosis("container-gone", f"{message} {why}", self.next_commands(facts))
