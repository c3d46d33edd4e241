"""Builds the practice images on an engine, and pushes them to its hub."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
from email.utils import formatdate
from pathlib import Path

from dockyard.engine.base import EngineStatus
from dockyard.errors import HubError
from dockyard.hub.practice.rootfs import Userland, run
from dockyard.system.cache import Say

BUSYBOX_VARIANTS = ("uclibc", "musl")
UBUNTU_TAGS = {"22.04": ("22.04",), "24.04": ("24.04", "latest")}
_PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
_GROUP = "root:x:0:\nnogroup:x:65534:\n"
_RELEASE = """\
Origin: Dockyard
Label: Dockyard practice packages
Date: {date}
SHA256:
 {sha256} {size} Packages
"""


class _Builder:
    """Builds and pushes with the Docker command line, without anyone's configuration."""

    def __init__(self, status: EngineStatus, folder: Path) -> None:
        self._hub = status.hub_address
        self._env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "DOCKER_CONFIG": str(folder / "docker-config"),
            "DOCKER_HOST": status.docker_host,
            "DOCKER_BUILDKIT": "0",
        }

    def build(self, image: str, tags: tuple[str, ...], context: Path, **arguments: str) -> None:
        names = [f"{self._hub}/library/{image}:{tag}" for tag in tags]
        options = [f"--tag={name}" for name in names]
        options += [f"--build-arg={key.upper()}={value}" for key, value in arguments.items()]
        self._docker(["build", "--quiet", *options, str(context)], f"Building {image}")
        for name in names:
            self._docker(["push", name], f"Pushing {image}")

    def _docker(self, arguments: list[str], what: str) -> None:
        run(["docker", *arguments], what, self._env)


def build_and_push(recipes: Path, userland: Userland, folder: Path, status: EngineStatus, say: Say) -> None:
    """Build every practice image in `folder` and push it to the engine's hub."""
    builder = _Builder(status, folder)
    say("Building hello-world and busybox …")
    contexts = {
        name: Path(shutil.copytree(recipes / name, folder / "contexts" / name))
        for name in ("hello-world", "busybox", "ubuntu")
    }
    _assemble(contexts["hello-world"])
    builder.build("hello-world", ("latest", "linux"), contexts["hello-world"])
    version = _pack_busybox(userland.busybox, contexts["busybox"], folder / "copyright")
    short = version.rpartition(".")[0]
    for tags in (("latest", "stable", short), *((variant,) for variant in BUSYBOX_VARIANTS)):
        _write_notice(contexts["busybox"], tags[0])
        builder.build("busybox", tags, contexts["busybox"], version=version, tag=tags[0])
    say("Building ubuntu …")
    userland.tar.rename(contexts["ubuntu"] / "rootfs.tar")
    repository = contexts["ubuntu"] / "repository/opt/dockyard/packages"
    _index(Path(shutil.copytree(userland.packages, repository)))
    for tag, tags in UBUNTU_TAGS.items():
        name = userland.distribution.name
        builder.build("ubuntu", tags, contexts["ubuntu"], distribution=name, tag=tag)


def _assemble(context: Path) -> None:
    source = context / f"hello.{os.uname().machine}.s"
    if not source.exists():
        raise HubError(f"There is no hello-world recipe for {os.uname().machine}.")
    object_file, program = context / "hello.o", context / "hello"
    run(["as", f"-I{context}", "-o", str(object_file), str(source)], "Assembling hello-world")
    options = ["--strip-all", "-z", "noseparate-code", "--build-id=none"]
    run(["ld", *options, "-o", str(program), str(object_file)], "Linking hello-world")


def _pack_busybox(binary: Path, context: Path, licence: Path) -> str:
    """Write the image's file tree as a tar; returns the version of this busybox."""
    applets = run([str(binary), "--list"], "busybox").split()
    with tarfile.open(context / "rootfs.tar", "w") as tar:
        for name in ("bin", "etc", "home", "root", "tmp", "usr", "usr/share", "usr/share/doc", "var"):
            _add(tar, name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755)
        _add(tar, "bin/busybox", tarfile.REGTYPE, 0o755, binary.read_bytes())
        for applet in applets:
            if applet != "busybox":
                _add(tar, f"bin/{applet}", tarfile.SYMTYPE, 0o777, link="busybox")
        _add(tar, "etc/passwd", tarfile.REGTYPE, 0o644, _PASSWD.encode())
        _add(tar, "etc/group", tarfile.REGTYPE, 0o644, _GROUP.encode())
        _add(tar, "usr/share/doc/copyright", tarfile.REGTYPE, 0o644, licence.read_bytes())
    help_text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=False)
    words = (help_text.stdout + help_text.stderr).split()
    return next(word[1:] for word in words if word[0] == "v" and word[1:2].isdigit())


def _write_notice(context: Path, tag: str) -> None:
    """Write the file that makes a busybox different from those with other tags."""
    notice = context / "dockyard-practice-image"
    notice.write_text((context / "notice.txt").read_text().replace("@TAG@", tag))
    notice.chmod(0o644)


def _add(tar: tarfile.TarFile, name: str, kind: bytes, mode: int, data: bytes = b"", link: str = "") -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(data), link
    tar.addfile(entry, io.BytesIO(data))


def _index(packages: Path) -> None:
    """Write the index files that make the folder a package repository for apt-get."""
    for leftover in ("lock", "partial"):
        shutil.rmtree(packages / leftover, ignore_errors=True)
    entries = [_entry(package) for package in sorted(packages.glob("*.deb"))]
    text = "\n".join(entries).encode()
    (packages / "Packages").write_bytes(text)
    digest, date = hashlib.sha256(text).hexdigest(), formatdate(usegmt=True)
    (packages / "Release").write_text(_RELEASE.format(date=date, sha256=digest, size=len(text)))
    for path in packages.iterdir():
        path.chmod(0o644)


def _entry(package: Path) -> str:
    control = run(["dpkg-deb", "--field", str(package)], "Reading a package")
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    size = package.stat().st_size
    return f"{control.strip()}\nFilename: ./{package.name}\nSize: {size}\nSHA256: {digest}\n"
