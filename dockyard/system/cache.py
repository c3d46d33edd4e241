"""The machine's cache: what is built once and shared by all homes.

It is DOCKYARD_CACHE, if that is set. Otherwise it is /var/cache/dockyard for root, and for an ordinary
user if root has put the wanted folder there; else the user's own cache folder.
A folder in the cache is either complete or absent.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs

from dockyard.errors import HubError
from dockyard.system.locks import locked

Say = Callable[[str], None]  # shows the user a line about what goes on


def place(name: str, env: Mapping[str, str] = os.environ) -> Path:
    """Where the folder `name` is, or would be created."""
    chosen = env.get("DOCKYARD_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / name
    shared = platformdirs.site_cache_path("dockyard") / name
    if os.geteuid() == 0 or shared.is_dir():
        return shared
    return platformdirs.user_cache_path("dockyard") / name


def ensure(name: str, build: Callable[[Path], Path], say: Say) -> Path:
    """The cache's folder `name`; if it is missing, `build` creates its content in a temporary folder.

    `build` gets the path of that folder, in which a killed run may have left files, and returns the
    folder that is the result.
    """
    done = place(name)
    if done.is_dir():
        return done
    try:
        done.parent.mkdir(parents=True, exist_ok=True)
        waiting = "Another Dockyard is building this at the moment; waiting for it."
        with locked(done.with_name(f".{name}.lock"), lambda: say(waiting)):
            if not done.is_dir():
                result = build(done.with_name(f".{name}.building"))
                _make_readable_for_all(result)
                os.sync()  # otherwise a power cut soon after could leave empty files
                result.rename(done)
    except OSError as error:
        raise HubError(
            f"Dockyard's cache {done.parent} cannot be used: {error.strerror or error}.",
            (f"df -h '{done.parent}'", "DOCKYARD_CACHE=/another/folder dockyard up"),
        ) from error
    return done


def remove(folder: Path) -> None:
    """Delete a folder, even if files in it belong to subordinate users."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        as_subordinates("rm", "-rf", "--", str(folder))
    if folder.exists():
        raise HubError(f"{folder} cannot be deleted.", (f"sudo rm -rf '{folder}'",))


def as_subordinates(*command: str, cwd: Path | None = None) -> bool:
    """Run a command with all rights on the files of subordinate users; returns whether it succeeded."""
    with tempfile.TemporaryDirectory() as state:
        words = ["rootlesskit", f"--state-dir={state}/rk", *command]
        return subprocess.run(words, cwd=cwd, check=False, capture_output=True).returncode == 0


def _make_readable_for_all(tree: Path) -> None:
    tree.chmod(0o755)
    for folder, folders, files in os.walk(tree):
        for name in folders:
            Path(folder, name).chmod(0o755)
        for name in files:
            Path(folder, name).chmod(0o644)
