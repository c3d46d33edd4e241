"""`container: NAME` (or `any`), `from: IMAGE`, that `is: ran`."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

import msgspec

from checker.conditions.container.container import AboutContainer, not_ended
from checker.conditions.container.exit_codes import ended
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectContainer, Need
from checker.facts.objects import Container, full_name
from checker.verdict import Diagnosis


class ContainerRan(AboutContainer, frozen=True, kw_only=True, tag="ran"):
    """So many different containers ran since the lesson was started, and ended with the wanted code."""

    example: ClassVar[str] = "container: any\nfrom: hello-world\nis: ran\ntimes: 2"
    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    code: int = 0

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, and all containers."""
        return (*super().needs(history), CONTAINERS)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The containers that were created and not started: an attempt to start may have failed."""
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
        """IDs of those containers that were made before the image's name moved on."""
        return {one for one in self.ended_well(facts) if self.is_from_old(self.images_of(one, facts), facts)}

    def images_of(self, container_id: str, facts: Facts) -> set[str]:
        """IDs of the images that a container may be made from; none where that is not known."""
        seen = (*facts.history.containers, *facts[CONTAINERS])
        return {c.image_id for c in seen if c.id == container_id} or self.meant_by(container_id, facts)

    def meant_by(self, container_id: str, facts: Facts) -> set[str]:
        """The image that its name stood for when a container was started that nobody has seen since."""
        meant: set[str] = set()
        for event in facts.history.events:
            match event.type, event.action:
                case "image", "pull" if full_name(event.id) == self.image_name:
                    meant = set()  # what was pulled, an event does not say
                case "image", "tag" if full_name(event.attributes.get("name", "")) == self.image_name:
                    meant = {event.id}
                case "container", "start" if event.id == container_id:
                    return meant
        return set()

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """From an old image, the same again, not started, ended badly, another image, nothing."""
        ran, old = self.ended_well(facts), self.old(facts)
        if old:
            yield self.old_image(self.name_of(max(old), facts), self.run())
        if ran:
            yield from self.not_often_enough(ran, facts)
        for found in self.new(facts):
            closely = facts[InspectContainer(found.id)] if found.state == "created" else None
            if closely and self.is_it(found, facts):
                yield from self.never_started(closely)
        yield from self.ended_badly(facts)
        yield from self.near_misses(facts)
        yield Diagnosis("not-run", f"No {self.what} has run since the lesson was started.", self.run())

    def not_often_enough(self, ran: set[str], facts: Facts) -> Iterator[Diagnosis]:
        """Some ran, but more are asked for."""
        starts = [e for e in facts.history.of("container", "start") if e.id in ran]
        if len(starts) > len(ran):
            name = self.name_of(starts[-1].id, facts)
            message = f"`{name}` was started again: that is still the same container."
            yield Diagnosis("same-container", f"{message} `docker run` makes a new one.", self.run())
        made = f" from `{self.short}`" if self.image else ""
        yield Diagnosis("ran-too-few", f"{len(ran)} of {self.times} containers ran{made} so far.", self.run())

    def ended_badly(self, facts: Facts) -> Iterator[Diagnosis]:
        """One is not done yet, or ended with another code."""
        for found in self.new(facts):
            if self.is_it(found, facts):
                yield from not_ended(found, self.again(found))
        here = {found.id for found in self.new(facts)}
        for event in facts.history.of("container", "die"):
            code, image = event.attributes.get("exitCode", ""), event.attributes.get("image")
            if self.fits(event, facts) and code.isdecimal() and int(code) != self.code:
                name = event.attributes.get("name", "")
                yield ended(name, int(code), *self.run(image), here=event.id in here)

    def is_it(self, found: Container, facts: Facts) -> bool:
        """Whether this is such a container: by name and by image."""
        return self.named in (None, found.name) and self.is_from(found.image, found.image_id, facts)

    def name_of(self, container_id: str, facts: Facts) -> str:
        """What a container that was started, or is here, is called."""
        events = facts.history.of("container", "start", "die")
        heard = [event.attributes.get("name", "") for event in events if event.id == container_id]
        return next((c.name for c in facts[CONTAINERS] if c.id == container_id), heard[-1] if heard else "")
