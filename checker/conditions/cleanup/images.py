"""`images: all`, `unused` or `dangling` that `is: none`, `only` these, or `made`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, Literal

import msgspec

from checker.conditions.base import Goal
from checker.conditions.cleanup.dangling import NOT_MADE, dangling_since, why_not_made
from checker.conditions.cleanup.kept import LOST, lost, why_lost
from checker.conditions.cleanup.leftovers import LEFTOVERS, Which, why_left
from checker.conditions.cleanup.ownership import bounds, in_scope, with_bounds
from checker.conditions.image.blockers import CleanupReason
from checker.conditions.reasons import Commands, Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, DANGLING, IMAGES, InspectImage, Need
from checker.facts.objects import Image, familiar, full_name

NEEDS: Mapping[Which, tuple[Need[object], ...]] = {
    "all": (IMAGES,),
    "unused": (IMAGES, CONTAINERS),
    "dangling": (DANGLING,),
}
WORDS: Mapping[Which, str] = {
    "all": "image",
    "unused": "unused image",
    "dangling": "image without a name",
}


class NothingLeft(CleanupReason, frozen=True, tag="nothing-left"):
    """All images are gone, so a command that lists and removes them has nothing to work on."""

    next_commands: Commands
    stay: tuple[str, ...] = ()
    seen = (
        "There is no image on this engine, not even {stay}.",
        "There is no image on this engine.",
    )
    cause = (
        "`docker images -q` prints nothing, so `docker rmi $(docker images -q)` "
        "only complains that it needs an argument."
    )
    next = ("{next_commands}",)


class NothingToRemove(CleanupReason, frozen=True, tag="nothing-to-remove"):
    """No such image has been removed, and none was here to be removed."""

    images: Which
    seen = "No {kind} has been removed since the lesson was started."
    next = ("docker images --all",)

    @property
    def kind(self) -> str:
        """The images in words."""
        return WORDS[self.images]


class _ImagesGone(Goal, frozen=True):
    reasons: ClassVar[tuple[type[Reason], ...]] = (NothingLeft, *LOST, *LEFTOVERS, NothingToRemove)
    images: Which

    @property
    def stay(self) -> tuple[str, ...]:
        """Full names of the images that stay."""
        return ()

    def image_names(self) -> Iterable[str]:
        """Those that stay."""
        return self.stay

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The images it is about, and each of those that stay."""
        return (*NEEDS[self.images], *(InspectImage(name) for name in self.stay))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Who uses what is left, and what became of a name that is lost."""
        ids = {image_id for name in lost(self.stay, facts) for image_id in facts.history.ids_of(name)}
        return (CONTAINERS, *(InspectImage(image_id) for image_id in sorted(ids)))

    def evidence(self, facts: Facts) -> str | None:
        """That nothing is left of what was there, and that what stays is there."""
        if self.left(facts) or lost(self.stay, facts) or not self.ever(facts):
            return None
        other = "other " if self.images == "all" and self.stay else ""
        kept = f" {join_words(map(familiar, self.stay))} stayed." if self.stay else ""
        return f"No {other}{WORDS[self.images]} is left.{kept}{bounds(facts)}"

    def left(self, facts: Facts) -> tuple[Image, ...]:
        """What should be gone and is here."""
        if self.images == "dangling":
            return in_scope(facts[DANGLING], facts)
        here = in_scope(facts[IMAGES], facts)
        if self.images == "all":
            return tuple(image for image in here if not set(image.names) & set(self.stay))
        used = {container.image_id for container in facts[CONTAINERS]}
        return tuple(image for image in here if image.id not in used)

    def ever(self, facts: Facts) -> bool:
        """Whether something was here to be removed since the lesson was started."""
        seen = in_scope(facts.history.images, facts)
        if self.images == "dangling":
            return any(not image.names for image in seen)
        return bool({image.id for image in seen} - {image.id for image in facts[IMAGES]})

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What went wrong, within the bounds of the clean-up."""
        return with_bounds(self.causes(facts), facts)

    def causes(self, facts: Facts) -> Iterator[CleanupReason]:
        """All is gone, something was lost that should stay, something is left, or nothing was done."""
        if self.images != "dangling" and not facts[IMAGES]:
            yield nothing_left(self.stay, facts)
        yield from why_lost(self.stay, facts)
        yield from why_left(self.left(facts), self.images, facts, keeps=bool(self.stay))
        yield NothingToRemove(images=self.images)


class ImagesNone(_ImagesGone, frozen=True, tag="none"):
    """There was such an image, and none is left; `keep` names images that must still be here.

    `all` of them, those `unused` by any container, or those `dangling`, without a name.
    """

    example: ClassVar[str] = "images: unused\nis: none\nkeep: [busybox]"
    keep: tuple[str, ...] = ()

    @property
    def stay(self) -> tuple[str, ...]:
        """Those to keep."""
        return tuple(full_name(name) or name for name in self.keep)


class ImagesOnly(_ImagesGone, frozen=True, tag="only"):
    """There were other images, and only these are left."""

    example: ClassVar[str] = "images: all\nis: only\nthese: [busybox]"
    images: Literal["all"]
    these: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]

    @property
    def stay(self) -> tuple[str, ...]:
        """These."""
        return tuple(full_name(name) or name for name in self.these)


class ImagesMade(Goal, frozen=True, tag="made"):
    """An image dangles that did not at the start: it has no name, and no other image is built on it."""

    example: ClassVar[str] = "images: dangling\nis: made"
    reasons: ClassVar[tuple[type[Reason], ...]] = NOT_MADE
    images: Literal["dangling"]

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The images that dangle."""
        return (DANGLING,)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What has a name that was given since the start, and what had it before."""
        names = facts.history.arrivals()
        before = (image_id for name in names for image_id in facts.history.ids_of(name))
        return (InspectImage(key) for key in (*names, *before))

    def evidence(self, facts: Facts) -> str | None:
        """The image that dangles."""
        new = dangling_since(facts)
        return f"The image {new[0].short_id} has no name any more: it dangles." if new else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What was done instead."""
        return why_not_made(facts)


def nothing_left(stay: tuple[str, ...], facts: Facts) -> NothingLeft:
    """The engine is empty, and must have an image again before one can be removed."""
    reset = facts.commands.fill("reset") if facts.private else ()
    again = reset or ("docker pull hello-world",)
    return NothingLeft(next_commands=again, stay=tuple(map(familiar, stay)))
