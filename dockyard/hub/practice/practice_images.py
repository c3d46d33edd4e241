"""Practice images: small stand-ins for Docker Hub's, made here from recipes and packages.

They are built once per machine on a private engine of their own and kept as the storage of a
registry; from then on no network is needed. The recipes are in lessons/images.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dockyard.courses import built_in_folder
from dockyard.engine.private import EngineStatus, PrivateEngine
from dockyard.errors import MissingRequirement
from dockyard.home import Home
from dockyard.hub.practice.build import build_and_push
from dockyard.hub.practice.rootfs import distribution, make_userland
from dockyard.system import cache
from dockyard.system.cache import Say
from dockyard.system.requirements import missing

RECIPES = ("hello-world", "busybox", "ubuntu")
_REVISION = "1"  # counts changes to the building itself that the recipes do not show


def recipes() -> Path:
    """The folder of the recipes, in an installed package or in a checkout."""
    return built_in_folder() / "images"


def name() -> str:
    """The name of the build in the cache: other recipes, machine or suite give another name."""
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
    """The registry storage that holds the practice images; built if this machine has none yet."""
    return cache.complete(name(), lambda aside: _build(aside, say), say)


def _build(aside: Path, say: Say) -> Path:
    if lacking := missing():
        reasons = "\n".join(f"{each.name}: {each.why}" for each in lacking)
        raise MissingRequirement(reasons, tuple(dict.fromkeys(each.fix for each in lacking)))
    say("Making the practice images, once for this machine; this takes about a minute.")
    result = aside.with_name(f"{aside.name}.result")
    cache.remove(result)
    home = Home(aside / "home")
    with _thrown_away(aside, home):
        userland = make_userland(recipes() / "ubuntu", aside, say)
        with _engine(home) as status:
            build_and_push(recipes(), userland, aside, status, say)
        _remove_uploads(home.hub)
        home.hub.rename(result)
    return result


@contextmanager
def _thrown_away(aside: Path, home: Home) -> Iterator[None]:
    """The folder aside, empty at first, gone at last."""
    _clear(aside, home)  # what a build that was killed has left, perhaps with a live engine
    aside.mkdir()
    try:
        yield
    finally:
        _clear(aside, home)


@contextmanager
def _engine(home: Home) -> Iterator[EngineStatus]:
    engine = PrivateEngine(home)
    try:
        yield engine.up()
    finally:
        engine.down()


def _clear(aside: Path, home: Home) -> None:
    PrivateEngine(home).down()
    cache.remove(aside)


def _remove_uploads(storage: Path) -> None:
    for uploads in storage.glob("docker/registry/v2/repositories/**/_uploads"):
        shutil.rmtree(uploads)
