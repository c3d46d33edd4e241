"""`volume: NAME` that `is: present`, `created`, `removed` or `absent`."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import Goal
from checker.conditions.image.blockers import unblock
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectVolume, Need
from checker.facts.objects import Event, Volume
from checker.verdict import Diagnosis

NAMELESS = re.compile(r"[0-9a-f]{64}")  # as Docker calls a volume for which nobody chose a name


class _AboutVolume(Goal, frozen=True, kw_only=True):
    volume: str

    @property
    def create(self) -> str:
        """The command that makes it."""
        return shell_command("docker", "volume", "create", self.volume)

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The volume as it is now."""
        return (InspectVolume(self.volume),)

    def happened(self, facts: Facts, *actions: str) -> bool:
        """Whether this was done to a volume of this name."""
        return any(name_of(event) == self.volume for event in facts.history.of("volume", *actions))

    def why_not_here(self, facts: Facts) -> Iterator[Diagnosis]:
        """One of another name or of none was made, or it was here."""
        made = [name_of(event) for event in facts.history.of("volume", "create", recent=True)]
        for name in reversed(made):
            if is_typo(name, self.volume):
                message = f"You made the volume `{name}`; the one asked for is `{self.volume}`."
                yield Diagnosis(
                    "volume-typo", message, (self.create, shell_command("docker", "volume", "rm", name))
                )
        if self.happened(facts, "create", "destroy", "remove"):
            message = f"The volume `{self.volume}` was here, and it has been removed again, with all in it."
            yield Diagnosis("volume-gone-again", message, (self.create,))
        if any(is_anonymous(name) for name in made):
            message = "A volume without a name of its own was made: nobody will find it again by name."
            why = f"In `--volume {self.volume}:/FOLDER`, the name stands in front of the colon."
            yield Diagnosis("volume-anonymous", f"{message} {why}", (self.create, "docker volume ls"))
        yield Diagnosis("no-volume", f"There is no volume `{self.volume}` on this engine.", (self.create,))


class VolumePresent(_AboutVolume, frozen=True, kw_only=True, tag="present"):
    """The volume is on the engine now."""

    example: ClassVar[str] = "volume: notes\nis: present"

    def evidence(self, facts: Facts) -> str | None:
        """That it is here."""
        return f"The volume `{self.volume}` is here." if facts[InspectVolume(self.volume)] else None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What was made instead, or nothing."""
        return self.why_not_here(facts)


class VolumeCreated(_AboutVolume, frozen=True, kw_only=True, tag="created"):
    """The volume is here, and was made since the lesson was started."""

    example: ClassVar[str] = "volume: notes\nis: created"

    def evidence(self, facts: Facts) -> str | None:
        """That it is here, and is new."""
        new = facts[InspectVolume(self.volume)] and self.is_new(facts)
        return f"The volume `{self.volume}` was made." if new else None

    def is_new(self, facts: Facts) -> bool:
        """An old one must have gone first: Docker notes a making even where there is one already."""
        old = facts.history.began_with(Volume, self.volume)
        return not old or self.happened(facts, "destroy", "remove")

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is old, or was never made."""
        if facts[InspectVolume(self.volume)]:
            message = f"The volume `{self.volume}` was here from the start; this step wants it made anew."
            again = (shell_command("docker", "volume", "rm", self.volume), self.create)
            yield Diagnosis("volume-already-here", message, again)
        yield from self.why_not_here(facts)


class _VolumeGone(_AboutVolume, frozen=True, kw_only=True):
    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """Who may be using it."""
        return (CONTAINERS,)

    def still_here(self, facts: Facts) -> Iterator[Diagnosis]:
        """It can be removed once no container is made with it, not even a stopped one."""
        if not facts[InspectVolume(self.volume)]:
            return
        rm = shell_command("docker", "volume", "rm", self.volume)
        users = tuple(c for c in facts[CONTAINERS] if any(m.source == self.volume for m in c.mounts))
        if users:
            message = f"The volume `{self.volume}` is mounted by {join_words(c.name for c in users)}."
            why = "Docker keeps it as long as such a container exists, even a stopped one."
            yield Diagnosis("volume-in-use", f"{message} {why}", (*unblock(users), rm))
        yield Diagnosis("volume-still-here", f"The volume `{self.volume}` is still here, unused.", (rm,))


class VolumeRemoved(_VolumeGone, frozen=True, kw_only=True, tag="removed"):
    """The volume was here since the lesson was started, and is gone."""

    example: ClassVar[str] = "volume: notes\nis: removed"

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        heard = self.happened(facts, "create", "destroy", "remove")
        was_here = heard or facts.history.had(Volume, self.volume)
        if facts[InspectVolume(self.volume)] or not was_here:
            return None
        return f"The volume `{self.volume}` was here, and it is gone."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Somebody uses it, or nothing was done."""
        yield from self.still_here(facts)
        message = f"No volume `{self.volume}` has been on this engine since the lesson was started."
        mend = (self.create, shell_command("docker", "volume", "rm", self.volume))
        yield Diagnosis("volume-never-here", f"{message} There was nothing to remove.", mend)


class VolumeAbsent(_VolumeGone, frozen=True, kw_only=True, tag="absent"):
    """There is no such volume now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "volume: notes\nis: absent"

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectVolume(self.volume)] else f"There is no volume `{self.volume}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is here."""
        return self.still_here(facts)


def name_of(event: Event) -> str:
    """The name of the volume that an event is about; Podman writes it among the attributes."""
    return event.id or event.attributes.get("name", "")


def is_anonymous(name: str) -> bool:
    """Whether it is a name that Docker made up."""
    return NAMELESS.fullmatch(name) is not None
