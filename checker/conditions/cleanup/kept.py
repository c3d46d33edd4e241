"""Images that should stay through a clean-up, and did not."""

from collections.abc import Iterable, Iterator

from checker.conditions.image.blockers import CleanupReason, UserContainers, user_containers
from checker.conditions.reasons import Commands, PrivateNames
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import Image, familiar
from checker.reference import ImageReference


class _Lost(CleanupReason, frozen=True):
    image: str
    asked = "`{image}` should be here at the end."


class _NameLost(_Lost, frozen=True):
    image_id: str
    names: PrivateNames = ()  # those that it has now
    seen = (
        "The name `{image}` is gone. Its image is still here as {names}.",
        "The name `{image}` is gone. Its image {image_id} is still here, without a name.",
    )
    next = ("docker tag {called} {image}",)

    @property
    def called(self) -> str:
        """One of its names, or its ID where it has none."""
        return self.names[0] if self.names else self.image_id


class KeptNameLost(_NameLost, frozen=True, tag="kept-name-lost"):
    """An image that should stay lost the name; the image itself is still here."""


class PruneTookNames(_NameLost, frozen=True, kw_only=True, tag="prune-took-names"):
    """A prune removed a name that should stay from an image that a container uses."""

    containers: UserContainers
    cause = (
        "The image is in use by {containers}. "
        "From an image in use, `docker image prune --all` removes every name but one."
    )


class LostKept(_Lost, frozen=True, tag="lost-kept"):
    """An image that should stay is gone."""

    next_commands: Commands
    containers: UserContainers = ()  # those that were made from it
    pruned: bool = False
    seen = "`{image}` is gone."
    cause = (
        "It was removed by force, though {containers} {containers:was|were} made from it.",
        "`docker image prune --all` removes every image that no container uses, including `{pruned_image}`.",
    )
    next = ("{next_commands}",)

    @property
    def pruned_image(self) -> str:
        """The image, if a prune removed it."""
        return self.image if self.pruned else ""


class KeptNeverHere(_Lost, frozen=True, tag="kept-never-here"):
    """An image that should be here at the end has never been here."""

    seen = "`{image}` has not been seen since the lesson was started."
    next = ("docker pull {image}",)


LOST: tuple[type[CleanupReason], ...] = (PruneTookNames, KeptNameLost, LostKept, KeptNeverHere)


def lost(stay: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Those of the full names that are not here."""
    return tuple(name for name in stay if facts[InspectImage(name)] is None)


def why_lost(stay: Iterable[str], facts: Facts) -> Iterator[CleanupReason]:
    """Only names that were here can be lost; one whose image is still here is easy to give back."""
    gone = [name for name in lost(stay, facts) if facts.history.ids_of(name)]
    for name in gone:
        yield from _only_its_name(name, facts)
    for name in gone:
        yield _altogether(name, facts)
    for name in lost(stay, facts):
        yield KeptNeverHere(image=familiar(name))


def _only_its_name(name: str, facts: Facts) -> Iterator[CleanupReason]:
    image = next(filter(None, (facts[InspectImage(key)] for key in sorted(facts.history.ids_of(name)))), None)
    if image is None:
        return
    users = facts.containers_of(frozenset({image.id}))
    names = tuple(sorted(map(familiar, image.names)))
    if users and names and _pruned_away(name, facts):
        yield PruneTookNames(familiar(name), image.short_id, names, containers=user_containers(users))
    yield KeptNameLost(familiar(name), image.short_id, names)


def _altogether(name: str, facts: Facts) -> LostKept:
    users = facts.containers_of(facts.history.ids_of(name))
    return LostKept(
        image=familiar(name),
        next_commands=_bring_back(name, facts),
        containers=user_containers(users),
        pruned=not users and _pruned_away(name, facts),
    )


def _bring_back(name: str, facts: Facts) -> tuple[str, ...]:
    """What came from a registry can be pulled again; what was made here cannot."""
    repository = ImageReference.parse(name).repository
    sightings = (image for image in facts.history.images if name in image.names)
    pulled = any(_is_from(repository, image) for image in sightings)
    if pulled or not facts.private:
        return (f"docker pull {familiar(name)}",)
    return facts.commands.fill("reset")


def _is_from(repository: str, image: Image) -> bool:
    return any(digest.startswith(f"{repository}@") for digest in image.digests)


def _pruned_away(name: str, facts: Facts) -> bool:
    """Whether a prune removed it: its event comes right after those of what it removed."""
    ids, removed = facts.history.ids_of(name), False
    for event in facts.history.of("image", "untag", "delete", "tag", "pull", "import", "prune"):
        if event.action == "prune" and removed:
            return True
        removed = event.action in ("untag", "delete") and (removed or event.id in ids)
    return False
