"""The hub's content: filled, pushed to, restored, and filled from Docker Hub."""

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Docker

from dockyard.engine.base import ManagedEngine
from dockyard.errors import HubError, MissingRequirement
from dockyard.home import Home
from dockyard.hub import contents, online
from dockyard.hub.failed_requests import FailedRequests
from dockyard.hub.practice import practice_images
from dockyard.hub.release import release
from dockyard.hub.storage import ROOT, put_blob, put_manifest, put_tags, sync
from dockyard.session.open import open_session
from dockyard.system import cache
from dockyard.system.files import write_atomically
from dockyard.system.http import get_object

At = Callable[[str], Docker]
UBUNTU_TAGS = ["22.04", "24.04", "latest"]


def quiet(_: str) -> None:
    """Say nothing."""


def snapshot(tree: Path) -> dict[str, str]:
    """Every file of a tree by the digest of its content."""
    return {
        str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file() and path.name != "filled.json"
    }


def catalogue(address: str) -> dict[str, list[str]]:
    """The repositories and tags that the hub at an address (host:port) offers."""
    names = get_object(address, "/v2/_catalog?n=1000")["repositories"] or []
    tags = {name: get_object(address, f"/v2/{name}/tags/list").get("tags") or [] for name in names}
    return {name: sorted(found) for name, found in tags.items() if found}


def source_of(home: Home) -> str | None:
    """Where the hub's images are from; None if it was never filled."""
    record = home.hub / "filled.json"
    return str(json.loads(record.read_text())["source"]) if record.exists() else None


def tag_of(home: Home, repository: str, tag: str) -> Path:
    """The file that contains the digest of a tag."""
    return home.hub / ROOT / "repositories" / repository / "_manifests/tags" / tag / "current/link"


def test_a_filled_hub_holds_the_practice_images(home: Home, engine: ManagedEngine) -> None:
    contents.fill(home, quiet)
    address = engine.up().hub_address
    assert address
    found = catalogue(address)
    assert sorted(found) == ["library/busybox", "library/hello-world", "library/ubuntu"]
    assert found["library/ubuntu"] == UBUNTU_TAGS
    assert {"latest", "musl", "stable", "uclibc"} < set(found["library/busybox"])
    assert source_of(home) == "practice"


def test_it_can_be_filled_while_it_serves(home: Home, engine: ManagedEngine, docker_at: At) -> None:
    status = engine.up()
    contents.fill(home, quiet)
    docker_at(status.docker_host)("pull", "hello-world")


def test_filling_twice_changes_nothing(home: Home) -> None:
    contents.fill(home, quiet)
    before = snapshot(home.hub)
    contents.fill(home, quiet)
    assert snapshot(home.hub) == before == snapshot(practice_images.ensure(quiet))


def test_two_may_write_the_record_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    replace, others = Path.replace, ["second"]

    def interrupted(path: Path, target: Path) -> Path:
        if others:
            write_atomically(home.hub / "filled.json", others.pop())
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    write_atomically(home.hub / "filled.json", "first")
    assert [(each.name, each.read_text()) for each in home.hub.iterdir()] == [("filled.json", "first")]


def test_filling_again_heals_but_keeps_what_a_learner_moved(home: Home) -> None:
    contents.fill(home, quiet)
    moved, lost = tag_of(home, "library/ubuntu", "latest"), tag_of(home, "library/ubuntu", "24.04")
    moved.write_text(tag_of(home, "library/ubuntu", "22.04").read_text())
    lost.unlink()
    contents.fill(home, quiet)
    assert moved.read_text() == tag_of(home, "library/ubuntu", "22.04").read_text()
    assert lost.exists()


def test_blobs_are_shared_with_the_cache_and_nothing_else_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    content = Path(shutil.copytree(practice_images.ensure(quiet), tmp_path / "content"))
    monkeypatch.setattr(practice_images, "ensure", lambda _: content)
    contents.fill(home, quiet)
    files = [path for path in content.rglob("*") if path.is_file()]
    assert {path.name for path in files if path.stat().st_nlink > 1} == {"data"}
    assert {path.name for path in files if path.stat().st_nlink == 1} == {"link"}


def test_blobs_are_copied_where_they_cannot_be_shared(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    def refuse(_new: Path, _old: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    contents.fill(home, quiet)
    assert snapshot(home.hub) == snapshot(practice_images.ensure(quiet))


def test_restoring_undoes_pushes_and_moved_tags(home: Home, engine: ManagedEngine, docker_at: At) -> None:
    contents.fill(home, quiet)
    content = practice_images.ensure(quiet)
    before = snapshot(content)
    status = engine.up()
    docker, address = docker_at(status.docker_host), status.hub_address
    assert address
    docker("pull", "busybox")
    docker("run", "--name", "changed", "busybox", "touch", "/mine")
    docker("commit", "changed", f"{address}/ada/tool:1")
    docker("tag", f"{address}/ada/tool:1", f"{address}/library/ubuntu:latest")
    docker("push", f"{address}/ada/tool:1")
    docker("push", f"{address}/library/ubuntu:latest")
    shutil.rmtree(tag_of(home, "library/ubuntu", "24.04").parents[1])
    assert catalogue(address)["ada/tool"] == ["1"]
    assert snapshot(content) == before

    contents.restore(home)
    assert "ada/tool" not in catalogue(address)
    assert catalogue(address)["library/ubuntu"] == UBUNTU_TAGS
    assert snapshot(home.hub) == before
    docker("rmi", f"{address}/library/ubuntu:latest")
    docker("pull", "ubuntu")
    assert "ubuntu (Dockyard practice image)" in docker("inspect", "ubuntu")


def test_what_was_pushed_before_restoring_can_be_pushed_again(
    home: Home, engine: ManagedEngine, docker_at: At
) -> None:
    contents.fill(home, quiet)
    status = engine.up()
    docker, name = docker_at(status.docker_host), f"{status.hub_address}/ada/tool"
    docker("pull", "busybox")
    docker("run", "--name", "changed", "busybox", "touch", "/mine")
    docker("commit", "changed", name)
    docker("push", name)
    contents.restore(home)
    docker("push", name)
    docker("rm", "changed")
    docker("rmi", name)
    docker("pull", name)


def test_a_release_moves_a_tag_and_keeps_the_old_build(
    home: Home, engine: ManagedEngine, docker_at: At
) -> None:
    contents.fill(home, quiet)
    before = snapshot(home.hub)
    status = engine.up()
    docker = docker_at(status.docker_host)
    old, new = (digest_of(docker, tag) for tag in ("stable", "uclibc"))
    said: list[str] = []
    release(status.hub_address, said.append)
    assert digest_of(docker, "stable") == new != old
    release(status.hub_address, said.append)
    assert digest_of(docker, "stable") == new
    assert [words.split()[0] for words in said] == ["The", "Nothing"]
    docker("pull", f"busybox@{old}")
    contents.restore(home)
    assert snapshot(home.hub) == before
    assert digest_of(docker, "stable") == old


def digest_of(docker: Docker, tag: str) -> str:
    """The digest of a tag of busybox, according to a pull."""
    said = docker("pull", f"busybox:{tag}").splitlines()
    return next(line.removeprefix("Digest: ") for line in said if line.startswith("Digest: "))


def test_a_release_needs_a_hub_that_is_up_and_filled(home: Home, engine: ManagedEngine) -> None:
    with pytest.raises(HubError, match="hub is down") as down:
        release(None, quiet)
    assert down.value.next == ("dockyard up",)
    with pytest.raises(HubError, match="does not answer"):
        release("127.0.0.1:1", quiet)
    status = engine.up()
    with pytest.raises(HubError, match="has no `busybox:uclibc`") as empty:
        release(status.hub_address, quiet)
    assert empty.value.next == ("dockyard hub fill",)
    assert not list(FailedRequests(home)(0))  # and none of this was the learner's


def test_failed_requests_are_found(home: Home, engine: ManagedEngine, docker_at: At, tmp_path: Path) -> None:
    contents.fill(home, quiet)
    docker = docker_at(engine.up().docker_host)

    reading_on = FailedRequests(home)

    def heard(since: int = 0) -> list[str]:
        """The same for one who reads on in the logs as for one who reads them whole."""
        found = [f"{event.action} {event.id}" for event in FailedRequests(home)(since)]
        assert [f"{event.action} {event.id}" for event in reading_on(since)] == found
        return found

    def refused(*command: str) -> None:
        with pytest.raises(AssertionError):
            docker(*config, *command)

    config = ("--config", str(tmp_path))
    with open_session(home) as session:
        for name in ("localhost:5000/ada/box:1", "localhost:5001/ada/box:1"):
            assert session.reader.registries.image(name) is None
    assert heard() == []  # the checker's own looks, with the account that it has

    refused("pull", "localhost:5000/library/busybox:99")
    assert set(heard()) == {"miss library/busybox:99"}
    after_miss = time.time_ns()
    docker("pull", "busybox")
    docker("tag", "busybox", "localhost:5001/ada/box:1")
    refused("push", "localhost:5001/ada/box:1")
    assert len(heard(after_miss)) == 1
    assert heard(after_miss)[0] in ("denied localhost:5001", "denied localhost:5001/ada/box")
    refused("login", "--username=ada", "--password=wrong", "localhost:5001")
    assert "login localhost:5001" not in heard()
    docker(*config, "login", "--username=ada", "--password=anchor", "localhost:5001")
    docker(*config, "push", "localhost:5001/ada/box:1")
    assert heard(after_miss) == ["login localhost:5001"]
    refused("--config=/nowhere", "pull", "localhost:5001/ada/box:1")
    assert [each.partition("/")[0] for each in heard(after_miss)] == [
        "login localhost:5001",
        "denied localhost:5001",
    ]


def test_new_practice_images_replace_the_old_ones(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents.fill(home, quiet)
    newer = Path(shutil.copytree(practice_images.ensure(quiet), tmp_path / "newer"))
    put_tags(newer, "library/ubuntu", ["latest"], f"sha256:{'0' * 64}")
    monkeypatch.setattr(practice_images, "ensure", lambda _: newer)
    contents.fill(home, quiet)
    assert tag_of(home, "library/ubuntu", "latest").read_text() == f"sha256:{'0' * 64}"


def test_a_filled_hub_does_without_the_cache(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    contents.fill(home, quiet)

    def refuse(_: object) -> None:
        raise HubError("no network")

    monkeypatch.setattr(practice_images, "ensure", refuse)
    said: list[str] = []
    contents.fill(home, said.append)
    contents.restore(home)
    assert said == ["The hub keeps the images that it has. no network"]


def test_a_first_filling_that_fails_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise HubError("no network")

    monkeypatch.setattr(practice_images, "ensure", refuse)
    with pytest.raises(HubError, match="no network"):
        contents.fill(home, quiet)
    assert source_of(home) is None


def test_a_tag_appears_after_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = Path.replace

    def watch(path: Path, target: Path) -> Path:
        order.append(str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watch)
    sync(practice_images.ensure(quiet), tmp_path / "hub", overwrite=True, prune=True)
    first_tag = next(i for i, path in enumerate(order) if path.endswith("current/link"))
    assert all(path.endswith("current/link") for path in order[first_tag:])


@pytest.fixture
def docker_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A replacement of Docker Hub, behind one of skopeo; remove the file `answers` to disconnect it."""
    source, pins = tmp_path / "docker-hub", {}
    for image in ("hello-world", "ubuntu"):
        pins[image] = {_publish(source, image): ["latest"]}
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "online.yaml").write_text(json.dumps(pins))
    (tmp_path / "answers").touch()
    (tmp_path / "bin").mkdir()
    skopeo = tmp_path / "bin" / "skopeo"
    skopeo.write_text(_SKOPEO.format(folder=tmp_path, blobs=source / ROOT / "blobs/sha256"))
    skopeo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{skopeo.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(contents, "online_pins", lambda: tmp_path / "images" / "online.yaml")
    found = cache.place
    monkeypatch.setattr(
        cache, "place", lambda name: tmp_path / name if name.startswith("online") else found(name)
    )
    return tmp_path


_SKOPEO = """#!/bin/sh -e
if [ ! -e {folder}/answers ]; then
    echo 'time="x" level=fatal msg="Error parsing image name \\\\"x\\\\": no such host"' >&2
    exit 1
fi
blob() {{ echo {blobs}/$(printf %.2s "$1")/$1/data; }}
for last; do :; done
case $3 in
inspect) cat "$(blob "${{last##*:}}")" ;;
copy)
    manifest=$(blob "${{5##*:}}")
    cp "$manifest" "${{last#dir:}}/manifest.json"
    for digest in $(grep -o 'sha256:[0-9a-f]*' "$manifest"); do
        cp "$(blob "${{digest#sha256:}}")" "${{last#dir:}}/${{digest#sha256:}}"
    done ;;
esac
"""


def _publish(storage: Path, image: str) -> str:
    """An index like those of Docker Hub; only the image for this machine's platform can be fetched."""
    config = put_blob(storage, json.dumps({"image": image}).encode())
    layer = put_blob(storage, f"layer of {image}".encode())
    parts = {"config": {"digest": config}, "layers": [{"digest": layer}]}
    manifest = put_manifest(storage, f"library/{image}", json.dumps(parts).encode())
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    entries = [
        {"digest": manifest, "platform": {"os": "linux", "architecture": machine}},
        {"digest": f"sha256:{'1' * 64}", "platform": {"os": "windows", "architecture": machine}},
        {"digest": f"sha256:{'2' * 64}", "platform": {"os": "unknown", "architecture": "unknown"}},
    ]
    return put_manifest(storage, f"library/{image}", json.dumps({"manifests": entries}).encode())


def test_real_images_replace_the_practice_images(home: Home, docker_hub: Path) -> None:
    contents.fill(home, quiet)
    contents.fill_online(home, quiet)
    pins = json.loads((docker_hub / "images" / "online.yaml").read_text())
    assert tag_of(home, "library/ubuntu", "latest").read_text() == next(iter(pins["ubuntu"]))
    assert not tag_of(home, "library/busybox", "latest").exists()
    assert source_of(home) == "online"


def test_restoring_and_filling_keep_to_the_source(home: Home, docker_hub: Path) -> None:
    contents.fill_online(home, quiet)
    online = snapshot(home.hub)
    put_tags(home.hub, "ada/tool", ["1"], f"sha256:{'0' * 64}")
    (docker_hub / "answers").unlink()
    contents.restore(home)
    contents.fill(home, quiet)
    assert snapshot(home.hub) == online
    contents.fill_practice(home, quiet)
    assert snapshot(home.hub) == snapshot(practice_images.ensure(quiet))


def test_without_a_network_the_hub_keeps_what_it_has(home: Home, docker_hub: Path) -> None:
    contents.fill(home, quiet)
    before = snapshot(home.hub)
    (docker_hub / "answers").unlink()
    with pytest.raises(HubError, match="no such host") as caught:
        contents.fill_online(home, quiet)
    assert "dockyard hub fill --online" in caught.value.next
    assert snapshot(home.hub) == before
    assert source_of(home) == "practice"
    assert not [path for path in docker_hub.glob("*online-*") if path.is_dir()]


def test_a_forged_image_is_refused(home: Home, docker_hub: Path) -> None:
    for blob in (docker_hub / "docker-hub").rglob("data"):
        if blob.read_bytes().startswith(b"layer"):
            blob.write_bytes(b"forged")
    with pytest.raises(HubError, match="Nothing was kept"):
        contents.fill_online(home, quiet)


@pytest.mark.usefixtures("docker_hub")
def test_without_skopeo_the_command_that_brings_it_is_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online.shutil, "which", lambda _: None)
    with pytest.raises(MissingRequirement) as caught:
        contents.fill_online(home, quiet)
    assert caught.value.next[0].endswith("apt-get install -y --no-install-recommends skopeo")


def test_the_pins_are_digests_of_the_images_that_lessons_use() -> None:
    pins = online.read_pins(contents.online_pins())
    assert set(pins) == set(practice_images.RECIPES)
    for digests in pins.values():
        assert any("latest" in tags for tags in digests.values())
        for digest, tags in digests.items():
            assert len(digest) == len("sha256:") + 64
            assert all(isinstance(tag, str) for tag in tags)
