"""Which ports of a container are published and what answers there, and what is wrong with that."""

from collections.abc import Iterator
from typing import Annotated

from checker.conditions.reasons import PRIVATE, Commands, Private, PrivateNames, Reason
from checker.conditions.wording import state_in_words
from checker.facts.objects import Container, Reply

GOOD = range(200, 400)  # HTTP
PrivatePorts = Annotated[tuple[tuple[str, int], ...], PRIVATE]  # "80/tcp", and as which port


class NotRunning(Reason, frozen=True, tag="not-running"):
    """The container does not run, so it publishes no port."""

    name: Private
    state: str
    seen = "`{name}` is {state}."
    cause = "A container publishes its ports only while it runs."
    next = ("docker start {name}",)


class _WrongPort(Reason, frozen=True):
    """Base: the container should publish a port, `inside` or any, as `port` of this machine."""

    name: Private
    port: int
    inside: int | None
    replace_commands: Commands
    asked = (
        "This step asks for port {inside} of the container, published as port {port} of this machine.",
        "This step asks for a port of the container, published as port {port} of this machine.",
    )
    next = ("{replace_commands}",)


class OtherPort(_WrongPort, frozen=True, tag="other-port"):
    """The container publishes other ports than the step asks for."""

    published: PrivatePorts
    seen = "`{name}` publishes {ports}."

    @property
    def ports(self) -> str:
        """The published ports, in words."""
        pairs = ((inside.removesuffix("/tcp"), port) for inside, port in self.published)
        return " and ".join(f"its port {inside} as {port}" for inside, port in pairs)


class PortNotPublished(_WrongPort, frozen=True, tag="port-not-published"):
    """The container publishes no port."""

    seen = "`{name}` publishes no port."
    cause = "It can be reached only inside Docker's networks."


class NoAnswerAtPort(Reason, frozen=True, tag="no-answer-at-port"):
    """The port is published, and nothing answers there."""

    name: Private
    port: int
    inside: PrivateNames
    seen = "`{name}` publishes the port {port}, but nothing answers there."
    cause = (
        "Its server may still be starting. Or it listens on another port than {inside_ports}, or only on"
        " 127.0.0.1 inside the container."
    )
    next = ("docker logs {name}", "curl http://localhost:{port}/")

    @property
    def inside_ports(self) -> str:
        """The ports of the container that are published as this one."""
        return " or ".join(self.inside)


class OtherAnswer(Reason, frozen=True, tag="other-answer"):
    """The port answers, but with an error or without the wanted text."""

    name: Private
    port: int
    status: int | None = None
    text: str = ""
    asked = "This step asks for an answer that contains `{text}`."
    seen = (
        "`{name}` answers at the port {port} with the HTTP status {status}.",
        "`{name}` answers at the port {port} with another text.",
    )
    next = ("docker logs {name}", "curl http://localhost:{port}/")


WRONG_PORT = (NotRunning, OtherPort, PortNotPublished)
WRONG_ANSWER = (*WRONG_PORT, NoAnswerAtPort, OtherAnswer)


def wrong_port(
    found: Container, port: int, inside: int | None, replace_commands: tuple[str, ...]
) -> Iterator[Reason]:
    """Nothing is published as that port of this machine, or the wrong port of the container is."""
    wanted = [f"{inside}/tcp"] if inside else list(found.ports)
    if any(found.ports.get(each) == port for each in wanted):
        return
    if found.state != "running":
        yield NotRunning(name=found.name, state=state_in_words(found.state))
    elif found.ports:
        yield OtherPort(found.name, port, inside, replace_commands, published=tuple(found.ports.items()))
    else:
        yield PortNotPublished(found.name, port, inside, replace_commands)


def wrong_answer(found: Container, port: int, reply: Reply | None, text: str) -> Iterator[Reason]:
    """Nothing answers at the published port, or the answer is an error or does not contain the text."""
    if reply is None or not reply.status:
        inside = tuple(each.removesuffix("/tcp") for each, outer in found.ports.items() if outer == port)
        yield NoAnswerAtPort(name=found.name, port=port, inside=inside)
    elif reply.status not in GOOD:
        yield OtherAnswer(name=found.name, port=port, status=reply.status)
    elif text not in reply.text:
        yield OtherAnswer(name=found.name, port=port, text=text)
