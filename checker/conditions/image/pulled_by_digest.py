"""`image: NAME` that `is: pulled-by-digest`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.image.attributes import ImageWithAttributes
from checker.conditions.image.near_misses import misspelt
from checker.conditions.image.provenance import by_digest
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.facts.objects import familiar, full_name
from checker.reference import ImageReference
from checker.verdict import Diagnosis


class ImagePulledByDigest(ImageWithAttributes, frozen=True, tag="pulled-by-digest"):
    """An image of the repository was fetched by its digest since the lesson was started, and is here."""

    example: ClassVar[str] = """
        image: busybox
        is: pulled-by-digest
        other-than: busybox:stable
    """

    @property
    def repository(self) -> str:
        """The full name of the repository; a tag in `image` does not count."""
        return ImageReference.parse(self.image_name).repository

    def needs(self, history: History) -> Iterable[Need[object]]:
        """What was pulled by a digest, too."""
        return (*super().needs(history), *(InspectImage(name) for name in self.fetched(history)))

    def fetched(self, history: History) -> tuple[str, ...]:
        """The full references with a digest of this repository that were pulled."""
        return tuple(name for name in by_digest(history) if name.startswith(f"{self.repository}@"))

    def evidence(self, facts: Facts) -> str | None:
        """The digest."""
        for name in self.fetched(facts.history):
            image = facts[InspectImage(name)]
            if image and self.has_all(image, facts):
                return f"`{familiar(name)}` was pulled by its digest{self.merits()}."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Not the wanted one, removed again, of another repository, by a tag, or nothing at all."""
        short, mend = familiar(self.repository), self.next_commands(facts)
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

    def not_the_wanted(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """It was pulled by a digest, but is gone again, or lacks something."""
        for name in reversed(self.fetched(facts.history)):
            if image := facts[InspectImage(name)]:
                yield from self.shortcomings(image, facts)
            else:
                message = f"`{familiar(name)}` was pulled, and has been removed again."
                yield Diagnosis("gone-again", message, (f"docker pull {familiar(name)}",))

    def next_commands(self, facts: Facts) -> tuple[str, ...]:
        """Fetching by a digest: by each that was seen and would do."""
        unwanted = facts[InspectImage(full_name(self.other_than) or "")] if self.other_than else None
        seen = dict.fromkeys(digest for image in facts.history.images for digest in image.digests)
        short = familiar(self.repository)
        known = tuple(
            f"docker pull {familiar(name)}"
            for name in seen
            if name.startswith(f"{self.repository}@") and not (unwanted and name in unwanted.digests)
        )
        look = f"docker images --digests {short}"
        return (look, *known) if known else (f"docker pull {short}", look)
