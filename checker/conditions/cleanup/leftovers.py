"""Images that should be gone and are still here, and why."""

from collections.abc import Iterator
from typing import Literal

from checker.conditions.image.blockers import STATES, called, in_use, names_of, unblock, was
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.objects import Container, Image
from checker.verdict import Diagnosis

Which = Literal["all", "unused", "dangling"]


def why_left(left: tuple[Image, ...], which: Which, facts: Facts, *, keeps: bool) -> Iterator[Diagnosis]:
    """A prune that did not go far enough, a container in the way, names in the way, or just not done."""
    if not left:
        return
    users = facts.containers_of(frozenset(image.id for image in left))
    mend = (*unblock(users), *_away(left, which, facts, keeps=keeps))
    free = [image for image in left if not _of(users, image)]
    yield from _pruned_too_little([image for image in free if image.names], facts, mend)
    yield from _held(left, users, mend)
    if free and all(len(image.names) > 1 for image in free):
        yield _listed_twice(free[0], mend)
    verb = "is still here" if len(left) == 1 else "are still here"
    names = join_words(map(called, left))
    if which == "dangling":
        where = "Newer clients list such images only with `docker images --all`."
        yield Diagnosis("dangling-left", f"{names} {verb}, without a name. {where}", mend)
    elif which == "unused":
        yield Diagnosis("unused-left", f"{names} {verb}, used by no container.", mend)
    yield Diagnosis("images-left", f"{names} {verb}, and no container is in the way.", mend)


def _away(left: tuple[Image, ...], which: Which, facts: Facts, *, keeps: bool) -> tuple[str, ...]:
    """A broom only where it takes nothing that is to stay, and where all there is belongs to the lesson."""
    if facts.private and which == "dangling":
        return ("docker image prune --force",)
    if facts.private and which == "all" and not keeps:
        return ("docker image prune --all --force",)
    return ("docker rmi " + " ".join(name for image in left for name in names_of(image)),)


def _pruned_too_little(named: list[Image], facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
    """Images were pruned last of all, and these, which have names, were not taken."""
    images = [*facts.history.of("image", "pull", "import", "tag", "untag", "delete", "prune")]
    freed = max((event.time_nano for event in facts.history.of("container", "destroy")), default=0)
    if named and images and images[-1].action == "prune" and images[-1].time_nano > freed:
        message = f"{join_words(map(called, named))} {was(named)} not pruned: without `--all`,"
        why = "`docker image prune` takes only images that have no name."
        yield Diagnosis("pruned-dangling-only", f"{message} {why}", mend)


def _held(
    left: tuple[Image, ...], users: tuple[Container, ...], mend: tuple[str, ...]
) -> Iterator[Diagnosis]:
    """Containers come first: what a container was made from does not go."""
    known = [user for user in users if user.state in STATES]
    for user in sorted(known, key=lambda user: STATES.index(user.state)):
        image = next(image for image in left if image.id == user.image_id)
        yield from in_use(called(image), _of(users, image), mend)


def _listed_twice(image: Image, mend: tuple[str, ...]) -> Diagnosis:
    names = names_of(image)
    message = f"{join_words(names)} name one image, so `docker images -q` prints its ID {len(names)} times,"
    why = "and by its ID it is refused as long as it has more than one name. By its names it goes."
    return Diagnosis("several-tags", f"{message} {why}", mend)


def _of(users: tuple[Container, ...], image: Image) -> tuple[Container, ...]:
    return tuple(user for user in users if user.image_id == image.id)
