"""What tests of both packages share: homes, the docker command, a tiny image, a second engine."""

import gzip
import io
import json
import os
import signal
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from second_engine import SecondEngine, running_second_engine
from support import PATIENCE, Docker, erase

from dockyard.home import Home
from dockyard.hub.practice import practice_images

# A test that uses one of these, or a fixture built on one, starts an engine.
ENGINE_FIXTURES = {"docker_at", "home", "new_home", "second_engine", "shared", "tiny_root"}

settings.register_profile("dockyard", deadline=None)  # a busy machine is no failure
settings.load_profile("dockyard")
# A shell starts background commands with Ctrl-C ignored, and what they start inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an engine; `make test-fast` leaves it out."""
    for item in items:
        if ENGINE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.engine)


collect_ignore = ["example_conditions"]  # run in a Python of its own, by test_third_party


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Creates homes by name; what runs in them is stopped after the test."""
    made: list[Home] = []

    def make(name: str) -> Home:
        made.append(Home(tmp_path / name))
        return made[-1]

    yield make
    for home in made:
        erase(home)


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    """A home that no other test uses."""
    return new_home("home")


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
                    timeout=PATIENCE,
                )
                assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr.decode()}"
                return done.stdout.decode().strip()

            return docker

        yield bind


@pytest.fixture(scope="session")
def tiny_root() -> bytes:
    """A tar archive to be fed to `docker import`: the practice image busybox, and a page to serve."""
    storage = practice_images.ensure(print) / "docker/registry/v2"

    def blob(digest: str) -> bytes:
        name = digest.removeprefix("sha256:")
        return (storage / "blobs/sha256" / name[:2] / name / "data").read_bytes()

    tag = storage / "repositories/library/busybox/_manifests/tags/latest/current/link"
    manifest = json.loads(blob(tag.read_text()))
    buffer = io.BytesIO(gzip.decompress(blob(manifest["layers"][0]["digest"])))
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        page = tarfile.TarInfo("www/index.html")
        page.size = 3
        archive.addfile(page, io.BytesIO(b"hi\n"))
    return buffer.getvalue()


@pytest.fixture(scope="module")  # not longer: there is one at a time on a machine
def second_engine(docker_at: Callable[[str], Docker], tiny_root: bytes) -> Iterator[SecondEngine]:
    """An engine as most people have one: of root, with docker0 and firewall rules."""
    with running_second_engine(docker_at, tiny_root) as engine:
        yield engine
