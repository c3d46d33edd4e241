"""What the private engine is made of: folders, configuration files, the command, its last words."""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from dockyard.engine import control_groups
from dockyard.engine.port_allocation import GUARDED, HUB, Ports
from dockyard.engine.registries import Registries
from dockyard.home import Home

_INSIDE = Path(__file__).with_name("inside.sh")
_PROXY = Path(__file__).with_name("proxy.sh")
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEPT = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_LOG_LIMIT = 4 << 20  # bytes
_CHATTER = re.compile(
    r"level=(?:debug|info|warning)\b|^\[rootlesskit:[^]]*\] error: (?:command \[|child exited)"
)
_LOG_FIELD = re.compile(r'.*?\bmsg="((?:[^"\\]|\\.)*)"')


class EngineSetup:
    """The files of one home's engine."""

    def __init__(self, home: Home) -> None:
        self._home = home
        folder = home.engine
        self.data, self.trash = folder / "data", folder / "trash"
        self.log = folder / "engine.log"
        self.registries = Registries(home)
        self._daemon, self._proxy = folder / "daemon.json", folder / "docker-proxy"
        self._logins = folder / "docker-config" / "config.json"
        runtime = home.runtime  # its last part is never followed: in /tmp anybody may plant a link
        self._state = runtime.parent.resolve() / runtime.name / "rk"
        self.mark = f"--state-dir={self._state}"  # no other home's engine has it

    def configure(self) -> None:
        """Write the configuration of engine and registries, and begin new logs."""
        daemon: dict[str, object] = {"registry-mirrors": [f"http://127.0.0.1:{HUB}"]}
        if store := os.environ.get("DOCKYARD_STORE"):  # an engine takes its usual one if it has no other
            daemon["features"] = {"containerd-snapshotter": store == "containerd"}
        self._daemon.write_text(json.dumps(daemon))
        self.registries.configure()
        self._proxy.write_text(_PROXY.read_text())
        self._proxy.chmod(0o700)
        self.trim_logs(0)

    def command(self, ports: Ports) -> list[str]:
        """The command of the whole engine, ready to be launched."""
        return [*self._rootlesskit(ports), *self._inside(ports), *self._dockerd()]

    def env(self) -> dict[str, str]:
        """All that the engine gets to know of this process's environment, proxies included."""
        names = {name for kept in _KEPT for name in (kept, kept.lower())}
        found = {name: os.environ[name] for name in names if name in os.environ}
        return found | {
            "PATH": f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}".lstrip(":"),
            "HOME": str(Path.home()),
            "XDG_RUNTIME_DIR": str(self._home.runtime),
            "XDG_CONFIG_HOME": str(self._home.engine / "config"),  # dockerd makes a key there
            "XDG_DATA_HOME": str(self._home.engine / "share"),
        }

    def discard_data(self) -> None:
        """Throw away what a lesson left on an engine that is down, its logins and guarded images, too.

        The data root is only put aside; the next engine deletes it.
        """
        self.registries.empty_guarded()
        self._logins.unlink(missing_ok=True)
        if self.data.exists():
            self.trash.mkdir(exist_ok=True)
            self.data.rename(Path(tempfile.mkdtemp(dir=self.trash)) / "data")

    def remove_leftovers(self) -> None:
        """Remove socket, state and control groups of an engine that is gone."""
        self._home.socket.unlink(missing_ok=True)
        control_groups.clear(self.data / "containers")
        shutil.rmtree(self._state, ignore_errors=True)

    def trim_logs(self, limit: int = _LOG_LIMIT) -> None:
        """Empty each log that is longer; whoever writes it goes on at its new end."""
        for log in (self.log, *self.registries.logs):
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
            f"--publish=127.0.0.1:{ports.hub}:{HUB}/tcp",
            f"--publish=127.0.0.1:{ports.guarded}:{GUARDED}/tcp",
            "--copy-up=/etc",
            "--copy-up=/run",
            "--pidns",
            "--propagation=rslave",
        ]

    def _inside(self, ports: Ports) -> list[str]:
        registry = "docker-registry" if shutil.which("docker-registry") else "registry"
        return ["/bin/sh", str(_INSIDE), registry, str(self._home.engine), str(ports.hub)]

    def _dockerd(self) -> list[str]:
        # exec root and pid file are in the namespace's own /run, so they go when it goes.
        return [
            "dockerd",
            "--rootless",
            f"--config-file={self._daemon}",
            f"--data-root={self.data}",
            "--exec-root=/run/engine",
            "--pidfile=/run/engine.pid",
            f"--host={self._home.docker_host}",
            "--group=0",
            "--ip=127.0.0.1",
            *self._userland_proxy(),
            "--shutdown-timeout=1",
            "--log-level=warn",
        ]

    def _userland_proxy(self) -> list[str]:
        # RootlessKit 3 has no proxy of its own; its dockerd asks for ports without one.
        own = shutil.which("rootlesskit-docker-proxy", path=self.env()["PATH"])
        return [f"--userland-proxy-path={self._proxy}"] if own else []


def last_words(log: Path, lines: int = 3) -> str:
    """The last lines of a log that tell of trouble."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65536))
        text = file.read().decode(errors="replace")
    said = [line for line in text.splitlines() if line.strip() and not _CHATTER.search(line)]
    return "\n".join(_LOG_FIELD.sub(r"\1", line).strip() for line in said[-lines:])
