"""How an image compares with another: the same or not, built on it, smaller."""

from collections.abc import Iterator

from checker.conditions.reasons import Commands, Private, Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import Image, familiar, full_name


class NothingToCompare(Reason, frozen=True, tag="nothing-to-compare"):
    """The image to compare with is not on this engine."""

    image: str
    seen = "`{image}` is not on this engine, so there is nothing to compare with."
    next = ("docker pull {image}",)


class NotTheSameImage(Reason, frozen=True, tag="not-the-same-image"):
    """Two names should be names of one image, and they are names of two."""

    image: str
    image_id: str
    other: str
    other_id: str
    asked = "`{image}` and `{other}` should be the same image."
    seen = "`{image}` is the image {image_id}, but `{other}` is {other_id}."
    next = ("docker tag {other} {image}",)


class TheSameImage(Reason, frozen=True, tag="the-same-image"):
    """The image is the one that it should differ from."""

    image_id: str
    other: str
    next_commands: Commands
    built: str = ""  # the name, where the image should be a new one from a build
    asked = "This step asks for an image other than `{other}`."
    seen = "The image {image_id} is the one that `{other}` names now."
    cause = "Nothing had changed in what `{built}` is built from: was the file saved?"
    next = ("{next_commands}",)


class OtherBase(Reason, frozen=True, tag="other-base"):
    """The image, or the Dockerfile, is built on another image than it should be."""

    base: str
    next_commands: Commands
    found: Private = ""  # as far as it is known
    image: str = ""
    file: str = ""  # the path of the Dockerfile
    asked = "This step asks for `FROM {base}` in `{file}`."
    seen = (
        "`{file}` builds on `{found}`.",
        "The `FROM` in `{file}` names no image.",
        "`{image}` is built on `{found}`, not on `{base}`.",
        "`{image}` is not built on `{base}`.",
    )
    cause = "The lowest layers of `{image}` are not those of `{base}`."
    next = ("{next_commands}",)


class NotSmaller(Reason, frozen=True, tag="not-smaller"):
    """The image is not smaller than the other one."""

    image: str
    size: int
    other: str
    other_size: int
    asked = "`{image}` should be smaller than `{other}`."
    seen = "`{image}` takes {size_text}, and `{other}` takes {other_size_text}."
    cause = "A layer never shrinks: what one layer adds stays in the image, even if a later layer deletes it."
    next = ("docker history {image}",)

    @property
    def size_text(self) -> str:
        """The size as Docker writes it."""
        return size_text(self.size)

    @property
    def other_size_text(self) -> str:
        """The size of the other."""
        return size_text(self.other_size)


COMPARISONS: tuple[type[Reason], ...] = (
    NothingToCompare,
    NotTheSameImage,
    TheSameImage,
    OtherBase,
    NotSmaller,
)


def seen_as(name: str, facts: Facts) -> Iterator[Image]:
    """The image that has the full name now, then those that had it before, the latest first."""
    if now := facts[InspectImage(name)]:
        yield now
    yield from (i for i in reversed(facts.history.images) if name in i.names and i.layers)


def known_base(image: Image, facts: Facts) -> str:
    """The short name of the image that this one is built on; empty if no such image is known."""
    came = (facts[InspectImage(name)] for name in facts.history.arrivals() if facts.has(InspectImage(name)))
    known = [base for base in (*facts.history.images, *came) if base and base.names]
    below = [base for base in known if image.is_built_on(base) and len(base.layers) < len(image.layers)]
    largest = max(below, key=lambda base: len(base.layers), default=None)
    return familiar(largest.names[0]) if largest else ""


def full(name: str) -> str:
    """The full name; what is no name stays as it is."""
    return full_name(name) or name


def short(name: str) -> str:
    """The name as a learner types it."""
    return familiar(full(name))


def size_text(size: float) -> str:
    """As `docker images` writes it: 69.1MB."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g}{unit}"
        size /= 1000
    return f"{size:.3g}GB"
