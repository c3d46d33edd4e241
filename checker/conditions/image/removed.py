"""`image: NAME` that `is: removed` or `absent`."""

from collections.abc import Iterator
from typing import ClassVar

from checker.conditions.image.blockers import (
    IN_USE,
    CleanupReason,
    SeveralTags,
    UserContainers,
    in_use,
    several_tags,
    unblock,
    user_containers,
)
from checker.conditions.image.children import ChildImages, built_on
from checker.conditions.image.removal import ImageGone, NeverHere, RemovedAnother, StillHere
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, InspectImage
from checker.facts.objects import Container, Image, familiar, full_name


class OnlyUntagged(Reason, frozen=True, tag="only-untagged"):
    """Only the name was removed: the image is still here under another name."""

    image: str
    next_commands: Commands
    names: PrivateNames = ()
    containers: UserContainers = ()
    seen = (
        "Only the name `{image}` was removed. The same image is still here as {names}, "
        "and {containers} {containers:was|were} made from it.",
        "Only the name `{image}` was removed. The same image is still here as {names}.",
        "The name `{image}` is gone, but no image was deleted. It must still have another name.",
    )
    next = ("{next_commands}",)


class ForcedUntag(Reason, frozen=True, tag="forced-untag"):
    """The last name was removed by force, while a container keeps the image here."""

    image: str
    image_id: str
    containers: UserContainers
    remove_containers: Commands
    seen = "The name `{image}` is gone, but the image {image_id} is still here, without a name."
    cause = "Docker keeps it for {containers}."
    next = ("{remove_containers}", "docker rmi {image_id}")


class DanglingLeft(CleanupReason, frozen=True, tag="dangling-left"):
    """Images without a name are still here."""

    image_ids: tuple[str, ...]
    next_commands: Commands
    image: str = ""  # the name that was removed
    seen = (
        "The name `{image}` is gone, but the image {image_ids} is still here, without a name.",
        "{image_ids} {image_ids:is|are} still here, without a name.",
    )
    cause = "Newer clients list such images only with `docker images --all`."
    next = ("{next_commands}",)


class ForcedLeftContainer(CleanupReason, frozen=True, tag="forced-left-container"):
    """The image was removed by force, and containers made from it are still here."""

    containers: UserContainers
    remove_containers: Commands
    image: str = ""  # where it is known
    seen = (
        "`{image}` was removed by force, and {containers} made from it {containers:was|were} left behind.",
        "The image was removed by force, and {containers} made from it {containers:was|were} left behind.",
    )
    next = ("{remove_containers}",)


class ImageAbsent(ImageGone, frozen=True, tag="absent"):
    """The name is not on the engine now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "image: hello-world\nis: absent"
    reasons: ClassVar[tuple[type[Reason], ...]] = (StillHere,)

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectImage(self.image_name)] else f"There is no `{self.short}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is here."""
        yield self.still_here(facts)


class ImageRemoved(ImageGone, frozen=True, tag="removed"):
    """It was seen since the lesson was started, and now name, image and containers are gone."""

    example: ClassVar[str] = "image: hello-world\nis: removed"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        NeverHere,
        RemovedAnother,
        *IN_USE.values(),
        SeveralTags,
        ChildImages,
        StillHere,
        OnlyUntagged,
        ForcedUntag,
        DanglingLeft,
        ForcedLeftContainer,
    )

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        if facts[InspectImage(self.image_name)] or self.left(facts) or self.users(facts):
            return None
        proven = facts.history.ids_of(self.image_name) or self.deleted_unseen(facts)
        return f"`{self.short}` was here, and it is gone." if proven and self.was_here(facts) else None

    def deleted_unseen(self, facts: Facts) -> bool:
        """It came and went between two looks, its ID unknown: an image was deleted after it came."""
        came = [e.time_nano for e in facts.history.of("image", "pull") if full_name(e.id) == self.image_name]
        return bool(came) and any(e.time_nano > came[0] for e in facts.history.of("image", "delete"))

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What is in the way, or what was removed instead."""
        yield from self.never_here(facts)
        here, left = facts[InspectImage(self.image_name)], self.left(facts)
        if here:
            yield from self.not_removed(here, facts)
        elif left:
            yield from self.only_untagged(left[0], facts)
        elif users := self.users(facts):
            yield ForcedLeftContainer(
                containers=user_containers(users), remove_containers=unblock(users), image=self.short
            )
        else:
            yield OnlyUntagged(image=self.short, next_commands=("docker images --all",))

    def not_removed(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """It still has its name: another was removed, something is in the way, or nothing was done."""
        yield from self.removed_another(facts)
        yield from in_use(self.short, self.users_now(facts), self.next_commands(facts))
        remove_names = tuple(f"docker rmi {familiar(name)}" for name in image.names)
        yield from several_tags(image, self.image_name, remove_names)
        yield from built_on(image, self.image_name, facts, (f"docker rmi {self.short}",))
        yield self.still_here(facts)

    def only_untagged(self, image: Image, facts: Facts) -> Iterator[Reason]:
        """The name is gone, the image is not."""
        users = facts.containers_of(frozenset({image.id}))
        if image.names:
            yield self.other_names(image, users)
        elif users:
            yield ForcedUntag(
                image=self.short,
                image_id=image.short_id,
                containers=user_containers(users),
                remove_containers=unblock(users),
            )
        elif image.id not in {each.id for each in facts[DANGLING]}:
            # it has no name and does not dangle: another image was built on it, perhaps before the lesson
            yield from built_on(image, self.image_name, facts)
            yield ChildImages(
                image=self.short, next_commands=("docker images --all",), image_id=image.short_id
            )
        else:
            yield DanglingLeft(
                image_ids=(image.short_id,), next_commands=(f"docker rmi {image.short_id}",), image=self.short
            )

    def other_names(self, image: Image, users: tuple[Container, ...]) -> OnlyUntagged:
        """The same image is here under other names."""
        names = tuple(map(familiar, sorted(image.names)))
        return OnlyUntagged(
            image=self.short,
            next_commands=(*unblock(users), *(f"docker rmi {name}" for name in names)),
            names=names,
            containers=user_containers(users),
        )
