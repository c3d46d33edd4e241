"""Installs what is missing: packages, user ids, the tunnel device.

Used by `make setup` and `dockyard doctor --fix`. Root's run installs; an ordinary user's run changes
nothing and says what root has to do.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from dockyard.errors import MissingRequirement
from dockyard.system.kernel import TUN, lacking_ranges, range_command, user_name
from dockyard.system.requirements import Requirement, find, install_command, missing, missing_packages

Say = Callable[[str], None]

_UNITS = ("docker.service", "docker.socket", "containerd.service", "docker-registry.service")
_UNIT_FOLDERS = tuple(map(Path, ("/etc/systemd/system", "/lib/systemd/system")))
_SYSTEMD = Path("/run/systemd/system")
_POLICY = Path("/usr/sbin/policy-rc.d")
_LOCK = "DPkg::Lock::Timeout=120"  # seconds to wait for another apt-get


def install(say: Say) -> None:
    """Install everything that is missing. Raises MissingRequirement for what cannot be installed."""
    if os.geteuid() != 0:
        _refuse(missing(), "Dockyard needs a few things that only root can install:")
        return
    if missing_packages():
        _install_packages(say)
    for user in _users():
        if lacking_ranges(user):
            say(f"Giving {user} a range of subordinate user ids.")
            _run(range_command(user))
    if not TUN.exists():
        say("Loading the kernel's tunnel device.")
        subprocess.run(["modprobe", "tun"], check=False, capture_output=True)
    _refuse(missing(), "Some things could not be installed:")
    say("Everything that Dockyard needs is here.")


def _refuse(absent: list[Requirement], text: str) -> None:
    if not absent:
        return
    packages = list(dict.fromkeys(each.package for each in absent if each.package))
    fixes = [install_command(packages)] if packages else []
    fixes += [each.fix for each in absent if not each.package]
    reasons = "\n".join(f"  {each.name}: {each.why}" for each in absent)
    raise MissingRequirement(f"{text}\n{reasons}", tuple(fixes))


def _users() -> list[str]:
    """Root, and the user who called it by sudo."""
    return list(dict.fromkeys([user_name(0), os.environ.get("SUDO_USER") or user_name(0)]))


def _install_packages(say: Say) -> None:
    say("Reading the package lists …")
    _run(["apt-get", "-o", _LOCK, "-q", "update"])
    packages = missing_packages()
    if not find("unpigz"):
        packages.append("pigz")  # small; it makes every pull a third faster
    say(f"Installing {' '.join(packages)} …")
    options = ["-o", _LOCK, "-q", "-y", "--no-install-recommends"]
    with _services_unchanged(say):
        _run(["apt-get", *options, "install", *packages])


@contextmanager
def _services_unchanged(say: Say) -> Iterator[None]:
    """No service of a package that is installed is started, now or at the next boot."""
    before = _units()
    with ExitStack() as undo:
        undo.callback(lambda: _disable(sorted(_units() - before), say))
        if not os.path.lexists(_POLICY):
            undo.enter_context(_service_starts_forbidden())
        yield


@contextmanager
def _service_starts_forbidden() -> Iterator[None]:
    """Tell packages not to start services, by a file that Debian defines for this."""
    previous = signal.signal(signal.SIGTERM, _end)
    try:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, previous)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _units() -> set[str]:
    return {unit for unit in _UNITS for folder in _UNIT_FOLDERS if (folder / unit).exists()}


def _disable(units: list[str], say: Say) -> None:
    if units and shutil.which("systemctl"):
        say(f"Disabling {' '.join(units)}.")
        now = ["--now"] if _SYSTEMD.is_dir() else []
        subprocess.run(["systemctl", "disable", *now, *units], check=False, capture_output=True)


def _run(command: list[str]) -> None:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-4:])
        raise MissingRequirement(f"This failed:\n{output}", (" ".join(command),))
