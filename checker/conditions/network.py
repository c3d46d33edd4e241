"""`network: NAME` that `is: present`, `created`, `removed` or `absent`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import Goal
from checker.conditions.connections import NOT_CONNECTED, not_connected
from checker.conditions.reasons import Commands, Private, PrivateNames, Reason
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectContainer, InspectNetwork, Need
from checker.facts.objects import Event, Network


class NetworkTypo(Reason, frozen=True, tag="network-typo"):
    """A network was created whose name is within two letters of the right one."""

    network: str
    created: Private
    asked = "This step asks for the network `{network}`."
    seen = "You created the network `{created}`."
    next = ("docker network create {network}", "docker network rm {created}")


class NetworkGoneAgain(Reason, frozen=True, tag="network-gone-again"):
    """The network was here and has been removed again."""

    network: str
    seen = "The network `{network}` was here, and it has been removed again."
    next = ("docker network create {network}",)


class NoNetwork(Reason, frozen=True, tag="no-network"):
    """The network is not on this engine."""

    network: str
    seen = "There is no network `{network}` on this engine."
    next = ("docker network create {network}",)


class NetworkAlreadyHere(Reason, frozen=True, tag="network-already-here"):
    """The network is the one of the start state; the step wants a new one."""

    network: str
    asked = "This step asks for a new network `{network}`."
    seen = "The network `{network}` was here from the start."
    next = ("docker network rm {network}", "docker network create {network}")


class NetworkInUse(Reason, frozen=True, tag="network-in-use"):
    """Running containers are in the network."""

    network: str
    containers: PrivateNames
    disconnect_commands: Commands
    seen = "The network `{network}` connects {containers}."
    cause = "Docker does not remove a network in use."
    next = ("{disconnect_commands}", "docker network rm {network}")


class NetworkStillHere(Reason, frozen=True, tag="network-still-here"):
    """The network is here, and no running container is in it."""

    network: str
    seen = "The network `{network}` is still here."
    next = ("docker network rm {network}",)


class NetworkNeverHere(Reason, frozen=True, tag="network-never-here"):
    """There was no such network to remove."""

    network: str
    seen = "No network `{network}` has been on this engine since the lesson was started."
    cause = "There was nothing to remove."
    next = ("docker network create {network}", "docker network rm {network}")


NOT_HERE = (NetworkTypo, NetworkGoneAgain, NoNetwork)


class _AboutNetwork(Goal, frozen=True, kw_only=True):
    network: str

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The network as it is now."""
        return (InspectNetwork(self.network),)

    def happened(self, facts: Facts, *actions: str) -> bool:
        """Whether one of these actions was done to a network of this name."""
        return any(name_of(event) == self.network for event in facts.history.of("network", *actions))


class _NetworkHere(_AboutNetwork, frozen=True, kw_only=True):
    connects: tuple[str, ...] = ()

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The containers that should be in it."""
        return (InspectContainer(name) for name in self.connects)

    def evidence(self, facts: Facts) -> str | None:
        """The network, and the containers in it."""
        found = facts[InspectNetwork(self.network)]
        if found is None or not self.is_new(facts) or not set(self.connects) <= set(found.containers):
            return None
        members = f", and connects {join_words(self.connects)}" if self.connects else ""
        return f"The network `{self.network}` is here{members}."

    def is_new(self, facts: Facts) -> bool:  # noqa: ARG002 - for subclasses
        """Whether it is new enough: any will do."""
        return True

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is not here, it is too old, or a container is not in it."""
        found = facts[InspectNetwork(self.network)]
        if found is None:
            yield from self.why_not_here(facts)
            return
        if not self.is_new(facts):
            yield NetworkAlreadyHere(network=self.network)
        for name in self.connects:
            if name not in found.containers:
                yield from not_connected(name, facts[InspectContainer(name)], self.network)

    def why_not_here(self, facts: Facts) -> Iterator[Reason]:
        """Another network was created, or this one was removed, or nothing was done."""
        created = [name_of(event) for event in facts.history.of("network", "create", recent=True)]
        for name in reversed(created):
            if is_typo(name, self.network):
                yield NetworkTypo(network=self.network, created=name)
        if self.happened(facts, "create", "destroy", "remove"):
            yield NetworkGoneAgain(network=self.network)
        yield NoNetwork(network=self.network)


class NetworkPresent(_NetworkHere, frozen=True, kw_only=True, tag="present"):
    """The network is on the engine now, with these running containers in it."""

    example: ClassVar[str] = "network: backend\nis: present\nconnects: [web, db]"
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NOT_HERE, *NOT_CONNECTED)


class NetworkCreated(_NetworkHere, frozen=True, kw_only=True, tag="created"):
    """The network is here, and was made since the lesson was started."""

    example: ClassVar[str] = "network: backend\nis: created"
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NOT_HERE, NetworkAlreadyHere, *NOT_CONNECTED)

    def is_new(self, facts: Facts) -> bool:
        """Whether it was created, or was not here at the start."""
        return self.happened(facts, "create") or not facts.history.began_with(Network, self.network)


class NetworkRemoved(_AboutNetwork, frozen=True, kw_only=True, tag="removed"):
    """The network was here since the lesson was started, and is gone."""

    example: ClassVar[str] = "network: backend\nis: removed"
    reasons: ClassVar[tuple[type[Reason], ...]] = (NetworkInUse, NetworkStillHere, NetworkNeverHere)

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        heard = self.happened(facts, "create", "destroy", "remove")
        was_here = heard or facts.history.had(Network, self.network)
        if facts[InspectNetwork(self.network)] or not was_here:
            return None
        return f"The network `{self.network}` was here, and it is gone."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """A container is in it, or nothing was done."""
        yield from still_here(facts[InspectNetwork(self.network)])
        yield NetworkNeverHere(network=self.network)


class NetworkAbsent(_AboutNetwork, frozen=True, kw_only=True, tag="absent"):
    """There is no such network now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "network: backend\nis: absent"
    reasons: ClassVar[tuple[type[Reason], ...]] = (NetworkInUse, NetworkStillHere)

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectNetwork(self.network)] else f"There is no network `{self.network}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """It is here."""
        return still_here(facts[InspectNetwork(self.network)])


def still_here(network: Network | None) -> Iterator[Reason]:
    """Why it is still here. It can be removed once no running container is in it."""
    if network is None:
        return
    if names := network.containers:
        disconnect = ("docker", "network", "disconnect", network.name)
        commands = tuple(shell_command(*disconnect, name) for name in names)
        yield NetworkInUse(network=network.name, containers=names, disconnect_commands=commands)
    yield NetworkStillHere(network=network.name)


def name_of(event: Event) -> str:
    """The name of the network that an event is about."""
    return event.attributes.get("name", "")
