"""The private engine: dockerd and the hub in namespaces of their own, thrown away at will.

RootlessKit makes the namespaces, for an ordinary user and for root alike. Whatever the learner
does in there, the machine's own images, networks and firewall rules are out of reach.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dockyard.engine.port_allocation import HUB, PortRecord, Ports
from dockyard.engine.probe import get, get_object
from dockyard.engine.process import EngineProcess, wait_until
from dockyard.engine.setup import EngineSetup, last_words
from dockyard.errors import DockyardError, EngineFailed, HomeError, MissingRequirement
from dockyard.home import Home

_START = 30.0  # seconds until an engine that is alive must answer
_REST = 10.0  # seconds until the hub of an engine that answers must answer, too
_MENDED = 2.0  # seconds within which a hub that was killed is up again by itself
_STOP = 3.0  # seconds that containers and engine may take to stop
_TURN = 90.0  # seconds until another command must be done
_AGAIN = ("dockyard down", "dockyard up")


@dataclass(frozen=True)
class EngineStatus:
    """What there is of the private engine. `notes` are sentences for the learner."""

    running: bool
    docker_host: str
    version: str | None = None
    store: str | None = None  # "containerd", or the name of the classic store's driver
    hub_address: str | None = None
    hub_running: bool = False
    notes: tuple[str, ...] = ()


class PrivateEngine:
    """The one engine of a home. Every method may be called at any time, also twice at once."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._setup = EngineSetup(home)
        self._process = EngineProcess(home.engine / "alive.lock", self._setup.mark)
        self._ports = PortRecord(home.engine / "hub.json")

    def status(self) -> EngineStatus:
        """What answers now; changes nothing."""
        self.home.refuse_foreign_runtime()
        running = get(self.home.socket, "/_ping") is not None
        info = get_object(self.home.socket, "/info", 10) if running else {}
        port = ports.hub if (ports := self.ports()) else None
        moved = port is not None and port != HUB
        return EngineStatus(
            running=running,
            docker_host=self.home.docker_host,
            version=info.get("ServerVersion"),
            store=_store(info),
            hub_address=f"localhost:{port}" if port else None,
            hub_running=running and self._hub_answers(),
            notes=(f"Port {HUB} was busy, so the hub is at localhost:{port}.",) if moved else (),
        )

    def ports(self) -> Ports | None:
        """Where the registries are on this machine; None before the engine was up for the first time."""
        return self._ports.remembered()

    def up(self) -> EngineStatus:
        """Make engine and hub answer, whatever state they are in."""
        with self._one_at_a_time():
            self.home.prepare()
            self._bring_up()
        return self.status()

    def down(self) -> None:
        """End every process; images, containers and the hub's content stay."""
        self.home.refuse_foreign_runtime()
        if not self.home.engine.exists() and not self._process.found():
            return
        with self._one_at_a_time():
            self._end(_STOP)
            with suppress(OSError):
                self.home.runtime.rmdir()

    def renew(self) -> EngineStatus:
        """Throw away what is on the engine and in the guarded registry, not in the hub; start afresh."""
        with self.asleep():
            self._setup.discard_data()
        return self.status()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """End it at once, and have it up again afterwards; its files do not change meanwhile."""
        with self._one_at_a_time():
            self.home.prepare()
            self._end(0)
            yield
            self._bring_up()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        try:
            self.home.make()
            self.home.engine.mkdir(exist_ok=True)
            with (self.home.engine / "command.lock").open("a") as file:
                if not wait_until(lambda: _locked(file.fileno()), _TURN):
                    raise EngineFailed("Another Dockyard command is at work on this engine.")
                yield
        except OSError as error:
            raise HomeError(
                f"Dockyard's home {self.home.path} cannot be used: {error.strerror or error}.",
                self._more_space(),
            ) from error

    def _more_space(self) -> tuple[str, ...]:
        return f"df -h '{self.home.path}'", "DOCKYARD_HOME=/another/folder dockyard up"

    def _bring_up(self) -> None:
        self._setup.trim_logs()
        if self._process.alive() and self._engine_answers() and self._sound(_MENDED):
            return
        self._end(0)
        self._start()

    def _start(self) -> None:
        for ports in self._ports.candidates():
            self._launch(ports)
            if self._engine_answers():
                break
            if "address already in use" not in last_words(self._setup.log):
                raise self._failure("The private engine does not start.", self._setup.log)
        else:
            raise EngineFailed("No port is free for the hub.", ("ss -ltn",))
        if not self._sound(_REST):
            registries = self._setup.registries
            silent = registries.guarded if self._hub_answers() else registries.hub
            raise self._failure("The engine starts, but its hub does not.", silent.errors)

    def _launch(self, ports: Ports) -> None:
        self._setup.configure()
        self._ports.remember(ports)
        self._process.launch(self._setup.command(ports), self._setup.env(), self._setup.log)

    def _engine_answers(self) -> bool:
        """Wait for an answer. False if the engine is gone; an error if it lives and is silent."""
        socket = self.home.socket
        answered = False

        def decided() -> bool:
            nonlocal answered
            answered = socket.exists() and get(socket, "/_ping") is not None
            return answered or not self._process.alive()

        if not wait_until(decided, _START):
            raise EngineFailed(f"The private engine runs, but has been silent for {_START:.0f} s.", _AGAIN)
        if answered:
            socket.chmod(0o600)  # dockerd lets the group in
        return answered

    def _sound(self, patience: float) -> bool:
        """Whether an engine that answers has all that belongs to it."""
        return not self._process.lacks("slirp4netns") and wait_until(
            lambda: self._hub_answers() and self._guarded_answers() and self._containerd_answers(), patience
        )

    def _hub_answers(self) -> bool:
        ports = self.ports()
        return ports is not None and get(ports.hub, "/v2/") is not None

    def _guarded_answers(self) -> bool:
        ports = self.ports()
        return ports is not None and get(ports.guarded, "/") is not None  # further in, it wants a login

    def _containerd_answers(self) -> bool:
        # dockerd brings containerd back by itself, but only after many seconds without containers.
        commit = get_object(self.home.socket, "/info").get("ContainerdCommit") or {}
        return commit.get("ID") != "N/A"

    def _end(self, patience: float) -> None:
        if not self._process.end(patience):
            raise EngineFailed(
                f"Processes of the engine in {self.home.engine} do not end.",
                (f"fuser -v '{self.home.engine / 'alive.lock'}'",),
            )
        self._setup.remove_leftovers()

    def _failure(self, what: str, log: Path) -> DockyardError:
        words = last_words(log)
        self._end(0)
        if "no space left" in words:
            return HomeError(f"There is no space left for {self.home.path}.", self._more_space())
        from dockyard.system.requirements import missing

        if lacking := missing():
            reasons = "\n".join(f"{each.name}: {each.why}" for each in lacking)
            return MissingRequirement(reasons, tuple(each.fix for each in lacking))
        return EngineFailed(f"{what} Its last words:\n{words}", ("dockyard doctor", f"less '{log}'"))


def _store(info: dict[str, Any]) -> str | None:
    status = info.get("DriverStatus") or []
    if ["driver-type", "io.containerd.snapshotter.v1"] in status:
        return "containerd"
    return info.get("Driver")


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
