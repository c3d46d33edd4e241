"""Where it is measured: a home of its own with engine and observer, and images by the hundred."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from checker.session.session import Session
from dockyard.engine.folder import EngineFolder
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session
from dockyard.system import cache

DOCKYARD = Path(sys.executable).with_name("dockyard")
PATIENCE = 120.0  # seconds that one command may take
REST = 0.15  # seconds without work after which something counts as quiet; the observer's own pause is 0.1


class CannotMeasure(Exception):
    """Something that was to be measured did not work, or did something else."""


class Rig:
    """A home in /tmp and what can be done with it. Gone without a trace when it is left."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._images = 0

    def dockyard(self, *words: str, code: int = 0) -> None:
        """Run one command of Dockyard to its end; `code` is how it must exit."""
        run([str(DOCKYARD), *words], code)

    def docker(self, *words: str) -> None:
        """Run one docker command to its end."""
        run(["docker", *words])

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of this home, in this process."""
        session = open_session(self.home)
        try:
            yield session
        finally:
            session.engine.close()
            session.journal.close()

    def start(self, lesson: str) -> None:
        """Begin a lesson on a fresh engine."""
        self.dockyard("start", lesson)
        self.forget_images()

    def forget_images(self) -> None:
        """The engine was started afresh, without the bench's images."""
        self._images = 0

    def begin_tracking(self, lesson: str) -> int:
        """Begin a new run of a lesson on the engine as it is; returns when, in nanoseconds."""
        with self.session() as session:
            return session.begin_tracking(lesson).since

    def fill(self, count: int) -> None:
        """Have so many images of the bench's on the engine, all different."""
        if count > self._images:
            run(["docker", "load", "--quiet"], data=_images(self._images, count))
            self._images = count

    def settle(self) -> None:
        """Wait until the observer is done with whatever has happened so far."""
        quiet(self.observer())

    def observer(self) -> list[int]:
        """The observer's process, once it is at work."""
        lock = self.home.path / "observer.lock"
        wait(lambda: lock.exists() and lock.read_text().isdecimal(), "the observer")
        return [int(lock.read_text())]

    def engine(self) -> list[int]:
        """All processes of engine and hub: RootlessKit and everything below it."""
        mark = os.fsencode(f"--state-dir={EngineFolder(self.home).state}")
        parents = {int(path.parent.name): _parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
        found = [pid for pid in parents if mark in _read(Path(f"/proc/{pid}/cmdline")).split(b"\0")]
        for pid in found:  # grows on the way, down to the last grandchild
            found += [child for child, parent in parents.items() if parent == pid and child not in found]
        return found


@contextmanager
def rig() -> Iterator[Rig]:
    """A rig whose engine is down and whose hub is filled. This process's environment points to it."""
    with ExitStack() as undo:
        home = Home(Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp")))
        undo.callback(cache.remove, home.path)
        undo.callback(lifecycle.down, home)
        for name in ("DOCKER_CONTEXT", "PYTHONDONTWRITEBYTECODE"):
            os.environ.pop(name, None)
        os.environ |= {
            # Compiled once, as where it is installed, and not again by each process.
            "PYTHONPYCACHEPREFIX": str(home.path / "compiled"),
            "DOCKYARD_HOME": str(home.path),
            "DOCKER_HOST": engine_of(home).endpoint.host,
            "DOCKER_CONFIG": str(home.path / "docker-config"),
        }
        lifecycle.up(home, lambda said: print(said, file=sys.stderr))
        lifecycle.down(home)
        yield Rig(home)


def run(command: list[str], code: int = 0, data: bytes | None = None, patience: float = PATIENCE) -> None:
    """Run a command to its end. Raises CannotMeasure when it exits otherwise than with `code`."""
    done = subprocess.run(command, input=data, capture_output=True, timeout=patience, check=False)
    if done.returncode != code:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise CannotMeasure(f"`{' '.join(command[:4])}` exited with {done.returncode}, not {code}.\n{said}")


def timed(action: Callable[[], object]) -> float:
    """How many milliseconds it takes."""
    begin = time.perf_counter()
    action()
    return 1e3 * (time.perf_counter() - begin)


def wait(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise CannotMeasure(f"{what} did not happen within {seconds:.0f} s.")
        time.sleep(0.005)


def quiet(pids: list[int], rest: float = REST, seconds: float = PATIENCE) -> None:
    """Wait until these processes have done next to nothing for a while."""
    deadline = time.monotonic() + seconds
    before = -1.0
    while (spent := _processor_time(pids)) - before > 0.02 * rest:
        if time.monotonic() > deadline:
            raise CannotMeasure(f"The processes {pids} find no rest.")
        before = spent
        time.sleep(rest)


def memory(pids: list[int]) -> float:
    """The share of the machine's memory that these processes have: the sum of their PSS, in MiB."""
    total = 0
    for pid in pids:
        for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
            if line.startswith(b"Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _processor_time(pids: list[int]) -> float:
    """Seconds that these processes have had of a processor, to the nanosecond."""
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int((_read(task).split() or [b"0"])[0]) for task in tasks) / 1e9


def _parent(stat: Path) -> int:
    return int((_read(stat).rpartition(b")")[2].split() or [b"", b"0"])[1])


def _read(path: Path) -> bytes:
    """What is in a file of /proc; empty when its process is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _images(first: int, end: int) -> bytes:
    """An archive for `docker load`: images that share one tiny layer and differ in a label."""
    layer = _tar({"bench": b"bench\n"})
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}
    files, manifest = {"layer.tar": layer}, []
    for number in range(first, end):
        labels = {"Labels": {"bench": str(number)}}
        image = {"architecture": "amd64", "os": "linux", "config": labels, "rootfs": rootfs}
        files[f"{number}.json"] = json.dumps(image).encode()
        names = [f"bench:{number}"]
        manifest.append({"Config": f"{number}.json", "RepoTags": names, "Layers": ["layer.tar"]})
    return _tar(files | {"manifest.json": json.dumps(manifest).encode()})


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
