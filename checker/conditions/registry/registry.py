"""`registry: REFERENCE` that `is: present`, `pushed` or `absent`: what a registry has under a name."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import Goal
from checker.conditions.reasons import Commands, Reason
from checker.conditions.registry.push import NOT_PUSHED, OTHER_IMAGE, Push, short_digest
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need, ResolveReference
from checker.facts.objects import familiar, full_name
from checker.reference import ImageReference, InvalidReference


class StillInRegistry(Reason, frozen=True, tag="still-in-registry"):
    """The registry has the tag, and the step asks for it to be gone."""

    image: str
    next_commands: Commands
    seen = "The registry still has `{image}`, and it should not."
    cause = "`docker` has no command to remove it from there; the registry's HTTP API can."
    next = ("{next_commands}",)


class _AboutRegistry(Goal, frozen=True, rename="kebab"):
    registry: str

    def __post_init__(self) -> None:
        """Refuse a name without a registry: it would mean Docker Hub."""
        try:
            host = ImageReference.parse(self.registry).domain
        except InvalidReference:
            return  # the lesson reader reports it, with the position of the fault
        if not self.registry.startswith(f"{host}/"):
            raise ValueError(
                f"`{self.registry}` names no registry; write it as `localhost:5000/{self.registry}`"
            )

    @property
    def name(self) -> str:
        """The full name with its tag."""
        return full_name(self.registry) or self.registry

    @property
    def short(self) -> str:
        """The name as a learner types it."""
        return familiar(self.name)

    def image_names(self) -> Iterable[str]:
        """The local image of the same name."""
        return (self.name,)

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """What the registry has, and the local image of the same name."""
        return (ResolveReference(self.name), InspectImage(self.name))


class RegistryPresent(_AboutRegistry, frozen=True, tag="present"):
    """The registry has this tag now, however it came there."""

    example: ClassVar[str] = """
        registry: localhost:5000/ada/tools:1.0
        is: present
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = NOT_PUSHED

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What was named instead."""
        return Push(self.name).diagnostic_needs(facts)

    def evidence(self, facts: Facts) -> str | None:
        """Its digest."""
        remote = facts[ResolveReference(self.name)]
        return f"The registry has `{self.short}`: {short_digest(remote)}." if remote else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Why it was not pushed."""
        return Push(self.name).why_not(facts)


class RegistryPushed(_AboutRegistry, frozen=True, tag="pushed"):
    """It was pushed since the lesson was started, and the registry has what this engine has under that name.

    `same-as` names the local image that it must be.
    """

    example: ClassVar[str] = """
        registry: localhost:5000/ada/tools:1.0
        is: pushed
        same-as: busybox:musl
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NOT_PUSHED, *OTHER_IMAGE)

    same_as: str | None = None

    @property
    def original(self) -> str | None:
        """The full name of the image that it must be."""
        return (full_name(self.same_as) or self.same_as) if self.same_as else None

    def image_names(self) -> Iterable[str]:
        """The image of this name, and the one that it must be."""
        return filter(None, (self.name, self.original))

    def needs(self, history: History) -> Iterable[Need[object]]:
        """Both as they are here now, and what registries have of them."""
        return (*super().needs(history), *Push(self.name, self.original).original_needs())

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What was named instead."""
        return Push(self.name, self.original).diagnostic_needs(facts)

    def evidence(self, facts: Facts) -> str | None:
        """The push, and what the registry has."""
        push, remote, local = (
            Push(self.name, self.original),
            facts[ResolveReference(self.name)],
            facts[InspectImage(self.name)],
        )
        if remote is None or not push.done(facts) or (local and not remote.is_same_as(local)):
            return None
        if self.original and not push.is_original(remote, facts):
            return None
        return f"`{self.short}` was pushed, and the registry has it: {short_digest(remote)}."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Refused, the old build, another name, another image, not pushed, or not named."""
        return Push(self.name, self.original).why_not(facts)


class RegistryAbsent(_AboutRegistry, frozen=True, tag="absent"):
    """The registry has no such tag now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = """
        registry: localhost:5000/ada/tools:1.0
        is: absent
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (StillInRegistry,)

    def evidence(self, facts: Facts) -> str | None:
        """That the registry knows no such tag."""
        return None if facts[ResolveReference(self.name)] else f"The registry has no `{self.short}`."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is there."""
        yield StillInRegistry(image=self.short, next_commands=facts.commands.fill("reset"))
