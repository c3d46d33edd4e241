"""The root file system of the practice images: a small userland and a few packages, by mmdebstrap."""

import platform
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dockyard.errors import HubError
from dockyard.system.cache import Say

_FIELDS = "$(CREATED_BY)|$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
_MERGED_USR = Path("/usr/share/mmdebstrap/hooks/maybe-merged-usr")
_PINNED = "Package: usrmerge\nPin: release *\nPin-Priority: -1\n"  # it depends on all of Perl
_OUT = "/dockyard-packages"  # inside the userland while it is built
_KEYRING = "/usr/share/keyrings/{}-archive-keyring.gpg"


@dataclass(frozen=True)
class Distribution:
    """The distribution that this machine runs."""

    name: str
    suite: str


@dataclass(frozen=True)
class Userland:
    """What mmdebstrap built: the file tree, and packages that are not installed in it."""

    tar: Path
    packages: Path
    busybox: Path
    distribution: Distribution


def distribution() -> Distribution:
    """The distribution of this machine, with the suite of Ubuntu if it derives from Ubuntu."""
    release = platform.freedesktop_os_release()
    suite = release.get("UBUNTU_CODENAME") or release.get("VERSION_CODENAME", "")
    name = release["PRETTY_NAME"]
    return Distribution(name=re.sub(r"[^\w.()/ -]", "", name), suite=suite)


def run(command: list[str], what: str, env: dict[str, str] | None = None) -> str:
    """Run a tool and return its output. Raises HubError with its last error messages."""
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return done.stdout
    output = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    errors = [line for line in output if line.startswith(("E:", "Err", "Error"))] or output
    raise HubError(f"{what} failed:\n" + "\n".join(errors[-4:]), ("dockyard doctor", "dockyard up"))


def make_userland(recipe: Path, folder: Path, say: Say) -> Userland:
    """Build the userland in `folder`, from the package sources of this machine's apt-get."""
    found = distribution()
    say(f"Fetching a small {found.name} …")
    sources = folder / "distribution.list"
    sources.write_text("\n".join(_sources(found, folder)) + "\n")
    (folder / "usrmerge").write_text(_PINNED)
    packages = folder / "packages"
    packages.mkdir()
    tar = folder / "rootfs.tar"
    command = ["mmdebstrap", "--quiet", "--mode=unshare", "--variant=apt", "--skip=output/dev"]
    options = [*_slimming(recipe), *_setup_hooks(folder), *_customize_hooks(recipe, packages)]
    run([*command, *options, found.suite, str(tar), str(sources)], "Building the userland")
    return Userland(tar, packages, _busybox(packages, folder), found)


def lines(path: Path) -> list[str]:
    """The lines of a recipe's list, without comments."""
    text = path.read_text().splitlines()
    return [line.strip() for line in text if line.strip() and not line.startswith("#")]


def _slimming(recipe: Path) -> list[str]:
    paths = lines(recipe / "excluded.txt")
    return [
        f"--dpkgopt=path-include={path[1:]}" if path[0] == "+" else f"--dpkgopt=path-exclude={path}"
        for path in paths
    ]


def _setup_hooks(folder: Path) -> list[str]:
    proxies = run(["apt-config", "dump", "Acquire::http::Proxy"], "apt-config").splitlines()
    proxies += run(["apt-config", "dump", "Acquire::https::Proxy"], "apt-config").splitlines()
    options = [f"--aptopt={line}" for line in proxies if '""' not in line]
    if _MERGED_USR.is_dir():
        pin = f"upload {shlex.quote(str(folder / 'usrmerge'))} /etc/apt/preferences.d/usrmerge"
        options += ['--setup-hook=mkdir -p "$1/etc/apt/preferences.d"', f"--setup-hook={pin}"]
        options.append(f"--hook-dir={_MERGED_USR}")
    return options


def _customize_hooks(recipe: Path, packages: Path) -> list[str]:
    wanted = shlex.join(lines(recipe / "packages.txt"))
    fetch = (
        f'mkdir "$1{_OUT}" && cd "$1{_OUT}" && export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" && '
        f"apt-get -y --no-install-recommends --download-only install {wanted} && "
        "apt-get download busybox-static && "
        'mv "$1"/var/cache/apt/archives/*.deb .'
    )
    # The image gets neither this machine's proxies nor, until a learner enables them, its sources.
    tidy = (
        f'rm -rf "$1{_OUT}" "$1/etc/apt/preferences.d/usrmerge" '
        '"$1/etc/apt/apt.conf.d/99mmdebstrap" && cd "$1/etc/apt/sources.list.d" && '
        "mv ./*.list distribution.list.disabled"
    )
    out = f"sync-out {_OUT} {shlex.quote(str(packages))}"
    return [f"--customize-hook={hook}" for hook in (fetch, out, tidy)]


def _busybox(packages: Path, folder: Path) -> Path:
    (package,) = packages.glob("busybox-static_*.deb")
    target = folder / "busybox-static"
    run(["dpkg-deb", "--extract", str(package), str(target)], "Unpacking busybox")
    package.unlink()
    found = next(path for path in (target / "bin/busybox", target / "usr/bin/busybox") if path.exists())
    shutil.copy(target / "usr/share/doc/busybox-static/copyright", folder / "copyright")
    return found


def _sources(found: Distribution, folder: Path) -> list[str]:
    targets = _targets([]) or _targets(_fresh_lists(folder))
    suites = (found.suite, f"{found.suite}-updates", f"{found.suite}-security")
    components: dict[tuple[str, str, str], list[str]] = {}
    for created_by, origin, uri, release, component in targets:
        fits = origin in ("Debian", "Ubuntu") and component in ("main", "universe")
        if created_by == "Packages" and fits and release in suites:
            seen = components.setdefault((origin, uri, release), [])
            if component not in seen:
                seen.append(component)
    if not components:
        raise HubError(f"apt-get knows no package source for {found.name}.", ("sudo apt-get update",))
    return [
        f"deb {_signed_by(origin)}{uri} {release} {' '.join(parts)}"
        for (origin, uri, release), parts in components.items()
    ]


def _targets(options: list[str]) -> list[list[str]]:
    text = run(["apt-get", *options, "indextargets", "--format", _FIELDS], "apt-get indextargets")
    return [line.split("|") for line in text.splitlines() if line.count("|") == 4]


def _fresh_lists(folder: Path) -> list[str]:
    """Options for package lists of our own, for a machine whose lists were deleted."""
    (folder / "lists" / "partial").mkdir(parents=True)
    options = ["-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}"]
    run(["apt-get", *options, "update"], "apt-get update")
    return options


def _signed_by(origin: str) -> str:
    keyring = Path(_KEYRING.format(origin.lower()))
    return f"[signed-by={keyring}] " if keyring.exists() else ""
