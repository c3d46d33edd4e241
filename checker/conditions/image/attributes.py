"""What a goal may ask of an image besides that it is here: `same-as`, `built-on`, `smaller-than` …"""

from collections.abc import Iterable, Iterator

from checker.conditions.base import AboutImage
from checker.conditions.image.comparison import (
    COMPARISONS,
    NothingToCompare,
    NotSmaller,
    NotTheSameImage,
    OtherBase,
    TheSameImage,
    full,
    known_base,
    seen_as,
    short,
)
from checker.conditions.image.settings import SETTING_REASONS, Settings
from checker.conditions.reasons import Commands, Private, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.facts.objects import Image, ImageConfig

MOST_BASES = 20  # images that came here and are looked at, to say what one is built on


class OtherPlatform(Reason, frozen=True, tag="other-platform"):
    """The image is for another platform."""

    image: str
    platform: str
    next_commands: Commands
    found: Private = ""
    seen = (
        "`{image}` is for {found}, not for {platform}.",
        "`{image}` is for an unknown platform, not for {platform}.",
    )
    next = ("{next_commands}",)


SHORTCOMINGS: tuple[type[Reason], ...] = (*COMPARISONS, OtherPlatform, *SETTING_REASONS)


class ImageWithAttributes(AboutImage, frozen=True, rename="kebab"):
    """A goal about an image that may have further attributes; each has its own reason when it is missing.

    `same-as`, `other-than`, `built-on` and `smaller-than` compare it with another image on the
    engine, `platform` is such as `linux/amd64`, `config` the settings that containers start with.
    """

    same_as: str | None = None
    other_than: str | None = None
    built_on: str | None = None
    smaller_than: str | None = None
    platform: str | None = None
    config: Settings | None = None

    def compared(self) -> tuple[str, ...]:
        """Full names of the images that it is compared with."""
        named = (self.same_as, self.other_than, self.built_on, self.smaller_than)
        return tuple(full(name) for name in named if name is not None)

    def image_names(self) -> Iterable[str]:
        """The image itself, and those that it is compared with."""
        return (self.image_name, *self.compared())

    def needs(self, history: History) -> Iterable[Need[object]]:
        """All of them as they are now."""
        return (*super().needs(history), *(InspectImage(name) for name in self.compared()))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What came here, if the image is built on something else than it should be."""
        if not self.built_on or not facts[InspectImage(self.image_name)]:
            return ()
        return tuple(InspectImage(name) for name in facts.history.arrivals()[-MOST_BASES:])

    def next_commands(self, facts: Facts) -> tuple[str, ...]:  # noqa: ARG002 - some kinds look
        """Commands that help when the image is here, and not as it should be."""
        return (f"docker image inspect {self.short}",)

    def has_all(self, image: Image, facts: Facts) -> bool:
        """Whether the image has all that is asked for."""
        return next(self.shortcomings(image, facts), None) is None

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """What is not as it should be; nothing when all is."""
        yield from self._identity(image, facts)
        yield from self._base(image, facts)
        yield from self._size(image, facts)
        if self.platform is not None and image.platform != self.platform:
            yield OtherPlatform(
                image=self.short,
                platform=self.platform,
                next_commands=self.next_commands(facts),
                found=image.platform,
            )
        if self.config is not None:
            found = image.config or ImageConfig()
            yield from self.config.lacking(self.short, found, self.next_commands(facts))

    def merits(self) -> str:
        """The attributes in words, to stand at the end of a sentence."""
        words = (
            self.same_as and f"the same image as `{short(self.same_as)}`",
            self.other_than and f"another image than `{short(self.other_than)}`",
            self.built_on and f"built on `{short(self.built_on)}`",
            self.smaller_than and f"smaller than `{short(self.smaller_than)}`",
            self.platform and f"for {self.platform}",
            self.config and "with the settings asked for",
        )
        return "".join(f", {each}" for each in words if each)

    def _identity(self, image: Image, facts: Facts) -> Iterator[Reason]:
        if self.same_as is not None:
            same, name = facts[InspectImage(full(self.same_as))], short(self.same_as)
            if same is None and image.id not in facts.history.ids_of(full(self.same_as)):
                yield NothingToCompare(image=name)
            if same and same.id != image.id:
                yield NotTheSameImage(
                    image=self.short, image_id=image.short_id, other=name, other_id=same.short_id
                )
        if self.other_than is not None:
            other, name = facts[InspectImage(full(self.other_than))], short(self.other_than)
            if other is None:
                yield NothingToCompare(image=name)
            elif other.id == image.id:
                yield TheSameImage(
                    image_id=image.short_id, other=name, next_commands=self.next_commands(facts)
                )

    def _base(self, image: Image, facts: Facts) -> Iterator[Reason]:
        if self.built_on is None:
            return
        name, known = short(self.built_on), self.bases(facts)
        if not known:
            yield NothingToCompare(image=name)
        elif not any(image.is_built_on(base) for base in known):
            yield OtherBase(
                base=name,
                next_commands=self.next_commands(facts),
                found=known_base(image, facts),
                image=self.short,
            )

    def bases(self, facts: Facts) -> tuple[Image, ...]:
        """The image that has the name of the base now, and those that were seen under it before."""
        return tuple(image for image in seen_as(full(self.built_on or ""), facts) if image.layers)

    def _size(self, image: Image, facts: Facts) -> Iterator[Reason]:
        if self.smaller_than is None:
            return
        name, other = short(self.smaller_than), next(seen_as(full(self.smaller_than), facts), None)
        if other is None:
            yield NothingToCompare(image=name)
        elif not image.size < other.size:
            yield NotSmaller(image=self.short, size=image.size, other=name, other_size=other.size)
