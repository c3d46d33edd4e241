"""Copies Docker Hub's own images for the hub, by pinned digest, with skopeo.

Of each index, only the common Linux platforms are fetched: Windows images are a hundred times as
large as all the others together. The index itself is kept unchanged, so its digest is Docker Hub's.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dockyard.errors import HubError, MissingRequirement
from dockyard.hub.storage import put_blob, put_manifest, put_tags
from dockyard.system import cache
from dockyard.system.cache import Say
from dockyard.system.requirements import install_command

Pins = dict[str, dict[str, list[str]]]  # image: digest: tags

_ANSWER_TIMEOUT = 20  # seconds
_COPY_TIMEOUT = 900  # seconds for one image
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def ensure(pins: Path, say: Say) -> Path:
    """The registry storage with the pinned images; fetched if this machine does not have it yet."""
    wanted = read_pins(pins)
    key = hashlib.sha256(json.dumps([wanted, sorted(_architectures())]).encode())
    return cache.ensure(f"online-{key.hexdigest()[:16]}", lambda folder: _fetch_all(wanted, folder, say), say)


def read_pins(path: Path) -> Pins:
    """The pinned images in a file: image, digest of its index, tags of that digest."""
    pins: Pins = yaml.safe_load(path.read_text())
    return pins


def _fetch_all(wanted: Pins, folder: Path, say: Say) -> Path:
    if not shutil.which("skopeo"):
        raise MissingRequirement(
            "Copying images from Docker Hub needs skopeo.", (install_command(["skopeo"]),)
        )
    cache.remove(folder)
    folder.mkdir()
    try:
        for image, digests in wanted.items():
            for digest, tags in digests.items():
                say(f"Copying {image}:{tags[0]} from Docker Hub …")
                _fetch(folder, f"library/{image}", digest, tags)
    except BaseException:
        cache.remove(folder)
        raise
    return folder


def _fetch(storage: Path, repository: str, digest: str, tags: list[str]) -> None:
    source = f"docker://docker.io/{repository}"
    index = _skopeo(["inspect", "--raw", f"{source}@{digest}"], _ANSWER_TIMEOUT)
    _check(index, digest, repository)
    for manifest in json.loads(index)["manifests"]:
        if _is_wanted(manifest["platform"]):
            _fetch_platform(storage, repository, source, manifest["digest"])
    put_tags(storage, repository, tags, put_manifest(storage, repository, index))


def _fetch_platform(storage: Path, repository: str, source: str, digest: str) -> None:
    with tempfile.TemporaryDirectory(dir=storage) as folder:
        _skopeo(["copy", "--quiet", f"{source}@{digest}", f"dir:{folder}"], _COPY_TIMEOUT)
        manifest = Path(folder, "manifest.json").read_bytes()
        _check(manifest, digest, repository)
        content = json.loads(manifest)
        for part in (content["config"], *content["layers"]):
            blob = Path(folder, part["digest"].removeprefix("sha256:")).read_bytes()
            _check(blob, part["digest"], repository)
            put_blob(storage, blob)
        put_manifest(storage, repository, manifest)


def _is_wanted(platform: Mapping[str, Any]) -> bool:
    return platform["os"] == "linux" and platform["architecture"] in _architectures()


def _architectures() -> set[str]:
    machine = os.uname().machine
    return {"amd64", "arm64", _MACHINES.get(machine, machine)}


def _check(data: bytes, digest: str, repository: str) -> None:
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
        raise HubError(f"What Docker Hub sent for {repository} is not {digest}. Nothing was kept.")


def _skopeo(arguments: list[str], seconds: int) -> bytes:
    command = ["skopeo", "--insecure-policy", f"--command-timeout={seconds}s", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds + 10)
        failure = _error_message(done.stderr.decode(errors="replace"))
    except subprocess.TimeoutExpired:
        failure = f"no answer within {seconds} seconds"
    else:
        if done.returncode == 0:
            return done.stdout
    raise HubError(
        f"Docker Hub cannot be reached, or refuses. The hub is unchanged.\n{failure}",
        ("curl --head https://registry-1.docker.io/v2/", "dockyard hub fill --online"),
    )


def _error_message(log: str) -> str:
    """The message of skopeo's last log line, without the image's name, which was shown before."""
    found = re.search(r'msg="(.*)"', log.strip().rpartition("\n")[2])
    message = found[1].replace('\\"', '"') if found else log.strip()[-300:]
    return re.sub(r'^Error parsing image name "[^"]*": ', "", message)
