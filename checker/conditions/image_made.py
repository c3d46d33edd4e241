"""`image: NAME` that `is: tagged` or `is: pulled-by-digest`: what was done to have it here."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import AboutImage
from checker.conditions.image_here import how_close, misspelt
from checker.conditions.qualities import Qualified, nothing_to_compare
from checker.facts import Facts, History, Need
from checker.objects import Image, familiar, full_name
from checker.reference import ImageReference
from checker.verdict import Diagnosis


class ImageTagged(Qualified, frozen=True, tag="tagged"):
    """The name was given to an image here since the lesson was started, and is still its name."""

    example: ClassVar[str] = """
        image: localhost:5000/ada/tools:1.0
        is: tagged
        same-as: busybox
    """

    def evidence(self, facts: Facts) -> str | None:
        """The image that has the name now."""
        image = facts.image(self.image_name)
        if image is None or not named_here(image, self.image_name, facts.history):
            return None
        if next(self.shortcomings(image, facts), None):
            return None
        return f"`{self.short}` is now a name of the image {image.short_id}{self.merits()}."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is on another image, a near miss was named, it was here before, or nothing was done."""
        image, mend = facts.image(self.image_name), (f"docker tag {self.original} {self.short}",)
        if image:
            yield from self.shortcomings(image, facts)
            message = f"`{self.short}` is here, but nobody has given this name to an image since you began."
            yield Diagnosis("already-here", message, mend)
        yield from named_instead(self.image_name, facts)
        if self.image_name in facts.history.tagged():
            message = f"The name `{self.short}` was given to an image, and has been taken away again."
            yield Diagnosis("gone-again", message, mend)
        yield Diagnosis("not-tagged", f"No image on this engine is called `{self.short}` yet.", mend)

    @property
    def original(self) -> str:
        """What to give the name to, as a learner types it."""
        return familiar(full_name(self.same_as) or self.same_as) if self.same_as else "IMAGE"


class ImagePulledByDigest(AboutImage, frozen=True, tag="pulled-by-digest", rename="kebab"):
    """An image of the repository was fetched by its digest since the lesson was started, and is here.

    `other-than` names an image that it must not be.
    """

    example: ClassVar[str] = """
        image: busybox
        is: pulled-by-digest
        other-than: busybox:stable
    """
    other_than: str | None = None

    @property
    def repository(self) -> str:
        """The full name of the repository; a tag in `image` does not count."""
        return ImageReference.parse(self.image_name).repository

    @property
    def unwanted(self) -> str | None:
        """The full name of the image that it must not be."""
        return (full_name(self.other_than) or self.other_than) if self.other_than else None

    def references(self) -> Iterable[str]:
        """The image, and the one that it must not be."""
        return filter(None, (self.image_name, self.unwanted))

    def needs(self, history: History) -> Iterable[Need]:
        """What was pulled by a digest, and what it must not be."""
        return (Need("image", name) for name in (*self.references(), *self.fetched(history)))

    def fetched(self, history: History) -> tuple[str, ...]:
        """The full references with a digest of this repository that were pulled."""
        return tuple(name for name in by_digest(history) if name.startswith(f"{self.repository}@"))

    def evidence(self, facts: Facts) -> str | None:
        """The digest."""
        other = facts.image(self.unwanted) if self.unwanted else None
        if self.unwanted and other is None:
            return None
        for name in self.fetched(facts.history):
            image = facts.image(name)
            if image and not (other and image.id == other.id):
                than = f" It is another image than `{familiar(self.unwanted)}`." if self.unwanted else ""
                return f"`{familiar(name)}` was pulled by its digest.{than}"
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Not the wanted one, removed again, of another repository, by a tag, or nothing at all."""
        short, mend = familiar(self.repository), self.ways(facts)
        yield from self.not_the_wanted(facts)
        for name in reversed(by_digest(facts.history)):
            if not name.startswith(f"{self.repository}@"):
                message = f"You pulled `{familiar(name)}`, which is of another repository than `{short}`."
                yield Diagnosis("other-repository", message, mend)
        yield from misspelt(self.image_name, facts, mend)
        for name in reversed(facts.history.arrivals()):
            if name.startswith(f"{self.repository}:"):
                message = f"You have `{familiar(name)}`, and it came by its tag: what that names can change."
                yield Diagnosis("pulled-by-tag", f"{message} Ask for it by its digest.", mend)
        message = f"Nothing was pulled from `{short}` by a digest since the lesson was started."
        yield Diagnosis("not-by-digest", message, mend)

    def not_the_wanted(self, facts: Facts) -> Iterator[Diagnosis]:
        """It was pulled by a digest, but is gone again, or is the image that it must not be."""
        for name in reversed(self.fetched(facts.history)):
            image = facts.image(name)
            if image is None:
                message = f"`{familiar(name)}` was pulled, and has been removed again."
                yield Diagnosis("gone-again", message, (f"docker pull {familiar(name)}",))
            elif self.unwanted and facts.image(self.unwanted) is None:
                yield nothing_to_compare(familiar(self.unwanted))
            elif self.unwanted:
                message = (
                    f"You pulled the image {image.short_id}: the very one that `{self.other_than}` names"
                )
                yield Diagnosis("the-same-image", f"{message} now. Take another digest.", self.ways(facts))

    def ways(self, facts: Facts) -> tuple[str, ...]:
        """The commands that fetch by a digest: by each that was seen and would do."""
        other = facts.image(self.unwanted) if self.unwanted else None
        seen = dict.fromkeys(digest for image in facts.history.images for digest in image.digests)
        short = familiar(self.repository)
        known = tuple(
            f"docker pull {familiar(name)}"
            for name in seen
            if name.startswith(f"{self.repository}@") and not (other and name in other.digests)
        )
        look = f"docker images --digests {short}"
        return (look, *known) if known else (f"docker pull {short}", look)


def named_here(image: Image, name: str, history: History) -> bool:
    """Whether the name was given to just this image since the lesson was started."""
    return any(
        _bare(event.id) == _bare(image.id) and full_name(event.attributes.get("name", "")) == name
        for event in history.of("image", "tag")
    )


def named_instead(name: str, facts: Facts) -> Iterator[Diagnosis]:
    """Something close to the wanted name was given to an image."""
    for found in reversed(facts.history.arrivals()):
        near = how_close(found, name) if found in facts.history.tagged() else None
        if near:
            mend = f"docker tag {familiar(found)} {familiar(name)}"
            yield Diagnosis(near.reason, near.message, (mend,))


def by_digest(history: History) -> tuple[str, ...]:
    """The full references with a digest that were pulled, in the order of their pulls."""
    pulled = (full_name(event.id) for event in history.of("image", "pull") if "@" in event.id)
    return tuple(dict.fromkeys(filter(None, pulled)))


def _bare(image_id: str) -> str:
    return image_id.removeprefix("sha256:")
