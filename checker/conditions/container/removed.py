"""`container: NAME` (or `any`), `from: IMAGE`, that `is: removed`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.container.container import AboutContainer, NoSuchContainer
from checker.conditions.image.blockers import ALIVE
from checker.conditions.reasons import Private, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, Need
from checker.facts.objects import Container


class StopItFirst(Reason, frozen=True, tag="stop-it-first"):
    """The container to remove has not stopped."""

    name: Private
    state: str
    seen = "The container `{name}` is {state}, not stopped."
    cause = "Without force, Docker removes only a container that has stopped."
    next = ("docker unpause {paused}", "docker stop {name}", "docker rm {name}")

    @property
    def paused(self) -> str:
        """Its name, if it is paused."""
        return self.name if self.state == "paused" else ""


class ContainerRenamed(Reason, frozen=True, tag="container-renamed"):
    """The container to remove only got another name."""

    container: str
    name: Private
    seen = "The container `{container}` is still here: it only has a new name, `{name}`."
    next = ("docker rm {name}",)


class RemovedAnotherContainer(Reason, frozen=True, tag="removed-another-container"):
    """Another container was removed than the one that the step asks for."""

    name: Private
    removed: PrivateNames
    seen = "You removed {removed}, and `{name}` is still here."
    next = ("docker rm {name}",)


class ContainerStillHere(Reason, frozen=True, tag="container-still-here"):
    """The container is still here, and it does not run."""

    name: Private
    seen = "The container `{name}` is still here. It does not run, but it uses disk space."
    next = ("docker rm {name}",)


class ContainerNeverHere(NoSuchContainer, frozen=True, tag="container-never-here"):
    """There was no such container to remove."""

    seen = "No {what} has been on this engine since the lesson was started."
    cause = "There was nothing to remove."


class ContainerRemoved(AboutContainer, frozen=True, kw_only=True, tag="removed"):
    """Such a container was seen since the lesson was started, and now none is left."""

    example: ClassVar[str] = "container: greeting\nis: removed"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        StopItFirst,
        ContainerRenamed,
        RemovedAnotherContainer,
        ContainerStillHere,
        ContainerNeverHere,
    )

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, and all containers."""
        return (*super().needs(history), CONTAINERS)

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and is not among the containers any more."""
        if self.left(facts) or not self.were_here(facts):
            return None
        return f"The {self.what} was here, and it is gone."

    def were_here(self, facts: Facts) -> set[str]:
        """IDs of all such containers that were seen or that an event was about."""
        events = facts.history.of("container", "create", "destroy", "remove")
        heard = {
            e.id
            for e in events
            if self.named in (None, e.attributes.get("name"))
            and self.is_from(e.attributes.get("image", ""), "", facts)
        }
        return heard | {c.id for c in facts.history.containers if self.is_it(c, facts)}

    def left(self, facts: Facts) -> tuple[Container, ...]:
        """Those that are still here, whatever their names are now."""
        known = self.were_here(facts)
        return tuple(c for c in facts[CONTAINERS] if c.id in known or self.is_it(c, facts))

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It has not stopped, it was only renamed, another was removed, or nothing was done."""
        for found in self.left(facts):
            if found.state in ALIVE:
                yield StopItFirst(name=found.name, state=found.state)
            if self.named and self.named != found.name:
                yield ContainerRenamed(container=self.named, name=found.name)
            if others := self.removed_instead(facts):
                yield RemovedAnotherContainer(name=found.name, removed=others)
            yield ContainerStillHere(name=found.name)
        yield ContainerNeverHere(name=self.named or "", image=self.short, next_commands=self.run())

    def removed_instead(self, facts: Facts) -> tuple[str, ...]:
        """Names of the containers that were removed and should not be."""
        gone = facts.history.of("container", "destroy", "remove", recent=True)
        known = {c.id for c in facts.history.containers} - self.were_here(facts)
        return tuple(dict.fromkeys(e.attributes.get("name", "") for e in gone if e.id in known))
