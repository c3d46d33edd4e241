"""The machine's cache: what is made once and shared by all homes.

It is DOCKYARD_CACHE if that is set; else /var/cache/dockyard for root and, for an ordinary user,
what root has put there already; else the user's own cache folder.
A folder in it appears complete or not at all.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from dockyard.errors import HubError

Say = Callable[[str], None]


def place(name: str, env: Mapping[str, str] = os.environ) -> Path:
    """Where the folder `name` is, or would be made."""
    chosen = env.get("DOCKYARD_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / name
    shared = platformdirs.site_cache_path("dockyard") / name
    if os.geteuid() == 0 or shared.is_dir():
        return shared
    return platformdirs.user_cache_path("dockyard") / name


def complete(name: str, make: Callable[[Path], Path], say: Say) -> Path:
    """The cache's folder `name`; if it is missing, `make` builds it in a folder aside.

    `make` gets that folder, where an earlier run may have left things, and returns the part of it
    that is the result.
    """
    done = place(name)
    if done.is_dir():
        return done
    try:
        done.parent.mkdir(parents=True, exist_ok=True)
        with _alone(done.with_name(f".{name}.lock"), say):
            if not done.is_dir():
                result = make(done.with_name(f".{name}.building"))
                _open_to_all(result)
                os.sync()  # or a power cut soon after could leave empty files
                result.rename(done)
    except OSError as error:
        raise HubError(
            f"Dockyard's cache {done.parent} cannot be used: {error.strerror or error}.",
            (f"df -h '{done.parent}'", "DOCKYARD_CACHE=/another/folder dockyard up"),
        ) from error
    return done


def remove(folder: Path) -> None:
    """Delete a folder, also where files in it belong to subordinate users."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        as_subordinates("rm", "-rf", "--", str(folder))
    if folder.exists():
        raise HubError(f"{folder} cannot be deleted.", (f"sudo rm -rf '{folder}'",))


def as_subordinates(*command: str, cwd: Path | None = None) -> bool:
    """Run a command that may do with files of subordinate users what it likes; whether it did well."""
    with tempfile.TemporaryDirectory() as state:
        words = ["rootlesskit", f"--state-dir={state}/rk", *command]
        return subprocess.run(words, cwd=cwd, check=False, capture_output=True).returncode == 0


@contextmanager
def _alone(lock: Path, say: Say) -> Iterator[None]:
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another Dockyard is making this at the moment; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_to_all(tree: Path) -> None:
    tree.chmod(0o755)
    for folder, folders, files in os.walk(tree):
        for name in folders:
            Path(folder, name).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o644)
