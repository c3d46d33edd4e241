"""Practice images: small replacements for Docker Hub's images, built from recipes and packages.

They are built once per machine, on an engine of their own, and kept as the storage of a registry.
After that, no network is needed. The recipes are in lessons/images.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dockyard.courses import built_in_folder
from dockyard.engine.base import EngineStatus
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.hub.practice.build import build_and_push
from dockyard.hub.practice.rootfs import distribution, make_userland
from dockyard.system import cache
from dockyard.system.cache import Say
from dockyard.system.requirements import missing_error

RECIPES = ("hello-world", "busybox", "ubuntu")
_REVISION = "1"  # increase it after a change of the build that is not a change of a recipe


def recipes() -> Path:
    """The folder of the recipes, in the installed package or in a checkout."""
    return built_in_folder() / "images"


def name() -> str:
    """The name of the build in the cache. It depends on recipes, machine and suite."""
    digest = hashlib.sha256()
    for word in (_REVISION, os.uname().machine, distribution().suite):
        digest.update(word.encode() + b"\0")
    for recipe in RECIPES:
        for path in sorted((recipes() / recipe).rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(recipes()).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"practice-{digest.hexdigest()[:16]}"


def ensure(say: Say) -> Path:
    """The registry storage with the practice images; built if this machine does not have it yet."""
    return cache.ensure(name(), lambda folder: _build(folder, say), say)


def _build(folder: Path, say: Say) -> Path:
    if error := missing_error():
        raise error
    say("Building the practice images, once for this machine. This takes about a minute.")
    result = folder.with_name(f"{folder.name}.result")
    cache.remove(result)
    home = Home(folder / "home")
    with _temporary(folder, home):
        userland = make_userland(recipes() / "ubuntu", folder, say)
        with _running_engine(home) as status:
            build_and_push(recipes(), userland, folder, status, say)
        _remove_uploads(home.hub)
        home.hub.rename(result)
    return result


@contextmanager
def _temporary(folder: Path, home: Home) -> Iterator[None]:
    """The folder is empty when the block begins, and removed after it."""
    _clear(folder, home)  # of what a killed build has left, perhaps with a running engine
    folder.mkdir()
    try:
        yield
    finally:
        _clear(folder, home)


@contextmanager
def _running_engine(home: Home) -> Iterator[EngineStatus]:
    engine = engine_of(home)
    try:
        yield engine.up()
    finally:
        engine.down()


def _clear(folder: Path, home: Home) -> None:
    engine_of(home).down()
    cache.remove(folder)


def _remove_uploads(storage: Path) -> None:
    for uploads in storage.glob("docker/registry/v2/repositories/**/_uploads"):
        shutil.rmtree(uploads)
