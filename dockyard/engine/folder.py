"""Where the private engine of a home keeps its files."""

from dataclasses import dataclass
from pathlib import Path

from dockyard.home import Home


@dataclass(frozen=True)
class EngineFolder:
    """The paths of one private engine. Creating this value changes nothing on disk."""

    home: Home

    @property
    def path(self) -> Path:
        """Data root, configuration and logs."""
        return self.home.path / "engine"

    @property
    def socket(self) -> Path:
        """The socket at which the engine answers."""
        return self.home.runtime / "docker.sock"

    @property
    def docker_host(self) -> str:
        """The engine's address, in the form of DOCKER_HOST."""
        return f"unix://{self.socket}"

    @property
    def state(self) -> Path:
        """RootlessKit's state folder. No other home's engine has the same path."""
        # The last part is not resolved: in /tmp, another user may create a link of this name.
        runtime = self.home.runtime
        return runtime.parent.resolve() / runtime.name / "rk"

    @property
    def data(self) -> Path:
        """dockerd's data root."""
        return self.path / "data"

    @property
    def trash(self) -> Path:
        """Old data roots. The next engine deletes them."""
        return self.path / "trash"

    @property
    def guarded(self) -> Path:
        """The storage of the guarded registry."""
        return self.path / "guarded"

    @property
    def docker_config(self) -> Path:
        """The Docker client configuration of the commands that Dockyard runs."""
        return self.path / "docker-config"

    @property
    def alive_lock(self) -> Path:
        """Locked by every process of the engine."""
        return self.path / "alive.lock"

    @property
    def command_lock(self) -> Path:
        """Locked by the command that starts, stops or empties the engine."""
        return self.path / "command.lock"

    @property
    def ports(self) -> Path:
        """The record of the registries' ports on this machine."""
        return self.path / "hub.json"

    @property
    def log(self) -> Path:
        """What RootlessKit and dockerd print."""
        return self.path / "engine.log"

    def prepare(self) -> None:
        """Create the folder, for its owner alone. Raises HomeError, and then nothing was lost."""
        try:
            self.path.mkdir(exist_ok=True)
            self.path.chmod(0o700)
        except OSError as error:
            raise self.home.unusable(error) from error
