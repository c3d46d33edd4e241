"""What tests of both packages share: the docker command, a tiny image, a second engine."""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator

import pytest
from second_engine import SecondEngine, running_second_engine
from support import Docker


@pytest.fixture(scope="session")
def docker_at() -> Iterator[Callable[[str], Docker]]:
    """Gives the docker command for an engine's address: `docker_at(host)("images", "-q")`."""
    with tempfile.TemporaryDirectory() as config:
        env = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}

        def bind(host: str) -> Docker:
            def docker(*words: str, data: bytes | None = None) -> str:
                done = subprocess.run(
                    ["docker", *words],
                    input=data,
                    capture_output=True,
                    env=env | {"DOCKER_HOST": host, "DOCKER_CONFIG": config},
                    timeout=60,
                )
                assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr.decode()}"
                return done.stdout.decode().strip()

            return docker

        yield bind


@pytest.fixture(scope="session")
def tiny_root() -> bytes:
    """A tar archive with a static busybox, to be fed to `docker import`."""
    busybox = shutil.which("busybox")
    assert busybox, "needs a static busybox: apt-get install busybox-static"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("bin", "www"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
        archive.add(os.path.realpath(busybox), "bin/busybox")
        for name in ("sh", "sleep", "httpd", "echo", "grep"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
        page = tarfile.TarInfo("www/index.html")
        page.size = 3
        archive.addfile(page, io.BytesIO(b"hi\n"))
    return buffer.getvalue()


@pytest.fixture(scope="session")
def second_engine(docker_at: Callable[[str], Docker], tiny_root: bytes) -> Iterator[SecondEngine]:
    """An engine as most people have one: of root, with docker0 and firewall rules."""
    with running_second_engine(docker_at, tiny_root) as engine:
        yield engine
