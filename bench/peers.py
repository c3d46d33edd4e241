"""What Dockyard is held against: the same work done with next to nothing round it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.rig import Rig, run, wait
from checker.session.journal import Journal
from checker.session.record import Record
from checker.session.wake import Listener
from checker.verdict import Outcome
from dockyard.engine.kinds import engine_of
from dockyard.system.http import get, get_object

_INSIDE = 'rm -rf /run/docker /run/containerd; "$1" serve "$2" & shift 2; exec "$@"'
_ONE_LIST = "import sys, docker; docker.APIClient(base_url=sys.argv[1], version=sys.argv[2]).images()"


class Prototype:
    """Engine and hub as one would start them by hand: RootlessKit, docker-registry and dockerd."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, _free_port()
        self._socket = folder / "docker.sock"
        self._host = f"unix://{self._socket}"
        self._rootlesskit: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        (folder / "hub.yml").write_text(json.dumps(self._registry()))
        (folder / "daemon.json").write_text("{}")

    def up(self) -> None:
        """Start it, and wait until both answer."""
        with (self._folder / "log").open("ab") as log:
            self._rootlesskit = subprocess.Popen(
                self._command(),
                env=os.environ | {"XDG_RUNTIME_DIR": str(self._folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait(lambda: self._socket.exists() and get(self._host, "/_ping") is not None, "a bare engine")
        wait(lambda: get(f"127.0.0.1:{self._port}", "/v2/") is not None, "a bare hub")

    def down(self) -> None:
        """End it: the namespace of its processes ends with its first one."""
        if self._rootlesskit is not None:
            self._rootlesskit.send_signal(signal.SIGKILL)
            self._rootlesskit.wait()
            wait(
                lambda: get(f"127.0.0.1:{self._port}", "/v2/") is None and get(self._host, "/_ping") is None,
                "its end",
            )
            self._rootlesskit = None
        self._socket.unlink(missing_ok=True)
        shutil.rmtree(self._folder / "rk", ignore_errors=True)

    def _registry(self) -> dict[str, Any]:
        return {
            "version": 0.1,
            "storage": {"filesystem": {"rootdirectory": str(self._folder / "hub")}},
            "http": {"addr": f"127.0.0.1:{self._port}"},
        }

    def _command(self) -> list[str]:
        registry = "docker-registry" if shutil.which("docker-registry") else "registry"
        folder = self._folder
        return [
            *("rootlesskit", f"--state-dir={folder}/rk", "--net=slirp4netns", "--mtu=65520"),
            *("--disable-host-loopback", "--port-driver=builtin", "--copy-up=/etc", "--copy-up=/run"),
            *(f"--publish=127.0.0.1:{self._port}:{self._port}/tcp", "--pidns"),
            *("sh", "-c", _INSIDE, "sh", registry, str(folder / "hub.yml")),
            *("dockerd", "--rootless", f"--config-file={folder}/daemon.json", f"--data-root={folder}/data"),
            *("--exec-root=/run/engine", "--pidfile=/run/engine.pid", f"--host={self._host}"),
        ]


class Arrivals:
    """When each event reaches a bare subscriber of the Docker SDK."""

    def __init__(self, rig: Rig) -> None:
        from docker import APIClient

        self._client = APIClient(base_url=engine_of(rig.home).endpoint.host, version=api_version(rig))
        self._seen: list[tuple[int, str, str]] = []
        self._stream: Any = self._client.events(since=int(time.time()), decode=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def first(self, kind: str, action: str, since: int) -> int:
        """When the first such event since then came, in nanoseconds; waits for it."""
        found: list[int] = []

        def came() -> bool:
            found[:] = [at for at, *what in self._seen if at > since and what == [kind, action]]
            return bool(found)

        wait(came, f"the event `{action}`")
        return found[0]

    def close(self) -> None:
        """Stop listening."""
        self._stream.close()
        self._client.close()

    def _listen(self) -> None:
        for event in self._stream:
            self._seen.append((time.time_ns(), event["Type"], event["Action"]))


class Ticks:
    """When each record of a passed step reaches a reader in this process, which is woken and never polls."""

    def __init__(self, rig: Rig) -> None:
        self._journal = Journal(rig.home.journal)
        self._listener = Listener(rig.home.wake)
        self._stop = threading.Event()
        self._seen: list[tuple[int, Record]] = []
        self.seq = max((record.seq for record in self._journal.records()), default=0)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def first(self, step: str, after: int) -> int:
        """When the step's first passed record after this number was read, in nanoseconds; waits for it."""
        found: list[int] = []

        def came() -> bool:
            found[:] = [
                at
                for at, record in self._seen
                if record.step == step and record.seq > after and record.outcome is Outcome.PASSED
            ]
            return bool(found)

        wait(came, f"the tick of `{step}`")
        return found[0]

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._thread.join()
        self._listener.close()
        self._journal.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            if self._listener.wait(0.5):
                new = self._journal.records(after=self.seq)
                self._seen += [(time.time_ns(), record) for record in new]
                self.seq = new[-1].seq if new else self.seq


def list_images(rig: Rig) -> None:
    """A Python process that imports the SDK and lists all images once, by the quickest call."""
    run([sys.executable, "-c", _ONE_LIST, engine_of(rig.home).endpoint.host, api_version(rig)])


def api_version(rig: Rig) -> str:
    """The newest API version that the rig's engine speaks, so that no client has to ask."""
    return str(get_object(engine_of(rig.home).endpoint.host, "/version")["ApiVersion"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
