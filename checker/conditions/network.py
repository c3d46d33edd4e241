"""`network: NAME` that `is: present`, `created`, `removed` or `absent`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.base import Goal
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectContainer, InspectNetwork, Need
from checker.facts.objects import Container, Network
from checker.verdict import Diagnosis

DEFAULT = "bridge"  # the network that a container gets unasked


class _AboutNetwork(Goal, frozen=True, kw_only=True):
    network: str

    @property
    def create(self) -> str:
        """The command that makes it."""
        return shell_command("docker", "network", "create", self.network)

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The network as it is now."""
        return (InspectNetwork(self.network),)

    def happened(self, facts: Facts, *actions: str) -> bool:
        """Whether this was done to a network of this name."""
        return any(e.attributes.get("name") == self.network for e in facts.history.of("network", *actions))


class _NetworkHere(_AboutNetwork, frozen=True, kw_only=True):
    connects: tuple[str, ...] = ()

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The containers that are to be in it."""
        return (InspectContainer(name) for name in self.connects)

    def evidence(self, facts: Facts) -> str | None:
        """The network, and who is in it."""
        found = facts[InspectNetwork(self.network)]
        if found is None or not self.came(facts) or not set(self.connects) <= set(found.containers):
            return None
        members = f", and connects {join_words(self.connects)}" if self.connects else ""
        return f"The network `{self.network}` is here{members}."

    def came(self, facts: Facts) -> bool:  # noqa: ARG002 - for subclasses
        """Any will do, however old."""
        return True

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Another name, gone again, too old, or somebody is not in it."""
        found = facts[InspectNetwork(self.network)]
        if found is None:
            yield from self.why_not_here(facts)
            return
        if not self.came(facts):
            message = f"The network `{self.network}` was here from the start; this step wants it made anew."
            again = (shell_command("docker", "network", "rm", self.network), self.create)
            yield Diagnosis("network-already-here", message, again)
        for name in self.connects:
            if name not in found.containers:
                yield from self.not_connected(name, facts[InspectContainer(name)])

    def why_not_here(self, facts: Facts) -> Iterator[Diagnosis]:
        """One of another name was made, or it was here."""
        made = [e.attributes.get("name", "") for e in facts.history.of("network", "create", recent=True)]
        for name in reversed(made):
            if is_typo(name, self.network):
                message = f"You made the network `{name}`; the one asked for is `{self.network}`."
                mend = (self.create, shell_command("docker", "network", "rm", name))
                yield Diagnosis("network-typo", message, mend)
        if self.happened(facts, "create", "destroy", "remove"):
            message = f"The network `{self.network}` was here, and it has been removed again."
            yield Diagnosis("network-gone-again", message, (self.create,))
        yield Diagnosis("no-network", f"There is no network `{self.network}` on this engine.", (self.create,))

    def not_connected(self, name: str, found: Container | None) -> Iterator[Diagnosis]:
        """Why a container is not in it: there is none, it has stopped, or it is elsewhere."""
        if found is None:
            message = f"There is no container `{name}` that could be in the network `{self.network}`."
            yield Diagnosis("no-container-to-connect", message, ("docker ps --all",))
            return
        yield from outside(found, self.network, exists=True)
        state = "stopped" if found.state == "exited" else found.state
        message = f"`{name}` belongs to the network `{self.network}`, but it is {state}:"
        mend = (shell_command("docker", "start", name),)
        yield Diagnosis("connected-but-stopped", f"{message} only who runs is connected.", mend)


class NetworkPresent(_NetworkHere, frozen=True, kw_only=True, tag="present"):
    """The network is on the engine now, with these running containers in it."""

    example: ClassVar[str] = "network: backend\nis: present\nconnects: [web, db]"


class NetworkCreated(_NetworkHere, frozen=True, kw_only=True, tag="created"):
    """The network is here, and was made since the lesson was started."""

    example: ClassVar[str] = "network: backend\nis: created"

    def came(self, facts: Facts) -> bool:
        """It was made, or was not here at the start."""
        return self.happened(facts, "create") or not facts.history.began_with(Network, self.network)


class NetworkRemoved(_AboutNetwork, frozen=True, kw_only=True, tag="removed"):
    """The network was here since the lesson was started, and is gone."""

    example: ClassVar[str] = "network: backend\nis: removed"

    def was_here(self, facts: Facts) -> bool:
        """Whether it was seen or heard of."""
        heard = self.happened(facts, "create", "destroy", "remove")
        return heard or facts.history.had(Network, self.network)

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and what the engine says now."""
        if facts[InspectNetwork(self.network)] or not self.was_here(facts):
            return None
        return f"The network `{self.network}` was here, and it is gone."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Somebody is in it, or nothing was done."""
        if found := facts[InspectNetwork(self.network)]:
            yield from still_here(found)
        message = f"No network `{self.network}` has been on this engine since the lesson was started."
        mend = (self.create, shell_command("docker", "network", "rm", self.network))
        yield Diagnosis("network-never-here", f"{message} There was nothing to remove.", mend)


class NetworkAbsent(_AboutNetwork, frozen=True, kw_only=True, tag="absent"):
    """There is no such network now. No evidence by itself: pair it with something done."""

    example: ClassVar[str] = "network: backend\nis: absent"

    def evidence(self, facts: Facts) -> str | None:
        """That the engine knows no such name."""
        return None if facts[InspectNetwork(self.network)] else f"There is no network `{self.network}` here."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is here."""
        if found := facts[InspectNetwork(self.network)]:
            yield from still_here(found)


def still_here(network: Network) -> Iterator[Diagnosis]:
    """It can be removed once nobody is in it."""
    rm = shell_command("docker", "network", "rm", network.name)
    if network.containers:
        message = f"The network `{network.name}` connects {join_words(network.containers)},"
        leave = (
            shell_command("docker", "network", "disconnect", network.name, name)
            for name in network.containers
        )
        yield Diagnosis("network-in-use", f"{message} and Docker removes none in use.", (*leave, rm))
    yield Diagnosis("network-still-here", f"The network `{network.name}` is still here.", (rm,))


def outside(found: Container, network: str, *, exists: bool) -> Iterator[Diagnosis]:
    """A container is not in a network, running or not."""
    if network in found.networks:
        return
    create = () if exists else (shell_command("docker", "network", "create", network),)
    mend = (*create, shell_command("docker", "network", "connect", network, found.name))
    if found.networks == (DEFAULT,):
        message = f"`{found.name}` is in the default network, `{DEFAULT}`, where containers cannot find"
        yield Diagnosis("default-bridge", f"{message} each other by name. It belongs in `{network}`.", mend)
    where = f"it is in {join_words(found.networks)}" if found.networks else "it is in none"
    yield Diagnosis("not-in-network", f"`{found.name}` is not in the network `{network}`; {where}.", mend)
