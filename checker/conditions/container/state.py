"""`container: NAME` (or `any`), `from: IMAGE`, that `is: exists`, `running` or `exited`, as it stands now."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.container.attributes import ContainerWithAttributes
from checker.conditions.container.container import dying, not_ended, paused, restarting
from checker.conditions.container.exit_codes import ended, ended_at_once
from checker.conditions.wording import shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectContainer, Need
from checker.facts.objects import Container, full_name
from checker.verdict import Diagnosis


class _ContainerNow(ContainerWithAttributes, frozen=True, kw_only=True):
    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, the container or all that may be it, each looked at closely."""
        keys = (self.named,) if self.named else tuple(sorted(self.candidates(history)))
        every = () if self.named else (CONTAINERS,)
        closely = (InspectContainer(key) for key in keys)
        return (*super().needs(history), *every, *closely, *self.quality_needs(keys))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """What there is instead."""
        return (CONTAINERS,)

    def candidates(self, history: History) -> set[str]:
        """IDs of the containers that were seen and made from its image, as far as is known by then."""
        ids = history.ids_of(self.image_name)
        return {
            c.id for c in history.containers if c.image_id in ids or full_name(c.image) == self.image_name
        }

    def found(self, facts: Facts) -> tuple[Container, ...]:
        """The container, or all that may be it; the running ones first."""
        keys = {self.named} if self.named else self.candidates(facts.history)
        looked_at = filter(None, (facts[InspectContainer(key)] for key in sorted(keys)))
        fitting = (found for found in looked_at if self.named in (None, found.name))  # no mere start of an ID
        return tuple(sorted(fitting, key=lambda found: found.state != "running"))

    def evidence(self, facts: Facts) -> str | None:
        """The first with which nothing is wrong."""
        for found in self.found(facts):
            if next(self.wrong(found, facts), None) is None:
                return self.proof(found)
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What is wrong with it, or with what was made instead."""
        for found in self.found(facts):
            yield from self.wrong(found, facts)
        yield from self.gone_again(facts)
        yield from self.under_another_name(facts)
        yield from self.near_misses(facts)
        yield Diagnosis("no-container", f"There is no {self.what} on this engine.", self.run())

    def wrong(self, found: Container, facts: Facts) -> Iterator[Diagnosis]:
        """All that is wrong with a container, what weighs most first."""
        yield from self.wrong_image(found, facts)
        yield from self.wrong_state(found)
        yield from self.lacking(found, facts)

    def wrong_state(self, found: Container) -> Iterator[Diagnosis]:  # noqa: ARG002 - for subclasses
        """Any state will do."""
        return iter(())

    def proof(self, found: Container) -> str:
        """What is to be seen."""
        made = f", made from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` is here{made}{self.told()}."


class ContainerExists(_ContainerNow, frozen=True, kw_only=True, tag="exists"):
    """There is such a container, in whatever state."""

    example: ClassVar[str] = "container: web\nfrom: nginx\nis: exists\nmounts: {/data: notes}"


class ContainerRunning(_ContainerNow, frozen=True, kw_only=True, tag="running"):
    """Such a container is running now."""

    example: ClassVar[str] = "container: web\nfrom: nginx\nis: running\nports: {80: 8080}\nanswers: 8080"

    def options(self) -> tuple[str, ...]:
        """In the background."""
        return ("--detach", *super().options())

    def wrong_state(self, found: Container) -> Iterator[Diagnosis]:
        """Never started, ended, paused, restarting in a loop."""
        start = shell_command("docker", "start", found.name)
        yield from self.never_started(found, watch=False)
        match found.state:
            case "exited" if found.exit_code == 0:
                yield ended_at_once(found.name, *self.again(found))
            case "exited" if found.exit_code in STOPPED:
                yield ended(found.name, found.exit_code or 0, start)
            case "exited":
                yield ended(found.name, found.exit_code or 0, *self.again(found))
            case "paused":
                yield paused(found, (shell_command("docker", "unpause", found.name),))
            case "restarting":
                yield restarting(found, self.again(found))
            case "dead" | "removing":
                yield dying(found, self.again(found))

    def proof(self, found: Container) -> str:
        """That it runs."""
        made = f", made from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` is running{made}{self.told()}."


class ContainerExited(_ContainerNow, frozen=True, kw_only=True, tag="exited"):
    """There is a stopped container of this name that ended with the wanted code."""

    example: ClassVar[str] = "container: probe\nfrom: busybox\nis: exited\nlogs: all aboard"
    code: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.named is None:
            raise ValueError("`exited` needs the container's name, not `any`")

    def wrong_state(self, found: Container) -> Iterator[Diagnosis]:
        """Not ended, ended otherwise, not started, or not here to stay."""
        again = self.again(found)
        yield from not_ended(found, again)
        yield from self.never_started(found)
        if found.state == "exited" and found.exit_code != self.code:
            yield ended(found.name, found.exit_code or 0, *again)
        if found.auto_remove:
            message = f"`{found.name}` was started with `--rm`, so it goes away as it ends."
            yield Diagnosis("container-gone", message, again)

    def proof(self, found: Container) -> str:
        """That it ran."""
        made = f" from `{self.short}`" if self.image else ""
        return f"The container `{found.name}` ran{made} and stopped{self.told()}."


STOPPED = (137, 143)  # the codes that `docker stop` leaves
