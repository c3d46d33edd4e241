"""`image: NAME` that `is: tagged`; and what this has in common with `built` and `committed`."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from checker.conditions.image.attributes import SHORTCOMINGS, ImageWithAttributes
from checker.conditions.image.near_misses import CLOSE, AlreadyHere, GoneAgain, how_close
from checker.conditions.image.provenance import is_id, named_here, origin
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, InspectImage
from checker.facts.objects import Image, familiar, full_name

WAYS = {
    "built": "built from a Dockerfile",
    "committed": "made from a container by `docker commit`",
}
ARRIVALS = {
    "start": "was here from the start",
    "pulled": "was pulled",
    "loaded": "was loaded from a file",
}


class NotTagged(Reason, frozen=True, tag="not-tagged"):
    """No image has the name."""

    image: str
    next_commands: Commands
    registry: str = ""  # where the image of this name should be pushed
    seen = "No image on this engine is called `{image}` yet."
    cause = "A push to `{registry}` takes the image that has exactly this name."
    next = ("{next_commands}",)


class NotMadeHere(Reason, frozen=True, tag="not-made-here"):
    """The image of this name was not made here: it was pulled, loaded, or here from the start."""

    image: str
    arrival: Literal["start", "pulled", "loaded"]
    other_names: PrivateNames
    next_commands: Commands
    seen = "`{image}` names an image that {arrived}. Nothing new was made."
    cause = "It is also called {other_names}."
    next = ("{next_commands}",)

    @property
    def arrived(self) -> str:
        """How the image came, in words."""
        return ARRIVALS[self.arrival]


class MadeOtherwise(Reason, frozen=True, tag="made-otherwise"):
    """The image was committed where the step wants it built, or built where it wants it committed."""

    image: str
    wanted: Literal["built", "committed"]
    made: Literal["built", "committed"]
    next_commands: Commands
    asked = "This step asks for an image that is {wanted_way}."
    seen = "`{image}` was {way}."
    next = ("{next_commands}",)

    @property
    def wanted_way(self) -> str:
        """What the step asks for, in words."""
        return WAYS[self.wanted]

    @property
    def way(self) -> str:
        """What was done, in words."""
        return WAYS[self.made]


class ImageMade(ImageWithAttributes, frozen=True):
    """A goal about an image that was made here: tagged, built or committed."""

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

    def gone_again(self, facts: Facts) -> Iterator[Reason]:
        """The name was given and has been removed."""
        if self.image_name in facts.history.tagged() and not facts[InspectImage(self.image_name)]:
            yield GoneAgain(image=self.short, what="name", next_commands=self.next_commands(facts))

    def not_made_here(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """The image came from a registry or a file, or is part of the lesson's start state."""
        names = {*image.names, *facts.history.names_of(image.id)} - {self.image_name}
        match origin(image, facts.history):
            case ("start" | "pulled" | "loaded") as arrival:
                yield NotMadeHere(
                    image=self.short,
                    arrival=arrival,
                    other_names=tuple(map(familiar, sorted(names))),
                    next_commands=self.next_commands(facts),
                )


class ImageTagged(ImageMade, frozen=True, tag="tagged"):
    """The name was given to an image here since the lesson was started, and is still its name."""

    example: ClassVar[str] = """
        image: localhost:5000/ada/tools:1.0
        is: tagged
        same-as: busybox
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *SHORTCOMINGS,
        AlreadyHere,
        *CLOSE,
        GoneAgain,
        NotTagged,
    )

    def was_made(self, image: Image, facts: Facts) -> bool:
        """Whether the name was given to this image."""
        return named_here(image, self.image_name, facts.history)

    def next_commands(self, facts: Facts) -> tuple[str, ...]:  # noqa: ARG002 - some kinds look
        """Give the name."""
        original = familiar(full_name(self.same_as) or self.same_as) if self.same_as else "IMAGE"
        return (f"docker tag {original} {self.short}",)

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """On another image, here before, a near miss, removed again, or nothing was done."""
        next_commands = self.next_commands(facts)
        if image := facts[InspectImage(self.image_name)]:
            yield from self.shortcomings(image, facts)
            yield AlreadyHere(image=self.short, wanted="tagged", next_commands=next_commands)
        yield from named_instead(self.image_name, facts)
        yield from self.gone_again(facts)
        yield NotTagged(image=self.short, next_commands=next_commands)


def named_instead(name: str, facts: Facts, next_commands: tuple[str, ...] = ()) -> Iterator[Reason]:
    """A name close to the wanted one was given to an image; that image can be given the wanted one."""
    given = (event.attributes.get("name", "") for event in facts.history.of("image", "tag", recent=True))
    for found in reversed(dict.fromkeys(filter(None, map(full_name, given)))):
        tag = (f"docker tag {familiar(found)} {familiar(name)}",)
        if reason := how_close(found, name, next_commands or tag):
            yield reason


def fresh_and_nameless(facts: Facts) -> tuple[Image, ...]:
    """The images without a name that never had one and came from no registry."""
    if not facts.has(DANGLING):
        return ()
    named = list(facts.history.of("image", "tag"))
    return tuple(
        image
        for image in facts[DANGLING]
        if not (image.digests or facts.history.names_of(image.id) or any(is_id(e.id, image) for e in named))
    )
