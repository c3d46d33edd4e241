"""What a container may have to be besides: mounts, networks, ports, health, answers, logs.

Each quality is one function that tells what it lacks, used as evidence and as diagnosis alike.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from checker.conditions.container.container import AboutContainer
from checker.conditions.network import outside
from checker.conditions.volume import is_anonymous
from checker.conditions.wording import join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.needs import InspectNetwork, Need, ProbePort, ReadLogs
from checker.facts.objects import Container, Mount
from checker.verdict import Diagnosis

GOOD = range(200, 400)  # HTTP
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class ContainerWithAttributes(AboutContainer, frozen=True, kw_only=True):
    """A goal about a container as it can be looked at now.

    `mounts` maps a folder in the container to a volume, or to a folder of this machine; `ports` a
    port of the container to one of this machine.
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

    def quality_needs(self, keys: Iterable[str]) -> Iterator[Need[object]]:
        """What the qualities of the containers of these names or IDs are seen in."""
        yield from (InspectNetwork(name) for name in self.networks)
        if self.answers:
            yield ProbePort(self.answers)
        if self.logs:
            yield from (ReadLogs(key) for key in keys)

    def options(self) -> tuple[str, ...]:
        """The options of `docker run` that give it these qualities."""
        words: list[str] = []
        for inside, outer in self.wanted_ports().items():
            words += ("--publish", f"{outer}:{inside}")
        for target, source in self.mounts.items():
            words += ("--volume", f"{source}:{target}")
        for network in self.networks[:1]:
            words += ("--network", network)
        return tuple(words)

    def wanted_ports(self) -> dict[int, int]:
        """The ports to publish; a server whose port is not said is taken for a web server."""
        if self.answers and self.answers not in self.ports.values():
            return {**self.ports, 80: self.answers}
        return dict(self.ports)

    def told(self) -> str:
        """The qualities it has, for the evidence."""
        has = [
            *(f"`{source}` at `{target}`" for target, source in self.mounts.items()),
            *(f"the network `{name}`" for name in self.networks),
            *(f"its port {inside} at {outer}" for inside, outer in self.ports.items()),
            *([f"an answer at port {self.answers}"] if self.answers else []),
        ]
        return f", with {' and '.join(has)}" if has else ""

    def lacking(self, found: Container, facts: Facts) -> Iterator[Diagnosis]:
        """What a container lacks, in the order in which one would mend it."""
        for target, source in self.mounts.items():
            yield from self.lacks_mount(found, target, _place(source, facts))
        for network in self.networks:
            yield from outside(found, network, exists=facts[InspectNetwork(network)] is not None)
        for inside, outer in self.ports.items():
            yield from self.lacks_port(found, outer, inside)
        if self.health:
            yield from lacks_health(found)
        if self.answers:
            yield from self.lacks_port(found, self.answers)
            yield from self.lacks_answer(found, self.answers, facts)
        if self.logs:
            yield from self.lacks_in_logs(found, self.logs, facts)

    def lacks_mount(self, found: Container, target: str, source: str) -> Iterator[Diagnosis]:
        """Nothing is mounted there, or something else, or it is mounted elsewhere."""
        here = next((m for m in found.mounts if m.target == target.rstrip("/")), None)
        if here and here.source == source:
            return
        again, elsewhere = self.again(found), [m.target for m in found.mounts if m.source == source]
        if here and here.kind == "bind" and "/" not in source:
            message = f"At `{target}` of `{found.name}` is {_described(here)}, not the volume `{source}`."
            why = "In front of the colon, a name is a volume and a path is a folder."
            yield Diagnosis("folder-not-volume", f"{message} {why}", again)
        elif here:
            message = f"At `{target}` of `{found.name}` is {_described(here)}; this step wants `{source}`."
            yield Diagnosis("other-mount", message, again)
        elif elsewhere:
            message = (
                f"`{source}` is mounted in `{found.name}` at {join_words(elsewhere)}, not at `{target}`."
            )
            yield Diagnosis("mounted-elsewhere", message, again)
        else:
            message = (
                f"Nothing is mounted at `{target}` of `{found.name}`: what is written there goes with it."
            )
            yield Diagnosis("mount-missing", f"{message} Mounts are given when a container is made.", again)

    def lacks_port(self, found: Container, outer: int, inside: int | None = None) -> Iterator[Diagnosis]:
        """Nothing is published at that port of this machine, or the wrong port of the container."""
        wanted = [f"{inside}/tcp"] if inside else list(found.ports)
        if any(found.ports.get(port) == outer for port in wanted):
            return
        published = [f"{port.removesuffix('/tcp')} as {at}" for port, at in found.ports.items()]
        goal = f"{f'port {inside}' if inside else 'a port'} of the container as {outer}"
        if found.state != "running":
            state = "stopped" if found.state == "exited" else found.state
            message = f"`{found.name}` is {state}, and publishes ports only while it runs."
            yield Diagnosis("not-running", message, (shell_command("docker", "start", found.name),))
        elif published:
            message = f"`{found.name}` publishes its port {' and '.join(published)}. This step wants {goal}."
            yield Diagnosis("other-port", message, self.again(found))
        else:
            message = f"`{found.name}` publishes no port, so nobody outside Docker's networks can reach it."
            yield Diagnosis("port-not-published", f"{message} This step wants {goal}.", self.again(found))

    def lacks_answer(self, found: Container, port: int, facts: Facts) -> Iterator[Diagnosis]:
        """Nobody answers at the published port, or otherwise than wanted."""
        reply = facts[ProbePort(port)]
        look = (shell_command("docker", "logs", found.name), f"curl http://localhost:{port}/")
        if reply is None or not reply.status:
            inside = " or ".join(p.removesuffix("/tcp") for p, at in found.ports.items() if at == port)
            message = f"`{found.name}` publishes the port {port}, but nobody answers there. Its server may be"
            why = f"still starting, or listen on another port than {inside}, or on 127.0.0.1 inside it only."
            yield Diagnosis("no-answer-at-port", f"{message} {why}", look)
        elif reply.status not in GOOD:
            message = f"`{found.name}` answers at the port {port} with the HTTP status {reply.status}."
            yield Diagnosis("other-answer", message, look)
        elif self.answers_with and self.answers_with not in reply.text:
            message = f"`{found.name}` answers at the port {port}, but its answer does not hold"
            yield Diagnosis("other-answer", f"{message} `{self.answers_with}`.", look)

    def lacks_in_logs(self, found: Container, text: str, facts: Facts) -> Iterator[Diagnosis]:
        """It has not printed that."""
        printed = facts[ReadLogs(self.named or found.id)] or ""
        if text not in printed:
            so_far = "nothing at all" if not printed.strip() else "other things"
            message = f"`{found.name}` has printed {so_far} by now; its logs should hold `{text}`."
            yield Diagnosis("not-in-logs", message, (shell_command("docker", "logs", found.name),))


def lacks_health(found: Container) -> Iterator[Diagnosis]:
    """Its health check is missing, or does not succeed yet, or no more."""
    look = shell_command("docker", "inspect", "--format", "{{json .State.Health}}", found.name)
    match found.health:
        case "healthy":
            return
        case "starting":
            message = f"`{found.name}` is up, and its health check has not succeeded yet. Give it a moment."
            yield Diagnosis("health-starting", message, (look, "dockyard check"))
        case "unhealthy":
            message = f"`{found.name}` runs, but is unhealthy: its health check fails again and again."
            yield Diagnosis("unhealthy", message, (look, shell_command("docker", "logs", found.name)))
        case _:
            config = shell_command(
                "docker", "inspect", "--format", "{{json .Config.Healthcheck}}", found.name
            )
            message = f"`{found.name}` has no health check at work, so nobody can tell whether it is healthy."
            yield Diagnosis("no-health-check", message, (config,))


def _place(source: str, facts: Facts) -> str:
    """A volume's name as it is; a path as an absolute one, from the learner's folder on."""
    if "/" not in source or source.startswith("/"):
        return source
    return f"{facts.folder.rstrip('/')}/{source.removeprefix('./')}"


def _described(mount: Mount) -> str:
    if mount.kind == "bind":
        return f"the folder `{mount.source}` of this machine"
    return "a nameless volume" if is_anonymous(mount.source) else f"the {mount.kind} `{mount.source}`"
