"""Why a container is not connected to a network."""

from collections.abc import Iterator

from checker.conditions.reasons import Private, PrivateNames, Reason
from checker.conditions.wording import state_in_words
from checker.facts.objects import Container

DEFAULT = "bridge"  # the network that a container gets by default


class NoContainerToConnect(Reason, frozen=True, tag="no-container-to-connect"):
    """The container that should be in the network does not exist."""

    network: str
    container: str
    seen = "There is no container `{container}` to connect to the network `{network}`."
    next = ("docker ps --all",)


class ConnectedButStopped(Reason, frozen=True, tag="connected-but-stopped"):
    """The container belongs to the network, but it does not run."""

    network: str
    container: str
    state: str
    seen = "`{container}` belongs to the network `{network}`, but it is {state}."
    cause = "Only a running container is connected."
    next = ("docker start {container}",)


class _Outside(Reason, frozen=True):
    """Base: the container `name` is not in the network, which may not exist yet."""

    network: str
    exists: bool
    name: Private
    asked = "This step asks for `{name}` in the network `{network}`."
    next = ("docker network create {missing}", "docker network connect {network} {name}")

    @property
    def missing(self) -> str:
        """The network, if it must be created first."""
        return "" if self.exists else self.network


class DefaultBridge(_Outside, frozen=True, tag="default-bridge"):
    """The container is only in the default network, where containers cannot find each other by name."""

    seen = f"`{{name}}` is in the default network, `{DEFAULT}`."
    cause = "There, containers cannot find each other by name."


class NotInNetwork(_Outside, frozen=True, tag="not-in-network"):
    """The container is not in the network."""

    networks: PrivateNames
    seen = ("`{name}` is in {networks}.", "`{name}` is in no network.")


OUTSIDE = (DefaultBridge, NotInNetwork)
NOT_CONNECTED = (NoContainerToConnect, *OUTSIDE, ConnectedButStopped)


def not_connected(name: str, found: Container | None, network: str) -> Iterator[Reason]:
    """The container of this name does not exist, is in other networks, or has stopped."""
    if found is None:
        yield NoContainerToConnect(network=network, container=name)
        return
    yield from outside(found, network, exists=True)
    yield ConnectedButStopped(network=network, container=name, state=state_in_words(found.state))


def outside(found: Container, network: str, *, exists: bool) -> Iterator[Reason]:
    """The container, running or not, is not in the network. `exists`: whether the network does."""
    if network in found.networks:
        return
    if found.networks == (DEFAULT,):
        yield DefaultBridge(network=network, exists=exists, name=found.name)
    yield NotInNetwork(network=network, exists=exists, name=found.name, networks=found.networks)
