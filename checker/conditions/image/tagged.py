"""`image: NAME` that `is: tagged`; and what this has in common with `built` and `committed`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from checker.conditions.image.attributes import ImageWithAttributes
from checker.conditions.image.near_misses import how_close
from checker.conditions.image.provenance import is_id, named_here, origin
from checker.conditions.reasons import Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, InspectImage
from checker.facts.objects import Image, familiar, full_name
from checker.verdict import Diagnosis


class ImageMade(ImageWithAttributes, frozen=True):
    """A goal about an image that was made here, in one way or another."""

    def was_made(self, image: Image, facts: Facts) -> bool:
        """Whether the image that has the name now was made in the way that is asked for."""
        raise NotImplementedError

    def evidence(self, facts: Facts) -> str | None:
        """The image that has the name now."""
        image = facts[InspectImage(self.image_name)]
        if image is None or not self.was_made(image, facts) or not self.has_all(image, facts):
            return None
        tag = self.__struct_config__.tag
        return f"`{self.short}` was {tag} here: the image {image.short_id}{self.merits()}."

    def gone_again(self, facts: Facts) -> Iterator[Diagnosis]:
        """The name was given, and has been taken away."""
        if self.image_name in facts.history.tagged() and not facts[InspectImage(self.image_name)]:
            message = f"The name `{self.short}` was given to an image here, and has been taken away again."
            yield Diagnosis("gone-again", message, self.next_commands(facts))

    def not_made_here(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        """It came ready-made, from a registry or from the lesson's start state."""
        names = {*image.names, *facts.history.names_of(image.id)} - {self.image_name}
        how = {"start": "was here when you began", "pulled": "was pulled", "loaded": "was loaded from a file"}
        if came := how.get(origin(image, facts.history) or ""):
            also = f" It is also called {join_words(map(familiar, sorted(names)))}." if names else ""
            message = f"`{self.short}` names an image that {came}; nothing new was made.{also}"
            yield Diagnosis("not-made-here", message, self.next_commands(facts))


class ImageTagged(ImageMade, frozen=True, tag="tagged"):
    """The name was given to an image here since the lesson was started, and is still its name."""

    example: ClassVar[str] = """
        image: localhost:5000/ada/tools:1.0
        is: tagged
        same-as: busybox
    """

    def was_made(self, image: Image, facts: Facts) -> bool:
        """The name was given to just this image."""
        return named_here(image, self.image_name, facts.history)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:  # noqa: ARG002 - some kinds look
        """Giving the name."""
        original = familiar(full_name(self.same_as) or self.same_as) if self.same_as else "IMAGE"
        return (f"docker tag {original} {self.short}",)

    def diagnoses(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """It is on another image, a near miss was named, it was here before, or nothing was done."""
        image = facts[InspectImage(self.image_name)]
        if image:
            yield from self.shortcomings(image, facts)
            message = f"`{self.short}` is here, but nobody has given this name to an image since you began."
            yield Diagnosis("already-here", message, self.next_commands(facts))
        yield from named_instead(self.image_name, facts)
        yield from self.gone_again(facts)
        message = f"No image on this engine is called `{self.short}` yet."
        yield Diagnosis("not-tagged", message, self.next_commands(facts))


def named_instead(name: str, facts: Facts) -> Iterator[Diagnosis]:
    """Something close to the wanted name was given to an image."""
    given = (event.attributes.get("name", "") for event in facts.history.of("image", "tag", recent=True))
    for found in reversed(dict.fromkeys(filter(None, map(full_name, given)))):
        if near := how_close(found, name):
            yield replace(near, next=(f"docker tag {familiar(found)} {familiar(name)}",))


def fresh_and_nameless(facts: Facts) -> tuple[Image, ...]:
    """The images without a name that never had one, and that came from no registry."""
    if not facts.has(DANGLING):
        return ()
    named = list(facts.history.of("image", "tag"))
    return tuple(
        image
        for image in facts[DANGLING]
        if not (image.digests or facts.history.names_of(image.id) or any(is_id(e.id, image) for e in named))
    )
