"""`container: NAME` (or `any`), `from: IMAGE`, that `is: ran` or `is: exited`."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from checker.conditions.base import AboutImage, is_typo, listed
from checker.conditions.image_here import came_instead, misspelt
from checker.facts import CONTAINERS, Facts, History, Need
from checker.objects import Container, Event
from checker.verdict import Diagnosis

EXIT_WORDS = {
    125: "Docker itself could not run it",
    126: "the command is there but cannot be executed",
    127: "there is no such command in the image",
    137: "it was killed",
}


class _Container(AboutImage, frozen=True):
    image: str = msgspec.field(name="from")
    container: str

    @property
    def named(self) -> str | None:
        """The name it must have; None for any."""
        return None if self.container == "any" else self.container

    @property
    def run(self) -> str:
        """The command that makes such a container."""
        return f"docker run --name {self.named} {self.short}" if self.named else f"docker run {self.short}"

    def needs(self, history: History) -> Iterable[Need]:
        """The image, and all containers."""
        return (*super().needs(history), CONTAINERS)

    def suspects(self, facts: Facts) -> Iterable[Need]:
        """The containers that were created and not started: an attempt to start may have failed."""
        return (Need("container", c.id) for c in self.new(facts) if c.state == "created")

    def is_it(self, found: Container, facts: Facts) -> bool:
        """Whether this is such a container: by name and by image."""
        return self.named in (None, found.name) and self.is_from(found.image, found.image_id, facts)

    def fits(self, event: Event, facts: Facts) -> bool:
        """Whether a container event speaks of such a container."""
        if self.named and event.attributes.get("name") != self.named:
            return False
        if event.id in facts.history.start_containers:
            return False
        return self.is_from(event.attributes.get("image", ""), "", facts)

    def new(self, facts: Facts) -> tuple[Container, ...]:
        """The containers that are here and were not at the start."""
        return tuple(c for c in facts.containers if c.id not in facts.history.start_containers)

    def never_started(self, facts: Facts) -> Iterator[Diagnosis]:
        """It was created and no more, or it could not be started."""
        for found in self.new(facts):
            if found.state != "created" or not self.is_it(found, facts):
                continue
            closely = facts.container(found.id)
            if closely and closely.exit_code:
                yield exited_badly(found.name, closely.exit_code, f"docker rm {found.name}", self.run)
            message = f"The container `{found.name}` was created from `{self.short}`, and never started."
            yield Diagnosis("created-not-started", message, (f"docker start --attach {found.name}",))

    def near_misses(self, facts: Facts) -> Iterator[Diagnosis]:
        """The image was misspelt, or another one was run."""
        yield from misspelt(self.image_name, facts, (self.run,))
        others = dict.fromkeys(
            event.attributes.get("image", "")
            for event in facts.history.of("container", "start", recent=True)
            if not self.is_from(event.attributes.get("image", ""), "", facts)
        )
        for other in reversed(others):
            reason = "typo" if is_typo(other, self.short) else "other-image"
            message = f"You ran a container from `{other}`. This step wants one from `{self.short}`."
            yield Diagnosis(reason, message, (self.run,))

    def only_pulled(self, facts: Facts) -> Iterator[Diagnosis]:
        """The image is here and nothing was run from it."""
        started = any(
            self.is_from(event.attributes.get("image", ""), "", facts)
            for event in facts.history.of("container", "start")
        )
        if not started and self.image_name in facts.history.arrivals() and facts.image(self.image_name):
            message = f"The image `{self.short}` is here, but no container has run from it."
            yield Diagnosis("pulled-not-run", f"{message} Pulling only fetches.", (self.run,))
        yield from came_instead(self.image_name, facts, (self.run,))


class ContainerRan(_Container, frozen=True, tag="ran"):
    """So many different containers ran since the lesson was started, and ended well."""

    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    code: int = 0

    def evidence(self, facts: Facts) -> str | None:
        """How many ran to their end."""
        ran = self.ended_well(facts)
        if len(ran) < self.times:
            return None
        count = "A container" if self.times == 1 else f"{len(ran)} different containers"
        return f"{count} ran from `{self.short}`."

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

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Not started, ended badly, the same one again, another image, only pulled, nothing."""
        ran = self.ended_well(facts)
        if ran:
            yield from self.not_often_enough(ran, facts)
        yield from self.never_started(facts)
        yield from self.ended_badly(facts)
        yield from self.near_misses(facts)
        yield from self.only_pulled(facts)
        message = f"No container has run from `{self.short}` since the lesson was started."
        yield Diagnosis("not-run", message, (self.run,))

    def not_often_enough(self, ran: set[str], facts: Facts) -> Iterator[Diagnosis]:
        """Some ran, but more are asked for."""
        starts = [e for e in facts.history.of("container", "start") if e.id in ran]
        if len(starts) > len(ran):
            name = starts[-1].attributes.get("name", "")
            message = f"`{name}` was started again: that is still the same container."
            yield Diagnosis("same-container", f"{message} `docker run` makes a new one.", (self.run,))
        message = f"{len(ran)} of {self.times} containers ran from `{self.short}` so far."
        yield Diagnosis("ran-too-few", message, (self.run,))

    def ended_badly(self, facts: Facts) -> Iterator[Diagnosis]:
        """One runs still, or ended with another code."""
        for found in self.new(facts):
            if found.state == "running" and self.is_it(found, facts):
                yield still_running(found.name)
        for event in facts.history.of("container", "die"):
            code = event.attributes.get("exitCode", "")
            if self.fits(event, facts) and code.isdecimal():
                yield exited_badly(event.attributes.get("name", ""), int(code), self.run)


class ContainerExited(_Container, frozen=True, tag="exited"):
    """There is a stopped container of this name, made from this image, that ended well."""

    code: int = 0

    def __post_init__(self) -> None:
        if self.named is None:
            raise ValueError("`exited` needs the container's name, not `any`")

    def needs(self, history: History) -> Iterable[Need]:
        """The container itself, too: one with `--rm` is not there to stay."""
        return (*super().needs(history), Need("container", self.container))

    def evidence(self, facts: Facts) -> str | None:
        """The container as it stands."""
        found = facts.container(self.container)
        if found is None or found.state != "exited" or found.exit_code != self.code or found.auto_remove:
            return None
        if not self.is_from(found.image, found.image_id, facts):
            return None
        return f"The container `{found.name}` ran from `{self.short}` and stopped."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What is wrong with it, or with what was made instead."""
        again = (f"docker rm --force {self.named}", self.run)
        if found := facts.container(self.container):
            yield from self.wrong(found, facts, again)
        yield from self.gone_again(facts)
        yield from self.under_another_name(facts)
        yield from self.near_misses(facts)
        yield from self.only_pulled(facts)
        message = f"There is no container `{self.named}` on this engine."
        yield Diagnosis("no-container", message, (self.run,))

    def wrong(self, found: Container, facts: Facts, again: tuple[str, ...]) -> Iterator[Diagnosis]:
        """The name is right, something else is not."""
        if not self.is_from(found.image, found.image_id, facts):
            message = f"`{found.name}` was made from `{found.image}`, not from `{self.short}`."
            yield Diagnosis("wrong-image", message, again)
        if found.state in ("running", "paused", "restarting"):
            yield still_running(found.name)
        if found.exit_code not in (None, self.code):
            yield exited_badly(found.name, found.exit_code or 0, *again)
        yield from self.never_started(facts)
        if found.auto_remove:
            message = f"`{found.name}` was started with `--rm`, so it goes away as it ends."
            yield Diagnosis("container-gone", message, again)

    def gone_again(self, facts: Facts) -> Iterator[Diagnosis]:
        """It was there and has been removed."""
        for event in facts.history.of("container", "destroy", recent=True):
            if event.attributes.get("name") == self.named:
                message = f"`{self.named}` was here and is gone: removed by hand, or by `--rm` as it ended."
                yield Diagnosis("container-gone", message, (self.run,))

    def under_another_name(self, facts: Facts) -> Iterator[Diagnosis]:
        """Such a container exists, but is called something else."""
        since = {e.id for e in facts.history.of("container", "create", recent=True)}
        others = [
            c.name
            for c in self.new(facts)
            if c.id in since and self.is_from(c.image, c.image_id, facts) and c.name != self.named
        ]
        if others:
            message = (
                f"You made {listed(others)} from `{self.short}`. This step wants the name `{self.named}`."
            )
            yield Diagnosis("wrong-name", message, (f"docker rename {others[-1]} {self.named}",))


def exited_badly(name: str, code: int, *mend: str) -> Diagnosis:
    """A container ended with an unexpected code, in words where the code has a meaning."""
    words = EXIT_WORDS.get(code, "its main process said so")
    message = f"The container `{name}` ended with the code {code}: {words}."
    return Diagnosis("exited-with-error", message, (f"docker logs {name}", *mend))


def still_running(name: str) -> Diagnosis:
    """It should have ended."""
    return Diagnosis("still-running", f"The container `{name}` is still running.", (f"docker stop {name}",))
