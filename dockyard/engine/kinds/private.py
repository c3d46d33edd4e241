"""The private engine: dockerd and the registries in namespaces of their own. It can be thrown away.

RootlessKit creates the namespaces, for an ordinary user and for root alike. Whatever the learner
does inside, the machine's own images, networks and firewall rules are out of reach.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from checker.sources.endpoint import Endpoint
from dockyard.engine.base import GUARDED, HUB, EngineStatus, kind
from dockyard.engine.folder import EngineFolder
from dockyard.engine.health import Health
from dockyard.engine.port_allocation import PortRecord, Ports
from dockyard.engine.process import EngineProcess
from dockyard.engine.registries import ACCOUNT
from dockyard.engine.setup import EngineSetup, last_errors
from dockyard.errors import DockyardError, EngineFailed, HomeError
from dockyard.home import Home
from dockyard.system import cache
from dockyard.system.locks import try_lock
from dockyard.system.waiting import wait_until

if TYPE_CHECKING:
    from checker.sources.registries import Access

# All in seconds.
START_TIMEOUT = 120.0  # for a live engine to answer
REGISTRIES_TIMEOUT = 60.0  # for the registries, once the engine answers
REPAIR_TIMEOUT = 2.0  # for a registry that was killed to be restarted by its loop
STOP_TIMEOUT = 3.0  # for containers and engine to stop
COMMAND_TIMEOUT = 300.0  # for another Dockyard command to finish


@kind("private")
class PrivateEngine:
    """The private engine of a home; see `ManagedEngine` for what each method promises."""

    name = "Dockyard's private engine"
    is_ours = True

    def __init__(self, home: Home) -> None:
        self.home = home
        self._folder = EngineFolder(home)
        self._setup = EngineSetup(self._folder)
        self._process = EngineProcess(self._folder.alive_lock, self._setup.mark)
        self._ports = PortRecord(self._folder.ports)
        self._health = Health(self._folder.docker_host, self._ports)

    @property
    def endpoint(self) -> Endpoint:
        """The socket in the home."""
        return Endpoint(self._folder.docker_host, self.name, chosen=True)

    @property
    def docker_config(self) -> Path:
        """A folder without plugins and without the learner's own logins."""
        return self._folder.docker_config

    def prepare(self) -> None:
        """Create the folders of the home and of the engine."""
        self.home.prepare()
        self._folder.prepare()

    def status(self) -> EngineStatus:
        """What answers now."""
        self.home.refuse_foreign_runtime()
        return self._health.status()

    def is_started(self) -> bool:
        """Whether its socket is there."""
        return self._folder.socket.exists()

    def ports(self) -> Ports | None:
        """Where the registries are on this machine; None until the engine was started once."""
        return self._ports.last_used()

    def registries(self) -> "Mapping[str, Access]":
        """Both registries, at their ports on this machine."""
        from checker.sources.registries import Access  # 15 ms: only for those who judge

        ports = self.ports() or Ports()
        return {
            HUB: Access(f"http://127.0.0.1:{ports.hub}"),
            GUARDED: Access(f"http://127.0.0.1:{ports.guarded}", ACCOUNT),
        }

    def registry_logs(self) -> Mapping[str, Path]:
        """The error logs of both registries."""
        registries = self._setup.registries
        return {HUB: registries.hub.errors, GUARDED: registries.guarded.errors}

    def up(self) -> EngineStatus:
        """Make engine and registries answer, whatever state they are in."""
        with self._one_command_at_a_time():
            self.prepare()
            self._bring_up()
        return self.status()

    def down(self) -> None:
        """End every process."""
        self.home.refuse_foreign_runtime()
        if not self._folder.path.exists() and not self._process.first_process_runs():
            return
        with self._one_command_at_a_time():
            self._end(STOP_TIMEOUT)
            with suppress(OSError):
                self.home.runtime.rmdir()

    def renew(self) -> EngineStatus:
        """Put the data root aside and start afresh, which is much quicker than to delete it."""
        with self.stopped():
            self._setup.discard_data()
        return self.status()

    @contextmanager
    def stopped(self) -> Iterator[tuple[Path, ...]]:
        """Kill it, without waiting for containers, and start it again after the block."""
        with self._one_command_at_a_time():
            self.prepare()
            self._end(0)
            yield self._folder.data, self._folder.docker_config, self._folder.guarded
            self._bring_up()

    def delete_discarded(self) -> None:
        """Delete the old data roots."""
        cache.remove(self._folder.trash)

    @contextmanager
    def _one_command_at_a_time(self) -> Iterator[None]:
        try:
            self.home.make()
            self._folder.path.mkdir(exist_ok=True)
            with self._folder.command_lock.open("a") as file:
                if not wait_until(lambda: try_lock(file.fileno()), COMMAND_TIMEOUT):
                    raise EngineFailed("Another Dockyard command is working on this engine.")
                yield
        except OSError as error:
            raise self.home.unusable(error, f"df -h '{self.home.path}'") from error

    def _bring_up(self) -> None:
        self._setup.shorten_logs()
        if self._process.alive() and self._engine_answers() and self._is_complete(REPAIR_TIMEOUT):
            return
        self._end(0)
        self._start()

    def _start(self) -> None:
        for ports in self._ports.candidates():
            self._launch(ports)
            if self._engine_answers():
                break
            if "address already in use" not in last_errors(self._folder.log):
                raise self._failure("The private engine does not start.", self._folder.log)
        else:
            raise EngineFailed("No port is free for the hub.", ("ss -ltn",))
        if not self._is_complete(REGISTRIES_TIMEOUT):
            registries = self._setup.registries
            silent = registries.guarded if self._health.hub_answers() else registries.hub
            raise self._failure("The engine starts, but its hub does not.", silent.errors)

    def _launch(self, ports: Ports) -> None:
        self._setup.configure()
        self._ports.remember(ports)
        self._process.launch(self._setup.command(ports), self._setup.env(), self._folder.log)

    def _engine_answers(self) -> bool:
        """Wait for an answer. Returns False if the engine is gone; raises if it lives and is silent."""
        socket = self._folder.socket
        answered = False

        def decided() -> bool:
            nonlocal answered
            answered = socket.exists() and self._health.engine_answers()
            return answered or not self._process.alive()

        if not wait_until(decided, START_TIMEOUT):
            raise EngineFailed(
                f"The private engine runs, but has not answered for {START_TIMEOUT:.0f} s.",
                ("dockyard down", "dockyard up"),
            )
        if answered:
            socket.chmod(0o600)  # dockerd lets the group in
        return answered

    def _is_complete(self, timeout: float) -> bool:
        """Whether an engine that answers has everything that belongs to it."""
        return not self._process.lacks_child("slirp4netns") and wait_until(
            self._health.everything_answers, timeout
        )

    def _end(self, timeout: float) -> None:
        if not self._process.end(timeout):
            raise EngineFailed(
                f"Processes of the engine in {self._folder.path} do not end.",
                (f"fuser -v '{self._folder.alive_lock}'",),
            )
        self._setup.remove_leftovers()

    def _failure(self, what: str, log: Path) -> DockyardError:
        errors = last_errors(log)
        self._end(0)
        if "no space left" in errors:
            return HomeError(
                f"There is no space left for {self.home.path}.",
                (f"df -h '{self.home.path}'", "DOCKYARD_HOME=/another/folder dockyard up"),
            )
        from dockyard.system.requirements import missing_error

        return missing_error() or EngineFailed(
            f"{what} Its last messages:\n{errors}", ("dockyard doctor", f"less '{log}'")
        )
