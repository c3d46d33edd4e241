"""`containers: all` or `stopped` that `is: none`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from checker.conditions.base import Goal
from checker.conditions.cleanup.ownership import bounds, in_scope, with_bounds
from checker.conditions.image.blockers import (
    ALIVE,
    CleanupReason,
    UserContainer,
    UserContainers,
    unblock,
    user_containers,
)
from checker.conditions.image.removed import ForcedLeftContainer
from checker.conditions.reasons import Commands, Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container


class KeptStopped(CleanupReason, frozen=True, tag="kept-stopped"):
    """A container that should go on running has stopped."""

    container: str
    asked = "The container `{container}` should go on running."
    seen = "`{container}` has stopped."
    next = ("docker start {container}",)


class KeptContainerLost(CleanupReason, frozen=True, tag="kept-container-lost"):
    """A container that should stay is gone."""

    container: str
    next_commands: Commands
    asked = "The container `{container}` should stay."
    seen = "`{container}` is not here."
    next = ("{next_commands}",)


class PruneSparesRunning(CleanupReason, frozen=True, tag="prune-spares-running"):
    """The learner pruned containers, which spares those that run."""

    containers: UserContainers
    remove_containers: Commands
    seen = "`docker container prune` has spared {containers}."
    cause = "It removes only stopped containers."
    next = ("{remove_containers}",)


class ContainersLeft(CleanupReason, frozen=True, tag="containers-left"):
    """Containers that should be gone are still here."""

    containers: UserContainers
    remove_containers: Commands
    seen = "{the_containers} {containers:is|are} still here."
    cause = "`docker ps --all` shows {unlisted:it|them}."
    next = ("{remove_containers}",)

    @property
    def the_containers(self) -> str:
        """The containers, at the beginning of a sentence."""
        words = UserContainer.describe(self.containers)
        return f"{words[0].upper()}{words[1:]}"

    @property
    def unlisted(self) -> tuple[UserContainer, ...]:
        """The containers, if a plain `docker ps` shows none of them."""
        return () if any(each.state in ALIVE for each in self.containers) else self.containers


class NoContainers(CleanupReason, frozen=True, tag="no-containers"):
    """There was no such container to remove."""

    seen = "No such container has been here since the lesson was started."
    next = ("docker ps --all",)


class ContainersNone(Goal, frozen=True, tag="none"):
    """There was such a container, and none is left; `keep` names containers that must still be here.

    `all` of them, or those `stopped`: finished, or never started. Then those to keep must not stop either.
    """

    example: ClassVar[str] = "containers: stopped\nis: none\nkeep: [lighthouse]"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        KeptStopped,
        KeptContainerLost,
        ForcedLeftContainer,
        PruneSparesRunning,
        ContainersLeft,
        NoContainers,
    )
    containers: Literal["all", "stopped"]
    keep: tuple[str, ...] = ()

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """All containers."""
        return (CONTAINERS,)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Whether what is left still has its image."""
        return (InspectImage(found.image_id) for found in self.left(facts))

    def evidence(self, facts: Facts) -> str | None:
        """That none is left of those that were there."""
        if self.left(facts) or self.lost(facts) or not self.ever(facts):
            return None
        which = "stopped container" if self.containers == "stopped" else "container"
        kept = f" {join_words(self.keep)} stayed." if self.keep else ""
        return f"No {'other ' if self.keep else ''}{which} is left.{kept}{bounds(facts)}"

    def is_meant(self, found: Container) -> bool:
        """Whether a container should go, by its state."""
        return self.containers == "all" or found.state not in ALIVE

    def left(self, facts: Facts) -> tuple[Container, ...]:
        """What should be gone and is here."""
        here = in_scope(facts[CONTAINERS], facts)
        return tuple(each for each in here if self.is_meant(each) and each.name not in self.keep)

    def lost(self, facts: Facts) -> tuple[str, ...]:
        """Those to keep that are not here, or not as they should be."""
        fine = {
            each.name for each in facts[CONTAINERS] if self.containers == "all" or not self.is_meant(each)
        }
        return tuple(name for name in self.keep if name not in fine)

    def ever(self, facts: Facts) -> bool:
        """Whether something was here to be removed since the lesson was started."""
        seen = in_scope(facts.history.containers, facts)
        return any(self.is_meant(each) and each.name not in self.keep for each in seen)

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What went wrong, within the bounds of the clean-up."""
        return with_bounds(self.causes(facts), facts)

    def causes(self, facts: Facts) -> Iterator[CleanupReason]:
        """One that should stay is gone or has stopped, some are left, or there was nothing to do."""
        yield from self.kept_lost(facts)
        if left := self.left(facts):
            yield from without_image(left, facts)
            yield from pruned_too_little(left, facts)
            yield ContainersLeft(containers=user_containers(left), remove_containers=unblock(left))
        yield NoContainers()

    def kept_lost(self, facts: Facts) -> Iterator[CleanupReason]:
        """One that should stay is gone, or has stopped."""
        here = {each.name for each in facts[CONTAINERS]}
        for name in self.lost(facts):
            if name in here:
                yield KeptStopped(container=name)
            else:
                reset = facts.commands.fill("reset")
                yield KeptContainerLost(container=name, next_commands=reset)


def pruned_too_little(left: tuple[Container, ...], facts: Facts) -> Iterator[PruneSparesRunning]:
    """A prune removes only stopped containers."""
    done = [event.action for event in facts.history.of("container", "create", "start", "destroy", "prune")]
    alive = tuple(each for each in left if each.state in ALIVE)
    if alive and done[-1:] == ["prune"]:
        yield PruneSparesRunning(containers=user_containers(alive), remove_containers=unblock(left))


def without_image(left: tuple[Container, ...], facts: Facts) -> Iterator[ForcedLeftContainer]:
    """The image of some was removed by force."""
    bare = tuple(each for each in left if facts[InspectImage(each.image_id)] is None)
    if bare:
        yield ForcedLeftContainer(containers=user_containers(bare), remove_containers=unblock(bare))
