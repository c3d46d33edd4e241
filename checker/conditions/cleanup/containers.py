"""`containers: all` or `stopped` that `is: none`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from checker.conditions.base import Goal
from checker.conditions.cleanup.ownership import bounds, in_scope
from checker.conditions.image.blockers import ALIVE, describe_containers, unblock, was
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container
from checker.verdict import Diagnosis


class ContainersNone(Goal, frozen=True, tag="none"):
    """There was such a container, and none is left; `keep` names containers that must still be here.

    `all` of them, or those `stopped`: finished, or never started. Then those to keep must not stop either.
    """

    example: ClassVar[str] = "containers: stopped\nis: none\nkeep: [lighthouse]"
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
        """Whether something was here to be cleared away since the lesson was started."""
        seen = in_scope(facts.history.containers, facts)
        return any(self.is_meant(each) and each.name not in self.keep for each in seen)

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What went wrong, and on a learner's own engine what is none of the lesson's business."""
        for cause in self.causes(facts):
            yield replace(cause, message=cause.message + bounds(facts))

    def causes(self, facts: Facts) -> Iterator[Diagnosis]:
        """One that should stay has gone or stopped, some are left, or there was nothing to do."""
        yield from self.kept_lost(facts)
        left = self.left(facts)
        if left:
            yield from orphans(left, facts)
            yield from self.pruned_too_little(left, facts)
            verb = "is" if len(left) == 1 else "are"
            them = "it" if len(left) == 1 else "them"
            hidden = "" if any(c.state in ALIVE for c in left) else f" `docker ps --all` shows {them}."
            found = describe_containers(left)
            message = f"{found[0].upper()}{found[1:]} {verb} still here.{hidden}"
            yield Diagnosis("containers-left", message, unblock(left))
        message = "No such container has been here since the lesson was started."
        yield Diagnosis("no-containers", message, ("docker ps --all",))

    def kept_lost(self, facts: Facts) -> Iterator[Diagnosis]:
        """One that should stay is gone, or has stopped."""
        here = {each.name for each in facts[CONTAINERS]}
        for name in self.lost(facts):
            if name in here:
                message = f"The container `{name}` was to go on, and it has stopped."
                yield Diagnosis("kept-stopped", message, (f"docker start {name}",))
            message = f"The container `{name}` was to stay, and it is not here."
            yield Diagnosis("kept-container-lost", message, ("dockyard reset",))

    def pruned_too_little(self, left: tuple[Container, ...], facts: Facts) -> Iterator[Diagnosis]:
        """A prune takes only what has stopped."""
        done = [
            event.action for event in facts.history.of("container", "create", "start", "destroy", "prune")
        ]
        alive = tuple(each for each in left if each.state in ALIVE)
        if alive and done[-1:] == ["prune"]:
            message = f"`docker container prune` takes only what has stopped, and {describe_containers(alive)} has not."
            yield Diagnosis("prune-spares-running", message, unblock(left))


def orphans(left: tuple[Container, ...], facts: Facts) -> Iterator[Diagnosis]:
    """Their image was forced out from under them."""
    bare = tuple(each for each in left if facts[InspectImage(each.image_id)] is None)
    if bare:
        message = f"The image was forced away, and {describe_containers(bare)} made from it {was(bare)} left behind."
        yield Diagnosis("forced-left-container", message, unblock(bare))
