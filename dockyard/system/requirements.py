"""What Dockyard needs on the machine, and whether it is there."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from dockyard.errors import MissingRequirement
from dockyard.system.kernel import KernelFeature, kernel_features, sudo

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"  # not in the PATH of Debian's ordinary users


@dataclass(frozen=True)
class Requirement:
    """One thing that Dockyard needs, whether it is there, and the command that installs it."""

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
    _Tool(("containerd",), "containerd", "It manages the containers of the engine."),
    _Tool(("runc",), "runc", "It starts the containers."),
    _Tool(("docker",), "docker-cli", "It is the command that the lessons teach."),
    _Tool(("docker-registry",), "docker-registry", "It serves the hub."),
    _Tool(("rootlesskit",), "rootlesskit", "It separates the engine from the rest of the machine."),
    _Tool(("slirp4netns",), "slirp4netns", "It connects the engine to the network."),
    _Tool(("newuidmap", "newgidmap"), "uidmap", "They give the engine its own user ids."),
    _Tool(("iptables",), "iptables", "It connects containers to networks."),
    _Tool(("ip",), "iproute2", "It sets up the engine's network."),
    _Tool(("mmdebstrap",), "mmdebstrap", "It builds the practice image ubuntu."),
    _Tool(("as", "ld"), "binutils", "They build the practice image hello-world."),
    _Tool(("unpigz",), "pigz", "It makes the engine unpack images faster.", optional=True),
    _Tool(("skopeo",), "skopeo", "It copies real images from Docker Hub to the hub.", optional=True),
)


def requirements() -> list[Requirement]:
    """Everything that is needed, present or not. Changes nothing."""
    return [*(_required(tool) for tool in _TOOLS), *_proxy(), *map(_kernel_required, kernel_features())]


def missing() -> list[Requirement]:
    """What is needed and not there."""
    return [each for each in requirements() if not each.present and not each.optional]


def missing_error() -> MissingRequirement | None:
    """The error that says what is missing, if anything is."""
    found = missing()
    if not found:
        return None
    reasons = "\n".join(f"{each.name}: {each.why}" for each in found)
    return MissingRequirement(reasons, tuple(dict.fromkeys(each.fix for each in found)))


def missing_packages() -> list[str]:
    """The packages that contain what is missing, for apt-get."""
    return list(dict.fromkeys(each.package for each in missing() if each.package))


def install_command(packages: list[str]) -> str:
    """The command that installs packages, as this user has to type it."""
    return f"{sudo()}apt-get install -y --no-install-recommends {' '.join(packages)}"


def find(command: str) -> str | None:
    """Where a command is, also in folders that are not in the PATH of ordinary users."""
    return shutil.which(command, path=f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")


def _required(tool: _Tool) -> Requirement:
    present = all(map(find, tool.commands))
    package = tool.package
    if package == "docker-cli" and not present and not _has_package_docker_cli():
        package = "docker.io"
    fix = install_command([package])
    return Requirement(", ".join(tool.commands), tool.why, present, fix, package, tool.optional)


def _proxy() -> Iterator[Requirement]:
    """RootlessKit's helper for published ports; version 3 needs none."""
    if not find("rootlesskit"):
        return
    present = bool(find("rootlesskit-docker-proxy")) or _rootlesskit_version() >= 3
    why = "It makes published ports of containers reachable."
    fix = install_command(["--reinstall", "rootlesskit"])
    yield Requirement("rootlesskit-docker-proxy", why, present, fix, "rootlesskit")


def _rootlesskit_version() -> int:
    output = subprocess.run(["rootlesskit", "--version"], capture_output=True, text=True, check=False)
    number = output.stdout.strip().rpartition(" ")[2].partition(".")[0]
    return int(number) if number.isdigit() else 0


def _has_package_docker_cli() -> bool:
    """Whether the docker command has a package of its own here, as in Debian from version 13 on."""
    if shutil.which("apt-cache"):
        command = ["apt-cache", "policy", "docker-cli"]
        policy = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if "Candidate:" in policy:
            return "Candidate: (none)" not in policy
    release = _os_release()
    number = release.get("VERSION_ID", "0").partition(".")[0]
    return release.get("ID") == "debian" and number.isdigit() and int(number) >= 13


def _os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _kernel_required(feature: KernelFeature) -> Requirement:
    return Requirement(feature.name, feature.why, feature.present, feature.fix)
