"""What an image may be asked to be besides here: `same-as` …"""

from collections.abc import Iterable, Iterator

from checker.conditions.base import AboutImage
from checker.facts import Facts, History, Need
from checker.objects import Image, familiar, full_name
from checker.verdict import Diagnosis


class Qualified(AboutImage, frozen=True, rename="kebab"):
    """A goal about an image that may want qualities of it; each is told apart when it is missing."""

    same_as: str | None = None

    def compared(self) -> tuple[str, ...]:
        """Full names of the images that it is held against."""
        named = (self.same_as,)
        return tuple(full_name(name) or name for name in named if name is not None)

    def references(self) -> Iterable[str]:
        """The image itself, and those that it is held against."""
        return (self.image_name, *self.compared())

    def needs(self, history: History) -> Iterable[Need]:
        """All of them as they are now."""
        return (*super().needs(history), *(Need("image", name) for name in self.compared()))

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        """What the image lacks of the qualities; nothing when it has them all."""
        if self.same_as is not None:
            yield from self._another(image, self.same_as, facts)

    def merits(self) -> str:
        """The qualities in words, to stand at the end of a sentence."""
        told = []
        if self.same_as is not None:
            told.append(f"the same image as `{_short(self.same_as)}`")
        return "".join(f", {words}" for words in told)

    def _another(self, image: Image, wanted: str, facts: Facts) -> Iterator[Diagnosis]:
        name, short = full_name(wanted) or wanted, _short(wanted)
        other = facts.image(name)
        if other is None and image.id not in facts.history.ids_of(name):
            yield nothing_to_compare(short)
        if other and other.id != image.id:
            message = f"`{self.short}` is the image {image.short_id}, but `{short}` is {other.short_id}."
            why = "Both names should belong to one and the same image."
            yield Diagnosis("not-the-same-image", f"{message} {why}", (f"docker tag {short} {self.short}",))


def _short(name: str) -> str:
    return familiar(full_name(name) or name)


def nothing_to_compare(short: str) -> Diagnosis:
    """What an image should be held against is not here."""
    message = f"`{short}` is not on this engine, so there is nothing to compare with."
    return Diagnosis("nothing-to-compare", message, (f"docker pull {short}",))
