"""What Dockyard needs of the machine, and whether it is here."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from dockyard.system.kernel import KernelProblem, kernel_problems

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"  # not in the PATH of Debian's ordinary users


@dataclass(frozen=True)
class Requirement:
    """One thing that must be here, and the command that brings it."""

    name: str
    why: str
    present: bool
    fix: str
    package: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class _Tool:
    commands: tuple[str, ...]
    package: str
    why: str
    optional: bool = False


_TOOLS = (
    _Tool(("dockerd",), "docker.io", "It is the engine."),
    _Tool(("containerd",), "containerd", "The engine runs containers through it."),
    _Tool(("runc",), "runc", "It starts the containers."),
    _Tool(("docker",), "docker-cli", "It is the command that the lessons teach."),
    _Tool(("docker-registry",), "docker-registry", "It is the hub."),
    _Tool(("rootlesskit",), "rootlesskit", "It keeps the engine away from the rest of the machine."),
    _Tool(("slirp4netns",), "slirp4netns", "It connects the engine to the network."),
    _Tool(("newuidmap", "newgidmap"), "uidmap", "They give the engine users of its own."),
    _Tool(("iptables",), "iptables", "The engine connects containers with it."),
    _Tool(("ip",), "iproute2", "The engine's network is set up with it."),
    _Tool(("mmdebstrap",), "mmdebstrap", "It makes the practice image ubuntu."),
    _Tool(("as", "ld"), "binutils", "They make the practice image hello-world."),
    _Tool(("unpigz",), "pigz", "With it the engine unpacks images faster.", optional=True),
    _Tool(("skopeo",), "skopeo", "It copies real images from Docker Hub to the hub.", optional=True),
)


def requirements() -> list[Requirement]:
    """Everything that is needed, here or not. Looks only, changes nothing."""
    return [*(_required(tool) for tool in _TOOLS), *_proxy(), *map(_kernel_required, kernel_problems())]


def missing() -> list[Requirement]:
    """What is not here and must be."""
    return [each for each in requirements() if not each.present and not each.optional]


def missing_packages() -> list[str]:
    """The packages that bring what is missing, for apt-get."""
    return list(dict.fromkeys(each.package for each in missing() if each.package))


def install_command(packages: list[str]) -> str:
    """The command that installs packages, as it has to be typed by this user."""
    return f"{sudo()}apt-get install -y --no-install-recommends {' '.join(packages)}"


def sudo() -> str:
    """What an ordinary user has to type before a command for root."""
    return "" if os.geteuid() == 0 else "sudo "


def find(command: str) -> str | None:
    """Where a command is, also one that ordinary users have no path to."""
    return shutil.which(command, path=f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")


def _required(tool: _Tool) -> Requirement:
    present = all(map(find, tool.commands))
    package = tool.package
    if package == "docker-cli" and not present and not _has_package_docker_cli():
        package = "docker.io"
    fix = install_command([package])
    return Requirement(", ".join(tool.commands), tool.why, present, fix, package, tool.optional)


def _proxy() -> Iterator[Requirement]:
    """RootlessKit's helper for published ports; version 3 does without."""
    if not find("rootlesskit"):
        return
    present = bool(find("rootlesskit-docker-proxy")) or _rootlesskit_version() >= 3
    why = "It makes published ports of containers reachable."
    fix = install_command(["--reinstall", "rootlesskit"])
    yield Requirement("rootlesskit-docker-proxy", why, present, fix, "rootlesskit")


def _rootlesskit_version() -> int:
    said = subprocess.run(["rootlesskit", "--version"], capture_output=True, text=True, check=False)
    number = said.stdout.strip().rpartition(" ")[2].partition(".")[0]
    return int(number) if number.isdigit() else 0


def _has_package_docker_cli() -> bool:
    """Whether the command has a package of its own here; Debian split it off in version 13."""
    if shutil.which("apt-cache"):
        command = ["apt-cache", "policy", "docker-cli"]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if "Candidate:" in said:
            return "Candidate: (none)" not in said
    release = _os_release()
    number = release.get("VERSION_ID", "0").partition(".")[0]
    return release.get("ID") == "debian" and number.isdigit() and int(number) >= 13


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _kernel_required(found: KernelProblem) -> Requirement:
    return Requirement(found.name, found.why, found.present, found.fix)
