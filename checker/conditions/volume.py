"""`volume: NAME` that `is: present`, `created`, `removed` or `absent`."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import Goal
from checker.conditions.image.blockers import unblock
from checker.conditions.reasons import Commands, Private, PrivateNames, Reason
from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectVolume, Need
from checker.facts.objects import Event, Volume

GENERATED_NAME = re.compile(r"[0-9a-f]{64}")  # the name Docker gives to a volume that nobody named


class VolumeTypo(Reason, frozen=True, tag="volume-typo"):
    """A volume was created whose name is within two letters of the right one."""

    volume: str
    created: Private
    asked = "This step asks for the volume `{volume}`."
    seen = "You created the volume `{created}`."
    next = ("docker volume create {volume}", "docker volume rm {created}")


class VolumeGoneAgain(Reason, frozen=True, tag="volume-gone-again"):
    """The volume was here and has been removed again."""

    volume: str
    seen = "The volume `{volume}` was here, and it has been removed again with everything in it."
    next = ("docker volume create {volume}",)


class VolumeAnonymous(Reason, frozen=True, tag="volume-anonymous"):
    """A volume without a chosen name was created instead."""

    volume: str
    seen = "You created a volume without a name of its own. You cannot find it again by name."
    cause = "In `--volume {volume}:/FOLDER`, the name stands before the colon."
    next = ("docker volume create {volume}", "docker volume ls")


class NoVolume(Reason, frozen=True, tag="no-volume"):
    """The volume is not on this engine."""

    volume: str
    seen = "There is no volume `{volume}` on this engine."
    next = ("docker volume create {volume}",)


class VolumeAlreadyHere(Reason, frozen=True, tag="volume-already-here"):
    """The volume is the one of the start state; the step wants a new one."""

    volume: str
    asked = "This step asks for a new volume `{volume}`."
    seen = "The volume `{volume}` was here from the start."
    next = ("docker volume rm {volume}", "docker volume create {volume}")


class VolumeInUse(Reason, frozen=True, tag="volume-in-use"):
    """A container that exists, running or stopped, mounts the volume."""

    volume: str
    containers: PrivateNames
    remove_containers: Commands
    seen = "The volume `{volume}` is mounted by {containers}."
    cause = "Docker keeps it as long as such a container exists, even a stopped one."
    next = ("{remove_containers}", "docker volume rm {volume}")


class VolumeStillHere(Reason, frozen=True, tag="volume-still-here"):
    """The volume is here, and no container uses it."""

    volume: str
    seen = "The volume `{volume}` is still here, unused."
    next = ("docker volume rm {volume}",)


class VolumeNeverHere(Reason, frozen=True, tag="volume-never-here"):
    """There was no such volume to remove."""

    volume: str
    seen = "No volume `{volume}` has been on this engine since the lesson was started."
    cause = "There was nothing to remove."
    next = ("docker volume create {volume}", "docker volume rm {volume}")


NOT_HERE = (VolumeTypo, VolumeGoneAgain, VolumeAnonymous, NoVolume)


class _AboutVolume(Goal, frozen=True, kw_only=True):
    volume: str

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The volume as it is now."""
        return (InspectVolume(self.volume),)

    def happened(self, facts: Facts, *actions: str) -> bool:
        """Whether one of these actions was done to a volume of this name."""
        return any(name_of(event) == self.volume for event in facts.history.of("volume", *actions))

    def why_not_here(self, facts: Facts) -> Iterator[Reason]:
        """Another volume was created, or this one was removed, or nothing was done."""
        created = [name_of(event) for event in facts.history.of("volume", "create", recent=True)]
        for name in reversed(created):
            if is_typo(name, self.volume):
                yield VolumeTypo(volume=self.volume, created=name)
        if self.happened(facts, "create", "destroy", "remove"):
            yield VolumeGoneAgain(volume=self.volume)
        if any(is_anonymous(name) for name in created):
            yield VolumeAnonymous(volume=self.volume)
        yield NoVolume(volume=self.volume)


class VolumePresent(_AboutVolume, frozen=True, kw_only=True, tag="present"):
    """The volume is on the engine now."""

    example: ClassVar[str] = "volume: notes\nis: present"
    reasons: ClassVar[tuple[type[Reason], ...]] = NOT_HERE

    def evidence(self, facts: Facts) -> str | None:
        """That it is here."""
        return f"The volume `{self.volume}` is here." if facts[InspectVolume(self.volume)] else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What was created instead, or nothing."""
        return self.why_not_here(facts)


class VolumeCreated(_AboutVolume, frozen=True, kw_only=True, tag="created"):
    """The volume is here, and was created since the lesson was started."""

    example: ClassVar[str] = "volume: notes\nis: created"
    reasons: ClassVar[tuple[type[Reason], ...]] = (VolumeAlreadyHere, *NOT_HERE)

    def evidence(self, facts: Facts) -> str | None:
        """That it is here, and is new."""
        new = facts[InspectVolume(self.volume)] and self.is_new(facts)
        return f"The volume `{self.volume}` was created." if new else None

    def is_new(self, facts: Facts) -> bool:
        """Whether it is a new volume. Docker reports "create" also for a volume that exists already."""
        old = facts.history.began_with(Volume, self.volume)
        return not old or self.happened(facts, "destroy", "remove")

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is old, or was never created."""
        if facts[InspectVolume(self.volume)]:
            yield VolumeAlreadyHere(volume=self.volume)
        yield from self.why_not_here(facts)


class _VolumeGone(_AboutVolume, frozen=True, kw_only=True):
    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The containers that may use it."""
        return (CONTAINERS,)

    def still_here(self, facts: Facts) -> Iterator[Reason]:
        """Why it is still here. It can be removed once no container, not even a stopped one, mounts it."""
        if not facts[InspectVolume(self.volume)]:
            return
        users = tuple(c for c in facts[CONTAINERS] if any(m.source == self.volume for m in c.mounts))
        if users:
            names = tuple(container.name for container in users)
            yield VolumeInUse(volume=self.volume, containers=names, remove_containers=unblock(users))
        yield VolumeStillHere(volume=self.volume)


class VolumeRemoved(_VolumeGone, frozen=True, kw_only=True, tag="removed"):
    """The volume was here since the lesson was started, and is gone."""

    example: ClassVar[str] = "volume: notes\nis: removed"
    reasons: ClassVar[tuple[type[Reason], ...]] = (VolumeInUse, VolumeStillHere, VolumeNeverHere)

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        heard = self.happened(facts, "create", "destroy", "remove")
        was_here = heard or facts.history.had(Volume, self.volume)
        if facts[InspectVolume(self.volume)] or not was_here:
            return None
        return f"The volume `{self.volume}` was here, and it is gone."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """A container uses it, or nothing was done."""
        yield from self.still_here(facts)
        yield VolumeNeverHere(volume=self.volume)


class VolumeAbsent(_VolumeGone, frozen=True, kw_only=True, tag="absent"):
    """There is no such volume now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "volume: notes\nis: absent"
    reasons: ClassVar[tuple[type[Reason], ...]] = (VolumeInUse, VolumeStillHere)

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectVolume(self.volume)] else f"There is no volume `{self.volume}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is here."""
        return self.still_here(facts)


def name_of(event: Event) -> str:
    """The name of the volume that an event is about; Podman writes it among the attributes."""
    return event.id or event.attributes.get("name", "")


def is_anonymous(name: str) -> bool:
    """Whether Docker generated the name."""
    return GENERATED_NAME.fullmatch(name) is not None
