"""The practice images, pulled and used on a real engine with no network."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import PATIENCE, Docker

from dockyard.engine.base import ManagedEngine
from dockyard.engine.kinds import engine_of
from dockyard.errors import HubError
from dockyard.home import Home
from dockyard.hub import contents
from dockyard.hub.practice import build, practice_images
from dockyard.system import cache

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory, docker_at: Callable[[str], Docker]) -> Iterator[Docker]:
    """The docker command on an engine whose hub holds the practice images."""
    home = Home(tmp_path_factory.mktemp("practice") / "home")
    home.prepare()
    contents.fill(home, print)
    try:
        yield docker_at(engine_of(home).up().docker_host)
    finally:
        engine_of(home).down()
        cache.remove(home.path)


@pytest.mark.parametrize(
    "reference",
    [
        "hello-world",
        "hello-world:linux",
        "busybox",
        "busybox:stable",
        "busybox:uclibc",
        "busybox:musl",
        "ubuntu",
        "ubuntu:24.04",
        "ubuntu:22.04",
    ],
)
def test_it_can_be_pulled_and_says_what_it_is(docker: Docker, reference: str) -> None:
    docker("pull", reference)
    title, practice_label = (
        docker(
            "inspect",
            '--format={{index .Config.Labels "org.opencontainers.image.title"}}'
            '|{{index .Config.Labels "dockyard.practice"}}',
            reference,
        )
        .strip()
        .split("|")
    )
    assert title == f"{reference.partition(':')[0]} (Dockyard practice image)"
    assert practice_label == "true"


def test_hello_world_greets(docker: Docker) -> None:
    said = docker("run", "--rm", "hello-world")
    assert "Your first container is alive and well" in said
    assert "Dockyard's practice image" in said
    assert int(docker("inspect", "--format={{.Size}}", "hello-world")) < 8192


def test_busybox_is_a_small_system(docker: Docker) -> None:
    script = "id -un && ls /bin/ls && cat /etc/dockyard-practice-image && touch /tmp/x && uname"
    said = docker("run", "--rm", "busybox", "sh", "-c", script)
    assert said.startswith("root\n/bin/ls\n")
    assert "Dockyard's practice image" in said
    assert docker("inspect", "--format={{json .Config.Cmd}}", "busybox").strip() == '["sh"]'


def test_busybox_has_a_tag_of_its_true_version(docker: Docker) -> None:
    version = docker("run", "--rm", "busybox", "busybox").split()[1].lstrip("v")
    docker("pull", f"busybox:{version.rpartition('.')[0]}")
    label = '--format={{index .Config.Labels "org.opencontainers.image.version"}}'
    assert docker("inspect", label, "busybox").strip() == version


def test_the_variants_of_busybox_share_all_but_a_small_topmost_layer(docker: Docker) -> None:
    names = ("busybox", "busybox:uclibc", "busybox:musl")
    for name in names:
        docker("pull", name)
    ids_and_layers = "--format={{.Id}} {{range .RootFS.Layers}} {{.}}{{end}}"
    found = [docker("inspect", ids_and_layers, name).split() for name in names]
    ids, lower, topmost = zip(*found, strict=True)
    assert (len(set(ids)), len(set(lower)), len(set(topmost))) == (3, 1, 3)
    sizes = docker("history", "--human=false", "--format={{.Size}}", "busybox:musl").split()
    assert sorted(map(int, sizes))[-2] < 1024


@pytest.mark.parametrize(("name", "tag"), [("busybox", "latest"), ("busybox:musl", "musl")])
def test_busybox_names_its_tag_and_stays_honest(docker: Docker, name: str, tag: str) -> None:
    said = docker("run", "--rm", name, "cat", "/etc/dockyard-practice-image")
    assert f"practice image busybox:{tag}." in said
    assert "the distribution's own BusyBox" in said
    assert docker("inspect", '--format={{index .Config.Labels "dockyard.tag"}}', name).strip() == tag


@pytest.mark.parametrize("package", ["figlet", "nano", "sl", "tree"])
def test_packages_can_be_installed_with_no_network(docker: Docker, package: str) -> None:
    install = f"apt-get update && apt-get install -y {package} && dpkg --audit"
    said = docker("run", "--rm", "--network=none", "ubuntu", "sh", "-c", install)
    assert f"Setting up {package}" in said


def test_figlet_draws(docker: Docker) -> None:
    install = "apt-get update >/dev/null && apt-get install -y figlet >/dev/null && figlet hi"
    said = docker("run", "--rm", "--network=none", "ubuntu", "sh", "-c", install)
    assert "|_| |_|_|" in said


def test_ubuntu_says_what_it_really_is(docker: Docker) -> None:
    name = docker("run", "--rm", "ubuntu", "sh", "-c", ". /etc/os-release; echo $PRETTY_NAME").strip()
    for tag in ("24.04", "22.04"):
        said = docker("run", "--rm", f"ubuntu:{tag}", "cat", "/etc/dockyard-practice-image")
        assert f"practice image ubuntu:{tag}." in said
        assert name in said


def test_counting_the_layers_of_ubuntu_teaches_something(docker: Docker) -> None:
    layers = docker("inspect", "--format={{len .RootFS.Layers}}", "ubuntu")
    rows = docker("history", "--quiet", "ubuntu").splitlines()
    assert int(layers) >= 3
    assert len(rows) > int(layers)


def test_the_older_ubuntu_is_another_image(docker: Docker) -> None:
    ids = docker("inspect", "--format={{.Id}}", "ubuntu", "ubuntu:24.04", "ubuntu:22.04").split()
    assert ids[0] == ids[1] != ids[2]


def test_ubuntu_is_small_and_its_sources_are_at_hand(docker: Docker) -> None:
    assert int(docker("inspect", "--format={{.Size}}", "ubuntu")) < 80_000_000
    sources = "cat /etc/apt/sources.list.d/distribution.list.disabled"
    assert "deb " in docker("run", "--rm", "ubuntu", "sh", "-c", sources)


def test_the_greeting_is_made_for_both_machines() -> None:
    folder = practice_images.recipes() / "hello-world"
    assert {path.name for path in folder.glob("*.s")} == {"hello.x86_64.s", "hello.aarch64.s"}


def test_the_name_of_a_build_follows_from_its_recipes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = practice_images.name()
    copy = Path(shutil.copytree(practice_images.recipes(), tmp_path / "images"))
    monkeypatch.setattr(practice_images, "recipes", lambda: copy)
    assert practice_images.name() == before
    (copy / "online.yaml").write_text("{}")
    assert practice_images.name() == before
    (copy / "hello-world" / "greeting.txt").write_text("Hi!\n")
    assert practice_images.name() != before


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKYARD_CACHE", str(tmp_path / "cache"))

    def fail(*_: object) -> None:
        raise HubError("no such luck")

    monkeypatch.setattr(practice_images, "make_userland", fail)
    with pytest.raises(HubError, match="no such luck"):
        practice_images.ensure(print)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_a_build_that_is_interrupted_leaves_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKYARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(practice_images, "make_userland", lambda *_: None)
    seen: list[ManagedEngine] = []

    def interrupt(_recipes: Path, _userland: object, folder: Path, *_: object) -> None:
        seen.append(engine_of(Home(folder / "home")))
        assert seen[0].status().running
        raise KeyboardInterrupt

    monkeypatch.setattr(practice_images, "build_and_push", interrupt)
    with pytest.raises(KeyboardInterrupt):
        practice_images.ensure(print)
    assert not seen[0].status().running
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_leftovers_of_a_killed_build_are_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKYARD_CACHE", str(tmp_path / "cache"))
    aside = cache.place(f".{practice_images.name()}.building")
    (aside / "home" / "engine").mkdir(parents=True)
    (aside / "rootfs.tar").touch()

    def make(_recipe: Path, folder: Path, *_: object) -> None:
        assert list(folder.iterdir()) == []
        raise HubError("far enough")

    monkeypatch.setattr(practice_images, "make_userland", make)
    with pytest.raises(HubError, match="far enough"):
        practice_images.ensure(print)


def test_the_package_index_lists_what_is_there(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    (root / "DEBIAN").mkdir(parents=True)
    control = "Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\n"
    (root / "DEBIAN" / "control").write_text(control + "Description: none\n")
    packages = tmp_path / "packages"
    packages.mkdir()
    command = ["dpkg-deb", "--build", str(root), str(packages / "tiny_1_all.deb")]
    subprocess.run(command, check=True, capture_output=True)
    build._index(packages)
    assert "Filename: ./tiny_1_all.deb\n" in (packages / "Packages").read_text()
    assert "SHA256:" in (packages / "Release").read_text()


def test_the_cache_is_where_it_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.place("x", {"DOCKYARD_CACHE": "/a/b"}) == Path("/a/b/x")
    assert cache.place("x", {}) == Path("/var/cache/dockyard/x")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.place("x", {}) == tmp_path / "dockyard" / "x"
    monkeypatch.setattr(cache.platformdirs, "site_cache_path", lambda _: tmp_path / "site")
    (tmp_path / "site" / "x").mkdir(parents=True)
    assert cache.place("x", {}) == tmp_path / "site" / "x"


def test_two_builds_at_once_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKYARD_CACHE", str(tmp_path))
    made: list[Path] = []
    second: list[Path] = []
    waiting = threading.Event()

    def make(aside: Path) -> Path:
        made.append(aside)
        other.start()
        assert waiting.wait(PATIENCE)
        assert not cache.place("x").exists()
        aside.mkdir()
        return aside

    def build_too() -> None:
        second.append(cache.ensure("x", make, lambda _: waiting.set()))

    other = threading.Thread(target=build_too)
    first = cache.ensure("x", make, print)
    other.join()
    assert second == [first]
    assert len(made) == 1
