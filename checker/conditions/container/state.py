"""`container: NAME` (or `any`), `from: IMAGE`, that `is: exists`, `running` or `exited`, as it stands now."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.container.attributes import ATTRIBUTES, ContainerWithAttributes
from checker.conditions.container.container import NoSuchContainer, OldImage, WrongImage
from checker.conditions.container.exit_codes import EndedAtOnce, ended
from checker.conditions.container.missing import (
    IMAGE_NEAR_MISSES,
    WrongName,
    gone_again,
    image_near_misses,
    under_another_name,
)
from checker.conditions.container.wrong_state import (
    NEVER_STARTED,
    NOT_ENDED,
    ContainerDead,
    ContainerPaused,
    ContainerRestarting,
    never_started,
    not_ended,
)
from checker.conditions.reasons import Reason
from checker.conditions.shared import ContainerGone
from checker.conditions.wording import shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectContainer, Need
from checker.facts.objects import Container, full_name

STOPPED = (137, 143)  # the exit codes that `docker stop` leaves


class NoContainer(NoSuchContainer, frozen=True, tag="no-container"):
    """There is no such container, and nothing tells why."""

    seen = "There is no {what} on this engine."


ANY_STATE = (
    WrongImage,
    OldImage,
    *ATTRIBUTES,
    ContainerGone,
    WrongName,
    *IMAGE_NEAR_MISSES,
    NoContainer,
)


class _ContainerNow(ContainerWithAttributes, frozen=True, kw_only=True):
    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, and the container or all candidates, inspected."""
        keys = (self.named,) if self.named else tuple(sorted(self.candidates(history)))
        every = () if self.named else (CONTAINERS,)
        inspected = (InspectContainer(key) for key in keys)
        return (*super().needs(history), *every, *inspected, *self.attribute_needs(keys))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The containers that exist instead."""
        return (CONTAINERS,)

    def candidates(self, history: History) -> set[str]:
        """IDs of the containers that were seen and made from its image, as far as is known by then."""
        ids = history.ids_of(self.image_name)
        return {
            c.id for c in history.containers if c.image_id in ids or full_name(c.image) == self.image_name
        }

    def found(self, facts: Facts) -> tuple[Container, ...]:
        """The container, or all candidates; the running ones first."""
        keys = {self.named} if self.named else self.candidates(facts.history)
        inspected = filter(None, (facts[InspectContainer(key)] for key in sorted(keys)))
        # Docker also finds a container by the beginning of its ID: the name must be this one.
        fitting = (found for found in inspected if self.named in (None, found.name))
        return tuple(sorted(fitting, key=lambda found: found.state != "running"))

    def evidence(self, facts: Facts) -> str | None:
        """The first container with which nothing is wrong."""
        for found in self.found(facts):
            if next(self.wrong(found, facts), None) is None:
                return self.proof(found)
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What is wrong with the container, or what was made instead."""
        for found in self.found(facts):
            yield from self.wrong(found, facts)
        yield from gone_again(self, facts)
        yield from under_another_name(self, facts)
        yield from image_near_misses(self, facts)
        yield NoContainer(name=self.named or "", image=self.short, next_commands=self.run())

    def wrong(self, found: Container, facts: Facts) -> Iterator[Reason]:
        """All that is wrong with a container, the most important first."""
        yield from self.wrong_image(found, facts)
        yield from self.wrong_state(found)
        yield from self.lacking(found, facts)

    def wrong_state(self, found: Container) -> Iterator[Reason]:  # noqa: ARG002 - for subclasses
        """Any state will do."""
        return iter(())

    def proof(self, found: Container) -> str:
        """That it is here."""
        made = f", made from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` is here{made}{self.with_attributes()}."


class ContainerExists(_ContainerNow, frozen=True, kw_only=True, tag="exists"):
    """There is such a container, in whatever state."""

    example: ClassVar[str] = "container: web\nfrom: nginx\nis: exists\nmounts: {/data: notes}"
    reasons: ClassVar[tuple[type[Reason], ...]] = ANY_STATE


class ContainerRunning(_ContainerNow, frozen=True, kw_only=True, tag="running"):
    """Such a container is running now."""

    example: ClassVar[str] = "container: web\nfrom: nginx\nis: running\nports: {80: 8080}\nanswers: 8080"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        *NEVER_STARTED,
        EndedAtOnce,
        ContainerPaused,
        ContainerRestarting,
        ContainerDead,
        *ANY_STATE,
    )

    def options(self) -> tuple[str, ...]:
        """In the background."""
        return ("--detach", *super().options())

    def wrong_state(self, found: Container) -> Iterator[Reason]:
        """Never started, ended, paused, or restarting in a loop."""
        name, code, replace = found.name, found.exit_code or 0, self.replace_commands(found)
        yield from never_started(found, replace, attach=False)
        match found.state:
            case "exited" if code == 0:
                yield EndedAtOnce(name=name, next_commands=replace)
            case "exited" if code in STOPPED:
                yield ended(name, code, shell_command("docker", "start", name))
            case "exited":
                yield ended(name, code, *replace)
            case "paused":
                yield ContainerPaused(name=name)
            case "restarting":
                yield ContainerRestarting(name=name, next_commands=replace)
            case "dead" | "removing":
                yield ContainerDead(name=name, next_commands=replace)

    def proof(self, found: Container) -> str:
        """That it runs."""
        made = f", made from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` is running{made}{self.with_attributes()}."


class ContainerExited(_ContainerNow, frozen=True, kw_only=True, tag="exited"):
    """There is a stopped container of this name that ended with the wanted code."""

    example: ClassVar[str] = "container: probe\nfrom: busybox\nis: exited\nlogs: all aboard"
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NOT_ENDED, *NEVER_STARTED, *ANY_STATE)
    code: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.named is None:
            raise ValueError("`exited` needs the container's name, not `any`")

    def wrong_state(self, found: Container) -> Iterator[Reason]:
        """Not ended, never started, ended with another code, or about to be removed."""
        replace = self.replace_commands(found)
        yield from not_ended(found, replace)
        yield from never_started(found, replace)
        if found.state == "exited" and found.exit_code != self.code:
            yield ended(found.name, found.exit_code or 0, *replace, wanted=self.code)
        if found.auto_remove:
            yield ContainerGone(name=found.name, still_here=True, next_commands=replace)

    def proof(self, found: Container) -> str:
        """That it ran."""
        made = f" from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` ran{made} and stopped{self.with_attributes()}."
