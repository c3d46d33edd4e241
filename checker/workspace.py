"""Reads the learner's folder: small text files, and which files there are. Follows no link out of it."""

import os
from collections.abc import Iterator
from pathlib import Path

from checker.errors import FilesUnreadable
from checker.objects import File

SIZE_LIMIT = 256 * 1024  # bytes of a file that is read
COUNT_LIMIT = 2000  # files that are listed
DEPTH_LIMIT = 4  # folders within folders


class Workspace:
    """The folder in which a learner keeps files; one that does not exist has none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def file(self, path: str) -> File | None:
        """The file at a path below the folder; None when there is none. Raises FilesUnreadable."""
        if self.folder is None:
            raise FilesUnreadable("This desk has no folder for files.")
        place = self.folder / path
        try:
            if not place.resolve().is_relative_to(self.folder.resolve()) or not place.is_file():
                return None
            with place.open("rb") as file:
                raw = file.read(SIZE_LIMIT + 1)
        except OSError as error:
            message = f"{place} cannot be read: {error.strerror or error}."
            raise FilesUnreadable(message, (f"ls -l '{place}'",)) from error
        return File(path, _text(raw))

    def files(self) -> tuple[str, ...]:
        """The paths of the files below the folder, hidden ones left out, at most COUNT_LIMIT of them."""
        return tuple(sorted(self._walk()))[:COUNT_LIMIT] if self.folder else ()

    def _walk(self) -> Iterator[str]:
        assert self.folder
        for folder, folders, names in os.walk(self.folder):
            here = Path(folder).relative_to(self.folder)
            deep = len(here.parts) >= DEPTH_LIMIT
            folders[:] = [] if deep else [name for name in folders if not name.startswith(".")]
            yield from ((here / name).as_posix() for name in names if not name.startswith("."))


def _text(raw: bytes) -> str | None:
    if len(raw) > SIZE_LIMIT:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
