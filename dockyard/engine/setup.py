"""The private engine's configuration files, command, environment and logs."""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from dockyard.engine import control_groups
from dockyard.engine.folder import EngineFolder
from dockyard.engine.port_allocation import GUARDED_PORT, HUB_PORT, Ports
from dockyard.engine.registries import RegistryServers

_INSIDE = Path(__file__).with_name("inside.sh")
_PROXY = Path(__file__).with_name("proxy.sh")
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_LOG_LIMIT = 4 << 20  # bytes
_NOT_AN_ERROR = re.compile(
    r"level=(?:debug|info|warning)\b|^\[rootlesskit:[^]]*\] error: (?:command \[|child exited)"
)
_LOG_FIELD = re.compile(r'.*?\bmsg="((?:[^"\\]|\\.)*)"')


class EngineSetup:
    """Sets up the private engine whose files are in `folder`."""

    def __init__(self, folder: EngineFolder) -> None:
        self._folder = folder
        self.registries = RegistryServers(folder)
        self._daemon, self._proxy = folder.path / "daemon.json", folder.path / "docker-proxy"
        self.mark = f"--state-dir={folder.state}"  # only this engine's first process has this argument

    def configure(self) -> None:
        """Write the configuration of engine and registries, and empty the logs."""
        daemon: dict[str, object] = {"registry-mirrors": [f"http://127.0.0.1:{HUB_PORT}"]}
        if store := os.environ.get("DOCKYARD_STORE"):  # an engine that has only one store ignores this
            daemon["features"] = {"containerd-snapshotter": store == "containerd"}
        self._daemon.write_text(json.dumps(daemon))
        self.registries.configure()
        self._proxy.write_text(_PROXY.read_text())
        self._proxy.chmod(0o700)
        self.shorten_logs(0)

    def command(self, ports: Ports) -> list[str]:
        """The command that starts the whole engine."""
        return [*self._rootlesskit(ports), *self._inside(ports), *self._dockerd()]

    def env(self) -> dict[str, str]:
        """The engine's environment. Of this process's own, only the proxy settings are passed on."""
        names = {name for each in _PASSED_ON for name in (each, each.lower())}
        found = {name: os.environ[name] for name in names if name in os.environ}
        return found | {
            "PATH": f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}".lstrip(":"),
            "HOME": str(Path.home()),
            "XDG_RUNTIME_DIR": str(self._folder.home.runtime),
            "XDG_CONFIG_HOME": str(self._folder.path / "config"),  # dockerd writes a key there
            "XDG_DATA_HOME": str(self._folder.path / "share"),
        }

    def discard_data(self) -> None:
        """Remove what a lesson left: data root, logins, guarded images. The engine must be down.

        The data root is only moved to the trash; the next engine deletes it.
        """
        self.registries.empty_guarded()
        (self._folder.docker_config / "config.json").unlink(missing_ok=True)
        if self._folder.data.exists():
            self._folder.trash.mkdir(exist_ok=True)
            self._folder.data.rename(Path(tempfile.mkdtemp(dir=self._folder.trash)) / "data")

    def remove_leftovers(self) -> None:
        """Remove socket, state and control groups of an engine that has ended."""
        self._folder.socket.unlink(missing_ok=True)
        control_groups.clear(self._folder.data / "containers")
        shutil.rmtree(self._folder.state, ignore_errors=True)

    def shorten_logs(self, limit: int = _LOG_LIMIT) -> None:
        """Empty each log that is longer. A process that has it open continues at the new end."""
        for log in (self._folder.log, *self.registries.logs):
            with log.open("ab") as file:
                if file.tell() > limit:
                    file.truncate(0)

    def _rootlesskit(self, ports: Ports) -> list[str]:
        return [
            "rootlesskit",
            self.mark,
            "--net=slirp4netns",
            "--mtu=65520",
            "--disable-host-loopback",
            "--port-driver=builtin",
            f"--publish=127.0.0.1:{ports.hub}:{HUB_PORT}/tcp",
            f"--publish=127.0.0.1:{ports.guarded}:{GUARDED_PORT}/tcp",
            "--copy-up=/etc",
            "--copy-up=/run",
            "--pidns",
            "--propagation=rslave",
        ]

    def _inside(self, ports: Ports) -> list[str]:
        registry = "docker-registry" if shutil.which("docker-registry") else "registry"
        return ["/bin/sh", str(_INSIDE), registry, str(self._folder.path), str(ports.hub)]

    def _dockerd(self) -> list[str]:
        # Exec root and PID file are in the namespace's own /run, so they vanish with it.
        return [
            "dockerd",
            "--rootless",
            f"--config-file={self._daemon}",
            f"--data-root={self._folder.data}",
            "--exec-root=/run/engine",
            "--pidfile=/run/engine.pid",
            f"--host={self._folder.docker_host}",
            "--group=0",
            "--ip=127.0.0.1",
            *self._userland_proxy(),
            "--shutdown-timeout=1",
            "--log-level=warn",
        ]

    def _userland_proxy(self) -> list[str]:
        # RootlessKit 3 has no proxy of its own: there, dockerd asks RootlessKit for ports directly.
        own = shutil.which("rootlesskit-docker-proxy", path=self.env()["PATH"])
        return [f"--userland-proxy-path={self._proxy}"] if own else []


def last_errors(log: Path, lines: int = 3) -> str:
    """The last error messages in a log."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65536))
        text = file.read().decode(errors="replace")
    errors = [line for line in text.splitlines() if line.strip() and not _NOT_AN_ERROR.search(line)]
    return "\n".join(_LOG_FIELD.sub(r"\1", line).strip() for line in errors[-lines:])
