"""Reads the learner's folder: small text files, and which files there are.

A folder can hold anything: opening a pipe could block, a link may lead anywhere, a name may hold any
byte. Nothing outside the folder is read, and a file that cannot be read is never "absent".
"""

import os
import shlex
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from checker.errors import FilesUnreadable
from checker.facts.objects import File

SIZE_LIMIT = 256 * 1024  # bytes of a file that is read
COUNT_LIMIT = 2000  # files that are listed
DEPTH_LIMIT = 4  # folders within folders
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Workspace:
    """The folder in which a learner keeps files. It need not exist."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def file(self, path: str) -> File | None:
        """The file at a path below the folder; None if there is none. Raises FilesUnreadable."""
        if self.folder is None:
            raise FilesUnreadable("No folder was chosen for your files.")
        place = self.folder / path
        try:
            place.lstat()
            return File(path, _text(_content(self._inside(place))))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, RuntimeError, ValueError) as error:  # which one, if links form a ring, depends
            why = getattr(error, "strerror", None) or error
            raise FilesUnreadable(
                f"{place} cannot be read: {why}.", (f"ls -ld {shlex.quote(str(place))}",)
            ) from error

    def files(self) -> tuple[str, ...]:
        """The paths of the files below the folder, at most COUNT_LIMIT of them, without hidden ones.

        The outermost files are preferred. Folders that cannot be opened are skipped.
        """
        return tuple(sorted(islice(self._walk(), COUNT_LIMIT))) if self.folder else ()

    def _inside(self, place: Path) -> Path:
        """The place with all links followed. Raises OSError if they lead nowhere or out of the folder."""
        assert self.folder
        try:
            real = place.resolve(strict=True)
        except FileNotFoundError as error:
            raise OSError("it is a link that leads nowhere") from error
        if not real.is_relative_to(self.folder.resolve()):
            raise OSError("it is a link that leads out of your folder")
        return real

    def _walk(self) -> Iterator[str]:
        assert self.folder
        waiting = deque([""])
        while waiting:
            here = waiting.popleft()
            with suppress(OSError), os.scandir(self.folder / here) as entries:
                for entry in entries:
                    path = f"{here}{entry.name}"
                    if entry.name.startswith("."):
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        yield path
                    elif path.count("/") < DEPTH_LIMIT:
                        waiting.append(f"{path}/")


def _content(place: Path) -> bytes:
    """The beginning of an ordinary file. Opening never blocks, as it would at a pipe without a writer."""
    _refuse_all_but_files(place.stat())
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        _refuse_all_but_files(os.fstat(file.fileno()))  # it may have been replaced since the first look
        return file.read(SIZE_LIMIT + 1)


def _refuse_all_but_files(found: os.stat_result) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise OSError(f"it is {KINDS.get(kind, 'something else')}, not an ordinary file")


def _text(raw: bytes) -> str | None:
    if len(raw) > SIZE_LIMIT:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
