"""Images that should be gone and are still here, and why."""

from collections.abc import Iterator
from typing import Literal

from checker.conditions.image.blockers import (
    IN_USE,
    CleanupReason,
    SeveralTags,
    called,
    in_use,
    names_of,
    unblock,
)
from checker.conditions.image.removed import DanglingLeft
from checker.conditions.reasons import Commands, PrivateNames
from checker.facts.facts import Facts
from checker.facts.objects import Container, Image

Which = Literal["all", "unused", "dangling"]


class PrunedDanglingOnly(CleanupReason, frozen=True, tag="pruned-dangling-only"):
    """The learner pruned without `--all`, which spares images that have names."""

    images: PrivateNames
    next_commands: Commands
    seen = "{images} {images:was|were} not pruned."
    cause = "Without `--all`, `docker image prune` removes only images that have no name."
    next = ("{next_commands}",)


class UnusedLeft(CleanupReason, frozen=True, tag="unused-left"):
    """Images that no container uses are still here."""

    images: PrivateNames
    next_commands: Commands
    seen = "{images} {images:is|are} still here, used by no container."
    next = ("{next_commands}",)


class ImagesLeft(CleanupReason, frozen=True, tag="images-left"):
    """Images are still here, and nothing keeps them."""

    images: PrivateNames
    next_commands: Commands
    seen = "{images} {images:is|are} still here, and no container is in the way."
    next = ("{next_commands}",)


LEFTOVERS: tuple[type[CleanupReason], ...] = (
    PrunedDanglingOnly,
    *IN_USE.values(),
    SeveralTags,
    DanglingLeft,
    UnusedLeft,
    ImagesLeft,
)


def why_left(left: tuple[Image, ...], which: Which, facts: Facts, *, keeps: bool) -> Iterator[CleanupReason]:
    """A prune that did not go far enough, a container in the way, names in the way, or just not done."""
    if not left:
        return
    users = facts.containers_of(frozenset(image.id for image in left))
    next_commands = (*unblock(users), *_removal(left, which, facts, keeps=keeps))
    free = [image for image in left if not _of(users, image)]
    yield from _pruned_too_little([image for image in free if image.names], facts, next_commands)
    yield from _in_use(left, users, next_commands)
    if free and all(len(image.names) > 1 for image in free):
        yield SeveralTags(names=names_of(free[0]), next_commands=next_commands)
    names = tuple(map(called, left))
    if which == "dangling":
        yield DanglingLeft(image_ids=tuple(image.short_id for image in left), next_commands=next_commands)
    elif which == "unused":
        yield UnusedLeft(images=names, next_commands=next_commands)
    yield ImagesLeft(images=names, next_commands=next_commands)


def _removal(left: tuple[Image, ...], which: Which, facts: Facts, *, keeps: bool) -> tuple[str, ...]:
    """A prune only where it removes nothing that should stay, and where all belongs to the lesson."""
    if facts.private and which == "dangling":
        return ("docker image prune --force",)
    if facts.private and which == "all" and not keeps:
        return ("docker image prune --all --force",)
    return ("docker rmi " + " ".join(name for image in left for name in names_of(image)),)


def _pruned_too_little(
    named: list[Image], facts: Facts, next_commands: tuple[str, ...]
) -> Iterator[PrunedDanglingOnly]:
    """The last thing done to images was a prune, and it spared these, which have names."""
    images = [*facts.history.of("image", "pull", "import", "tag", "untag", "delete", "prune")]
    freed = max((event.time_nano for event in facts.history.of("container", "destroy")), default=0)
    if named and images and images[-1].action == "prune" and images[-1].time_nano > freed:
        yield PrunedDanglingOnly(images=tuple(map(called, named)), next_commands=next_commands)


def _in_use(
    left: tuple[Image, ...], users: tuple[Container, ...], next_commands: tuple[str, ...]
) -> Iterator[CleanupReason]:
    """Containers first: an image stays as long as a container made from it exists."""
    states = list(IN_USE)
    known = [user for user in users if user.state in states]
    for user in sorted(known, key=lambda user: states.index(user.state)):
        image = next(image for image in left if image.id == user.image_id)
        yield from in_use(called(image), _of(users, image), next_commands)


def _of(users: tuple[Container, ...], image: Image) -> tuple[Container, ...]:
    return tuple(user for user in users if user.image_id == image.id)
