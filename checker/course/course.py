"""A course: `NN-name.md` (what is read) and `NN-name.yaml` (what is judged) side by side.

Every problem of a lesson is collected with its file and line; LessonError carries them all.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from checker.course.lesson import Lesson
from checker.course.lesson_reader import read_draft
from checker.errors import LessonError, UsageError


@dataclass(frozen=True)
class Course:
    """The lessons of one folder, in the order of their file names. Lessons are read when asked."""

    folder: Path

    def ids(self) -> tuple[str, ...]:
        """The lessons' ids: the file names without number and ending."""
        return tuple(self._files())

    def lesson(self, lesson_id: str) -> Lesson:
        """One lesson. Raises UsageError if there is none of this id, LessonError if it is wrong."""
        return read_lesson(self.file(lesson_id))

    def file(self, lesson_id: str) -> Path:
        """The Markdown file of a lesson. Raises UsageError if there is none of this id."""
        files = self._files()
        if lesson_id not in files:
            known = ", ".join(files) or f"none at all in {self.folder}"
            raise UsageError(f"There is no lesson `{lesson_id}`. There is: {known}.")
        return files[lesson_id]

    def files(self) -> tuple[Path, ...]:
        """The Markdown files of all lessons, in order."""
        return tuple(self._files().values())

    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons."""
        return tuple(self.lesson(lesson_id) for lesson_id in self.ids())

    def _files(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for file in sorted(self.folder.glob("[0-9]*-*.md")):
            other = found.setdefault(lesson_name(file), file)
            if other != file:
                raise LessonError((f"{file.name}:1: has the same name as {other.name}",))
        return found


def lesson_name(file: Path) -> str:
    """`images` for `01-images.md`."""
    return file.stem.lstrip("0123456789").removeprefix("-")


def read_lesson(file: Path) -> Lesson:
    """Read a lesson by the path of its Markdown. Raises LessonError with all its problems."""
    stamps = []
    for part in (file, file.with_suffix(".yaml")):
        found = part.stat() if part.exists() else None
        stamps.append((found.st_mtime_ns, found.st_size) if found else None)
    return _read_lesson(file, tuple(stamps))


@lru_cache(maxsize=64)
def _read_lesson(file: Path, _stamps: tuple[object, ...]) -> Lesson:
    """Read once as long as the files stay the same: the observer asks at every event."""
    draft = read_draft(file)
    lesson = draft.lesson(lesson_name(file))
    if lesson is None:
        raise LessonError(tuple(map(str, draft.problems)))
    return lesson
