"""What else a container may have to have: mounts, networks, ports, health, an answer, logs.

For each attribute one function yields what is wrong with it. An attribute is right when nothing is yielded.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from checker.conditions.connections import OUTSIDE, outside
from checker.conditions.container.container import AboutContainer
from checker.conditions.container.health import NOT_HEALTHY, not_healthy
from checker.conditions.container.mounts import WRONG_MOUNT, absolute, wrong_mount
from checker.conditions.container.ports import WRONG_ANSWER, wrong_answer, wrong_port
from checker.conditions.reasons import Private, Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectNetwork, Need, ProbePort, ReadLogs
from checker.facts.objects import Container

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class NotInLogs(Reason, frozen=True, tag="not-in-logs"):
    """The container has not printed the text."""

    name: Private
    text: str
    printed_nothing: bool
    asked = "This step asks for `{text}` in the logs of the container."
    seen = "`{name}` has printed {so_far} so far."
    next = ("docker logs {name}",)

    @property
    def so_far(self) -> str:
        """What it has printed, in words."""
        return "nothing" if self.printed_nothing else "other text"


ATTRIBUTES = (*WRONG_MOUNT, *OUTSIDE, *NOT_HEALTHY, *WRONG_ANSWER, NotInLogs)


class ContainerWithAttributes(AboutContainer, frozen=True, kw_only=True):
    """A goal about a container that exists now.

    `mounts` maps a folder in the container to a volume or to a folder of this machine; `ports` maps a
    port of the container to a port of this machine.
    """

    mounts: dict[str, str] = msgspec.field(default_factory=dict)
    networks: tuple[str, ...] = ()
    ports: dict[Port, Port] = msgspec.field(default_factory=dict)
    health: Literal["healthy"] | None = None
    answers: Port | None = None
    answers_with: str | None = msgspec.field(name="answers-with", default=None)
    logs: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.answers_with and not self.answers:
            raise ValueError("`answers-with` needs `answers`: the port that is asked")

    def attribute_needs(self, keys: Iterable[str]) -> Iterator[Need[object]]:
        """What must be read to judge the attributes of the containers of these names or IDs."""
        yield from (InspectNetwork(name) for name in self.networks)
        if self.answers:
            yield ProbePort(self.answers)
        if self.logs:
            yield from (ReadLogs(key) for key in keys)

    def options(self) -> tuple[str, ...]:
        """The options of `docker run` that give a container these attributes."""
        words: list[str] = []
        for inside, outer in self.wanted_ports().items():
            words += ("--publish", f"{outer}:{inside}")
        for target, source in self.mounts.items():
            words += ("--volume", f"{source}:{target}")
        for network in self.networks[:1]:
            words += ("--network", network)
        return tuple(words)

    def wanted_ports(self) -> dict[int, int]:
        """The ports to publish. Where the lesson does not say which port answers, assume a web server's."""
        if self.answers and self.answers not in self.ports.values():
            return {**self.ports, 80: self.answers}
        return dict(self.ports)

    def with_attributes(self) -> str:
        """The attributes in words, for the evidence."""
        has = [
            *(f"`{source}` at `{target}`" for target, source in self.mounts.items()),
            *(f"the network `{name}`" for name in self.networks),
            *(f"its port {inside} at {outer}" for inside, outer in self.ports.items()),
            *([f"an answer at port {self.answers}"] if self.answers else []),
        ]
        return f", with {' and '.join(has)}" if has else ""

    def lacking(self, found: Container, facts: Facts) -> Iterator[Reason]:
        """What a container lacks, in the order in which a learner would correct it."""
        replace = self.replace_commands(found)
        for target, source in self.mounts.items():
            yield from wrong_mount(found, target, absolute(source, facts), replace)
        for network in self.networks:
            yield from outside(found, network, exists=facts[InspectNetwork(network)] is not None)
        for inside, outer in self.ports.items():
            yield from wrong_port(found, outer, inside, replace)
        if self.health:
            yield from not_healthy(found, facts)
        if self.answers:
            yield from wrong_port(found, self.answers, None, replace)
            reply = facts[ProbePort(self.answers)]
            yield from wrong_answer(found, self.answers, reply, self.answers_with or "")
        if self.logs:
            yield from self.lacks_in_logs(found, self.logs, facts)

    def lacks_in_logs(self, found: Container, text: str, facts: Facts) -> Iterator[Reason]:
        """It has not printed that text."""
        printed = facts[ReadLogs(self.named or found.id)] or ""
        if text not in printed:
            yield NotInLogs(name=found.name, text=text, printed_nothing=not printed.strip())
