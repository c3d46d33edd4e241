"""`images: all`, `unused` or `dangling` that `is: none`, `only` these, or `made`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import msgspec

from checker.conditions.base import Goal
from checker.conditions.cleanup.dangling import dangling_since, why_not_made
from checker.conditions.cleanup.kept import lost, why_lost
from checker.conditions.cleanup.leftovers import Which, why_left
from checker.conditions.cleanup.ownership import bounds, in_scope
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, DANGLING, IMAGES, InspectImage, Need
from checker.facts.objects import Image, familiar, full_name
from checker.verdict import Diagnosis

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


class _ImagesGone(Goal, frozen=True):
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
        """Whether something was here to be cleared away since the lesson was started."""
        seen = in_scope(facts.history.images, facts)
        if self.images == "dangling":
            return any(not image.names for image in seen)
        return bool({image.id for image in seen} - {image.id for image in facts[IMAGES]})

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What went wrong, and on a learner's own engine what is none of the lesson's business."""
        for cause in self.causes(facts):
            yield replace(cause, message=cause.message + bounds(facts))

    def causes(self, facts: Facts) -> Iterator[Diagnosis]:
        """All is gone, something was lost that should stay, something is left, or nothing was done."""
        if self.images != "dangling" and not facts[IMAGES]:
            yield nothing_left(self.stay, facts)
        yield from why_lost(self.stay, facts)
        yield from why_left(self.left(facts), self.images, facts, keeps=bool(self.stay))
        message = f"No {WORDS[self.images]} has been cleared away since the lesson was started."
        yield Diagnosis("nothing-to-remove", message, ("docker images --all",))


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

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What was done instead."""
        return why_not_made(facts)


def nothing_left(stay: tuple[str, ...], facts: Facts) -> Diagnosis:
    """The engine is empty, and the classic line has nothing to work on."""
    missed = f", {join_words(map(familiar, stay))} included" if stay else ""
    message = f"There is no image on this engine{missed}. `docker images -q` prints nothing, so"
    line = "`docker rmi $(docker images -q)` only complains that it needs an argument."
    mend = "dockyard reset" if facts.private else "docker pull hello-world"
    return Diagnosis("nothing-left", f"{message} {line}", (mend,))
