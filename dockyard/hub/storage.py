"""Writes a registry's storage folder without the registry: images, tags, copies of other storages.

Blobs never change, so two storages share them by hard links. Everything else is small and is copied:
a registry may change tags in place, and one learner's push must not appear in another's hub.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ROOT = Path("docker/registry/v2")
# Written in this order, and tags last: a client must never find a tag whose image is not complete.
_ORDER = ("/blobs/", "/_layers/", "/revisions/", "/index/")


def sync(source: Path, target: Path, *, overwrite: bool, prune: bool) -> None:
    """Copy a storage to `target`; a registry may serve `target` meanwhile.

    Without `overwrite`, only missing files are copied; with `prune`, all other files are removed.
    """
    wanted = _files(source)
    for path in sorted(wanted, key=_rank):
        _copy_file(source / path, target / path, overwrite)
    if prune:
        for path in sorted(set(_files(target)) - set(wanted), key=_rank, reverse=True):
            (target / path).unlink(missing_ok=True)
        _remove_empty(target / ROOT)


def put_blob(storage: Path, data: bytes) -> str:
    """Store a blob; returns its digest."""
    digest = hashlib.sha256(data).hexdigest()
    folder = storage / ROOT / "blobs/sha256" / digest[:2] / digest
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").write_bytes(data)
    return f"sha256:{digest}"


def put_manifest(storage: Path, repository: str, manifest: bytes) -> str:
    """Store a manifest or index, and link its blobs to the repository; returns its digest."""
    digest = put_blob(storage, manifest)
    content = json.loads(manifest)
    parts = [content["config"], *content["layers"]] if "layers" in content else []
    for part in parts:
        _link(storage, repository, "_layers", part["digest"])
    _link(storage, repository, "_manifests/revisions", digest)
    return digest


def put_tags(storage: Path, repository: str, tags: Iterable[str], digest: str) -> None:
    """Point tags of the repository to this digest."""
    for tag in tags:
        folder = f"_manifests/tags/{tag}"
        _link(storage, repository, f"{folder}/index", digest)
        _write(storage / ROOT / "repositories" / repository / folder / "current/link", digest)


def _link(storage: Path, repository: str, folder: str, digest: str) -> None:
    path = storage / ROOT / "repositories" / repository / folder / digest.replace(":", "/")
    _write(path / "link", digest)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _files(storage: Path) -> list[str]:
    return [
        Path(folder, name).relative_to(storage).as_posix()
        for folder, _, names in os.walk(storage / ROOT)
        for name in names
    ]


def _rank(path: str) -> int:
    return next((rank for rank, part in enumerate(_ORDER) if part in path), len(_ORDER))


def _copy_file(source: Path, target: Path, overwrite: bool) -> None:
    blob = target.name == "data"
    if target.exists() and (_same_size(source, target) if blob else not overwrite):
        return
    if not blob and target.exists() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    if not (blob and _hard_link(source, partial)):
        shutil.copyfile(source, partial)
    partial.replace(target)
    partial.unlink(missing_ok=True)  # rename keeps it if both are links to the same file


def _same_size(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size


def _hard_link(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or another user's file
        return False
    return True


def _remove_empty(tree: Path) -> None:
    for folder, _, _ in os.walk(tree, topdown=False):
        with suppress(OSError):
            Path(folder).rmdir()
