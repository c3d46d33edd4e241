"""`image: NAME` that `is: pulled-by-digest`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.image.attributes import SHORTCOMINGS, ImageWithAttributes
from checker.conditions.image.near_misses import MISSPELT, GoneAgain, OtherRepository, misspelt
from checker.conditions.image.provenance import by_digest
from checker.conditions.reasons import Commands, Private, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.facts.objects import familiar, full_name
from checker.reference import ImageReference


class PulledByTag(Reason, frozen=True, tag="pulled-by-tag"):
    """An image of the repository came by its tag; the step wants it by its digest."""

    image: str
    found: Private
    next_commands: Commands
    asked = "This step asks you to pull from `{image}` by a digest."
    seen = "Your `{found}` came by its tag."
    cause = "A tag can move to another image; a digest always names the same one."
    next = ("{next_commands}",)


class NotByDigest(Reason, frozen=True, tag="not-by-digest"):
    """Nothing was pulled by a digest."""

    image: str
    next_commands: Commands
    seen = "Nothing was pulled from `{image}` by a digest since the lesson was started."
    next = ("{next_commands}",)


class ImagePulledByDigest(ImageWithAttributes, frozen=True, tag="pulled-by-digest"):
    """An image of the repository was pulled by its digest since the lesson was started, and is here."""

    example: ClassVar[str] = """
        image: busybox
        is: pulled-by-digest
        other-than: busybox:stable
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *SHORTCOMINGS,
        GoneAgain,
        OtherRepository,
        *MISSPELT,
        PulledByTag,
        NotByDigest,
    )

    @property
    def repository(self) -> str:
        """The full name of the repository; a tag in `image` does not count."""
        return ImageReference.parse(self.image_name).repository

    def needs(self, history: History) -> Iterable[Need[object]]:
        """Also what was pulled by a digest."""
        return (*super().needs(history), *(InspectImage(name) for name in self.pulled(history)))

    def pulled(self, history: History) -> tuple[str, ...]:
        """The full references with a digest of this repository that were pulled."""
        return tuple(name for name in by_digest(history) if self.has(name))

    def has(self, name: str) -> bool:
        """Whether a full reference with a digest is of this repository."""
        return name.startswith(f"{self.repository}@")

    def evidence(self, facts: Facts) -> str | None:
        """The digest."""
        for name in self.pulled(facts.history):
            image = facts[InspectImage(name)]
            if image and self.has_all(image, facts):
                return f"`{familiar(name)}` was pulled by its digest{self.merits()}."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Another image than the wanted one, removed again, of another repository, by a tag, or nothing."""
        short, next_commands = familiar(self.repository), self.next_commands(facts)
        yield from self.not_the_wanted(facts)
        for name in reversed(by_digest(facts.history)):
            if not self.has(name):
                yield OtherRepository(image=short, found=familiar(name), next_commands=next_commands)
        yield from misspelt(self.image_name, facts, next_commands)
        for name in reversed(facts.history.arrivals()):
            if name.startswith(f"{self.repository}:"):
                yield PulledByTag(image=short, found=familiar(name), next_commands=next_commands)
        yield NotByDigest(image=short, next_commands=next_commands)

    def not_the_wanted(self, facts: Facts) -> Iterator[Reason]:
        """It was pulled by a digest, but lacks something or has been removed again."""
        for name in reversed(self.pulled(facts.history)):
            if image := facts[InspectImage(name)]:
                yield from self.shortcomings(image, facts)
            else:
                yield GoneAgain(
                    image=familiar(self.repository),
                    digest=name.partition("@")[2],
                    next_commands=(f"docker pull {familiar(name)}",),
                )

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Pull by a digest: by each that was seen and is not the unwanted one."""
        unwanted = facts[InspectImage(full_name(self.other_than) or "")] if self.other_than else None
        seen = dict.fromkeys(digest for image in facts.history.images for digest in image.digests)
        known = tuple(
            f"docker pull {familiar(name)}"
            for name in seen
            if self.has(name) and not (unwanted and name in unwanted.digests)
        )
        short = familiar(self.repository)
        look = f"docker images --digests {short}"
        return (look, *known) if known else (f"docker pull {short}", look)
