"""What an image may be asked to be besides here: `same-as`, `built-on`, `smaller-than` …"""

from collections.abc import Iterable, Iterator

from checker.conditions.base import AboutImage
from checker.conditions.image.settings import Settings
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.facts.objects import Image, ImageConfig, familiar, full_name
from checker.verdict import Diagnosis

MOST_BASES = 20  # images that came here and are looked at, to say what one is built on


class ImageWithAttributes(AboutImage, frozen=True, rename="kebab"):
    """A goal about an image that may want qualities of it; each is told apart when it is missing.

    `same-as`, `other-than`, `built-on` and `smaller-than` hold it against another image on the
    engine, `platform` is such as `linux/amd64`, `config` the settings that containers start with.
    """

    same_as: str | None = None
    other_than: str | None = None
    built_on: str | None = None
    smaller_than: str | None = None
    platform: str | None = None
    config: Settings | None = None

    def compared(self) -> tuple[str, ...]:
        """Full names of the images that it is held against."""
        named = (self.same_as, self.other_than, self.built_on, self.smaller_than)
        return tuple(_full(name) for name in named if name is not None)

    def image_names(self) -> Iterable[str]:
        """The image itself, and those that it is held against."""
        return (self.image_name, *self.compared())

    def needs(self, history: History) -> Iterable[Need[object]]:
        """All of them as they are now."""
        return (*super().needs(history), *(InspectImage(name) for name in self.compared()))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What came here, if the image is built on something else than it should be."""
        if not self.built_on or not facts[InspectImage(self.image_name)]:
            return ()
        return tuple(InspectImage(name) for name in facts.history.arrivals()[-MOST_BASES:])

    def remedy(self, facts: Facts) -> tuple[str, ...]:  # noqa: ARG002 - some kinds look
        """Commands that help when the image is here, and not as it should be."""
        return (f"docker image inspect {self.short}",)

    def has_all(self, image: Image, facts: Facts) -> bool:
        """Whether it lacks nothing."""
        return next(self.shortcomings(image, facts), None) is None

    def shortcomings(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        """What the image lacks of the qualities; nothing when it has them all."""
        yield from self._identity(image, facts)
        yield from self._base(image, facts)
        yield from self._size(image, facts)
        if self.platform is not None and image.platform != self.platform:
            message = (
                f"`{self.short}` is for {image.platform or 'an unknown platform'}, not for {self.platform}."
            )
            yield Diagnosis("other-platform", message, self.remedy(facts))
        if self.config is not None:
            yield from self.config.lacking(self.short, image.config or ImageConfig(), self.remedy(facts))

    def merits(self) -> str:
        """The qualities in words, to stand at the end of a sentence."""
        told = (
            self.same_as and f"the same image as `{_short(self.same_as)}`",
            self.other_than and f"another image than `{_short(self.other_than)}`",
            self.built_on and f"built on `{_short(self.built_on)}`",
            self.smaller_than and f"smaller than `{_short(self.smaller_than)}`",
            self.platform and f"for {self.platform}",
            self.config and "with the settings asked for",
        )
        return "".join(f", {words}" for words in told if words)

    def _identity(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        if self.same_as is not None:
            short, other = _short(self.same_as), facts[InspectImage(_full(self.same_as))]
            if other is None and image.id not in facts.history.ids_of(_full(self.same_as)):
                yield nothing_to_compare(short)
            if other and other.id != image.id:
                message = f"`{self.short}` is the image {image.short_id}, but `{short}` is {other.short_id}."
                mend = (f"docker tag {short} {self.short}",)
                yield Diagnosis("not-the-same-image", f"{message} It should be one image.", mend)
        if self.other_than is not None:
            short, other = _short(self.other_than), facts[InspectImage(_full(self.other_than))]
            if other is None:
                yield nothing_to_compare(short)
            elif other.id == image.id:
                message = f"The image {image.short_id} is the very one that `{short}` names now."
                yield Diagnosis("the-same-image", f"{message} It should be another.", self.remedy(facts))

    def _base(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        if self.built_on is None:
            return
        short, known = _short(self.built_on), self.bases(facts)
        if not known:
            yield nothing_to_compare(short)
        elif not any(image.is_built_on(base) for base in known):
            real = real_base(image, facts)
            on = f"built on {real}, not on" if real else "not built on"
            message = f"`{self.short}` is {on} `{short}`: its lowest layers are others."
            yield Diagnosis("other-base", message, self.remedy(facts))

    def bases(self, facts: Facts) -> tuple[Image, ...]:
        """What has the name of the base now, and what was seen under it before."""
        name = _full(self.built_on or "")
        return tuple(image for image in _seen_as(name, facts) if image.layers)

    def _size(self, image: Image, facts: Facts) -> Iterator[Diagnosis]:
        if self.smaller_than is None:
            return
        short, other = _short(self.smaller_than), next(_seen_as(_full(self.smaller_than), facts), None)
        if other is None:
            yield nothing_to_compare(short)
        elif not image.size < other.size:
            message = f"`{self.short}` takes {_bytes(image.size)}, and `{short}` {_bytes(other.size)}."
            why = (
                "It should be smaller. A layer never shrinks: what one adds, only the same one can leave out."
            )
            yield Diagnosis("not-smaller", f"{message} {why}", (f"docker history {self.short}",))


def real_base(image: Image, facts: Facts) -> str:
    """The image that this one is built on, as far as one is known: its short name in backticks, or ""."""
    came = (facts[InspectImage(name)] for name in facts.history.arrivals() if facts.has(InspectImage(name)))
    known = [base for base in (*facts.history.images, *came) if base and base.names]
    below = [base for base in known if image.is_built_on(base) and len(base.layers) < len(image.layers)]
    largest = max(below, key=lambda base: len(base.layers), default=None)
    return f"`{familiar(largest.names[0])}`" if largest else ""


def nothing_to_compare(short: str) -> Diagnosis:
    """What an image should be held against is not here."""
    message = f"`{short}` is not on this engine, so there is nothing to compare with."
    return Diagnosis("nothing-to-compare", message, (f"docker pull {short}",))


def _seen_as(name: str, facts: Facts) -> Iterator[Image]:
    """The image that has the full name now, then those that had it before, the latest first."""
    if now := facts[InspectImage(name)]:
        yield now
    yield from (i for i in reversed(facts.history.images) if name in i.names and i.layers)


def _full(name: str) -> str:
    return full_name(name) or name


def _short(name: str) -> str:
    return familiar(_full(name))


def _bytes(size: float) -> str:
    """As `docker images` writes it: 69.1MB."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g}{unit}"
        size /= 1000
    return f"{size:.3g}GB"
