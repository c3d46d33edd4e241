"""`container: NAME` (or `any`), `from: IMAGE`, that `is: ran`."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

import msgspec

from checker.conditions.container.container import AboutContainer, NoSuchContainer, OldImage
from checker.conditions.container.exit_codes import ended
from checker.conditions.container.missing import IMAGE_NEAR_MISSES, image_near_misses
from checker.conditions.container.wrong_state import NEVER_STARTED, NOT_ENDED, never_started, not_ended
from checker.conditions.reasons import Commands, Private, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectContainer, Need
from checker.facts.objects import full_name


class NotRun(NoSuchContainer, frozen=True, tag="not-run"):
    """No such container has run since the lesson was started."""

    seen = "No {what} has run since the lesson was started."


class SameContainer(Reason, frozen=True, tag="same-container"):
    """A container was started again, and the step asks for another new container."""

    name: Private
    next_commands: Commands
    seen = "`{name}` was started again. It is still the same container."
    cause = "`docker run` makes a new one."
    next = ("{next_commands}",)


class RanTooFew(Reason, frozen=True, tag="ran-too-few"):
    """Fewer containers have run than the step asks for."""

    ran: int
    times: int
    next_commands: Commands
    image: str = ""
    seen = (
        "{ran} of {times} containers ran from `{image}` so far.",
        "{ran} of {times} containers ran so far.",
    )
    next = ("{next_commands}",)


class ContainerRan(AboutContainer, frozen=True, kw_only=True, tag="ran"):
    """So many different containers ran since the lesson was started, and ended with the wanted code."""

    example: ClassVar[str] = "container: any\nfrom: hello-world\nis: ran\ntimes: 2"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        OldImage,
        SameContainer,
        RanTooFew,
        *NEVER_STARTED,
        *NOT_ENDED,
        *IMAGE_NEAR_MISSES,
        NotRun,
    )
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    code: int = 0

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, and all containers."""
        return (*super().needs(history), CONTAINERS)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The containers that were created and not started: an attempt to start one may have failed."""
        return (InspectContainer(c.id) for c in self.new(facts) if c.state == "created")

    def evidence(self, facts: Facts) -> str | None:
        """How many ran to their end."""
        ran = self.ended_well(facts) - self.old(facts)
        if len(ran) < self.times:
            return None
        count = "A container" if self.times == 1 else f"{len(ran)} different containers"
        return f"{count} ran from `{self.short}`." if self.image else f"The container `{self.named}` ran."

    def ended_well(self, facts: Facts) -> set[str]:
        """IDs of the containers that ended with the wanted code: by events, or by their state."""
        by_event = {
            event.id
            for event in facts.history.of("container", "die")
            if self.fits(event, facts) and event.attributes.get("exitCode") == str(self.code)
        }
        by_state = {
            c.id
            for c in self.new(facts)
            if c.state == "exited" and c.exit_code == self.code and self.is_it(c, facts)
        }
        return by_event | by_state

    def old(self, facts: Facts) -> set[str]:
        """IDs of those containers that were made before the image's name moved to a new image."""
        return {one for one in self.ended_well(facts) if self.is_from_old(self.images_of(one, facts), facts)}

    def images_of(self, container_id: str, facts: Facts) -> set[str]:
        """IDs of the images that a container may be made from; empty if unknown."""
        seen = (*facts.history.containers, *facts[CONTAINERS])
        return {c.image_id for c in seen if c.id == container_id} or self.meant_by(container_id, facts)

    def meant_by(self, container_id: str, facts: Facts) -> set[str]:
        """The image that the name stood for when a container was started that is known only from events."""
        meant: set[str] = set()
        for event in facts.history.events:
            match event.type, event.action:
                case "image", "pull" if full_name(event.id) == self.image_name:
                    meant = set()  # a pull event does not tell the ID of what was pulled
                case "image", "tag" if full_name(event.attributes.get("name", "")) == self.image_name:
                    meant = {event.id}
                case "container", "start" if event.id == container_id:
                    return meant
        return set()

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """From an old image, the same again, not started, ended badly, another image, nothing."""
        if old := self.old(facts):
            name = self.name_of(max(old), facts)
            yield OldImage(name=name, image=self.short, next_commands=self.run())
        if ran := self.ended_well(facts):
            yield from self.not_often_enough(ran, facts)
        for found in self.new(facts):
            inspected = facts[InspectContainer(found.id)] if found.state == "created" else None
            if inspected and self.is_it(found, facts):
                yield from never_started(inspected, self.replace_commands(inspected))
        yield from self.ended_badly(facts)
        yield from image_near_misses(self, facts)
        yield NotRun(name=self.named or "", image=self.short, next_commands=self.run())

    def not_often_enough(self, ran: set[str], facts: Facts) -> Iterator[Reason]:
        """Some ran, but the step asks for more."""
        starts = [e for e in facts.history.of("container", "start") if e.id in ran]
        if len(starts) > len(ran):
            yield SameContainer(name=self.name_of(starts[-1].id, facts), next_commands=self.run())
        yield RanTooFew(ran=len(ran), times=self.times, image=self.short, next_commands=self.run())

    def ended_badly(self, facts: Facts) -> Iterator[Reason]:
        """One has not ended yet, or ended with another code."""
        for found in self.new(facts):
            if self.is_it(found, facts):
                yield from not_ended(found, self.replace_commands(found))
        here = {found.id for found in self.new(facts)}
        for event in facts.history.of("container", "die"):
            code, image = event.attributes.get("exitCode", ""), event.attributes.get("image")
            if self.fits(event, facts) and code.isdecimal() and int(code) != self.code:
                name = event.attributes.get("name", "")
                yield ended(name, int(code), *self.run(image), wanted=self.code, here=event.id in here)

    def name_of(self, container_id: str, facts: Facts) -> str:
        """The name of a container that was started, or is here."""
        events = facts.history.of("container", "start", "die")
        heard = [event.attributes.get("name", "") for event in events if event.id == container_id]
        return next((c.name for c in facts[CONTAINERS] if c.id == container_id), heard[-1] if heard else "")
