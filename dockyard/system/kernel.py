"""What Dockyard needs from the kernel and the user: namespaces, a tunnel device, user ids."""

import os
import platform
import pwd
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IDS = 65536  # subordinate ids that the engine's containers may use
TUN = Path("/dev/net/tun")
_RANGES = (Path("/etc/subuid"), Path("/etc/subgid"))
_SYSCTLS = Path("/proc/sys")
_SETTINGS = {  # setting: value that forbids namespaces, value that allows them
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "user.max_user_namespaces": ("0", "28633"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
}


@dataclass(frozen=True)
class KernelFeature:
    """One thing that Dockyard needs, whether it is there, and the command that enables it."""

    name: str
    why: str
    present: bool
    fix: str


def kernel_features() -> list[KernelFeature]:
    """Everything that is needed from the kernel and for this user."""
    user = user_name(os.geteuid())
    ranges = KernelFeature(
        f"{IDS} subordinate ids for {user}",
        "Users inside containers are mapped to them.",
        not lacking_ranges(user),
        f"{sudo()}{' '.join(range_command(user))}",
    )
    return [_kernel(), _namespaces(), ranges, _tunnel()]


def user_name(uid: int) -> str:
    """The user's name, or the number if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def lacking_ranges(user: str) -> list[Path]:
    """The files in which this user has fewer subordinate ids than are needed."""
    return [file for file in _RANGES if sum(count for _, count in _ranges(file, user)) < IDS]


def range_command(user: str) -> list[str]:
    """The command that gives the user a range that no other user has."""
    ends = [start + count for file in _RANGES for start, count in _ranges(file)]
    start = max([100000, *ends])
    span = f"{start}-{start + IDS - 1}"
    options = [word for file in lacking_ranges(user) or _RANGES for word in (f"--add-{file.name}s", span)]
    return ["usermod", *options, user]


def _ranges(file: Path, user: str | None = None) -> Iterator[tuple[int, int]]:
    """Start and length of the ranges in a file: all of them, or those of one user."""
    names = {user, _uid(user)} if user else set()
    try:
        text = file.read_text()
    except OSError:
        return
    for line in text.splitlines():
        name, _, numbers = line.partition(":")
        found = re.fullmatch(r"(\d+):(\d+)", numbers.strip())
        if found and (user is None or name in names):
            yield int(found[1]), int(found[2])


def _uid(user: str) -> str:
    try:
        return str(pwd.getpwnam(user).pw_uid)
    except KeyError:
        return user


def _kernel() -> KernelFeature:
    found = re.match(r"(\d+)\.(\d+)", platform.release())
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    return KernelFeature(
        "Linux 5.11 or newer",
        f"Older kernels cannot stack an image's layers for an ordinary user. "
        f"This is {platform.system()} {platform.release()}.",
        platform.system() == "Linux" and version >= (5, 11),
        f"{sudo()}apt-get full-upgrade && {sudo()}reboot",
    )


def _namespaces() -> KernelFeature:
    setting = next((name for name, (bad, _) in _SETTINGS.items() if _current_value(name) == bad), None)
    allowed = _can_create_namespace()
    why = "The engine runs in a user namespace of its own."
    fix = "unshare --user --map-root-user true"
    if setting and not allowed:
        assignment = f"{setting}={_SETTINGS[setting][1]}"
        kept = "/etc/sysctl.d/60-dockyard.conf"
        why += f" The kernel's setting {setting} = {_SETTINGS[setting][0]} forbids it."
        fix = f"echo {assignment} | {sudo()}tee {kept} && {sudo()}sysctl -p {kept}"
    elif not allowed:
        why += " It is forbidden here, as in some containers; this command shows why."
    return KernelFeature("user namespaces", why, allowed, fix)


def _can_create_namespace() -> bool:
    """Try to create one. Some systems allow that only to certain programs, such as RootlessKit."""
    return _succeeds("unshare", "--user", "--map-root-user", "true") or _succeeds("rootlesskit", "true")


def _succeeds(*command: str) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _current_value(setting: str) -> str | None:
    try:
        return (_SYSCTLS / setting.replace(".", "/")).read_text().strip()
    except OSError:
        return None


def _tunnel() -> KernelFeature:
    exists = TUN.exists()
    return KernelFeature(
        str(TUN),
        "The engine's network goes through it."
        + (" The device exists, but this user may not open it." if exists and not _can_open(TUN) else ""),
        exists and _can_open(TUN),
        f"{sudo()}chmod 0666 {TUN}" if exists else f"{sudo()}{_MAKE_TUNNEL}",
    )


_MAKE_TUNNEL = (
    f"sh -c 'modprobe tun; test -e {TUN} || {{ mkdir -p {TUN.parent}; mknod -m 0666 {TUN} c 10 200; }}'"
)


def _can_open(device: Path) -> bool:
    try:
        os.close(os.open(device, os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def sudo() -> str:
    """What this user has to type before a command that needs root."""
    return "" if os.geteuid() == 0 else "sudo "
