"""A course: a folder of lessons, `NN-id.md` (what is read) and `NN-id.yaml` (what is judged) side by side.

`course.yaml` in the folder says what the course is called and which lessons it has, in which order.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from checker.course.course_file import COURSE_FILE, LESSON_FILES, CourseDraft, lesson_name, read_course
from checker.course.lesson import Lesson
from checker.course.lesson_reader import read_draft
from checker.errors import LessonError, UsageError


@dataclass(frozen=True)
class Course:
    """The course in a folder. Its files are read when needed, and again after they have changed.

    All but `folder` raise LessonError, with every problem and its line, if `course.yaml` is wrong.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Identifies the course: progress belongs to it. Folders without `course.yaml` have one, too."""
        return self._read().id

    @property
    def title(self) -> str:
        """What the course is called; the folder's name if there is no `course.yaml`."""
        return self._read().title

    @property
    def language(self) -> str:
        """The language of the lessons, as a code such as `en` or `pt-BR`."""
        return self._read().language

    @property
    def is_declared(self) -> bool:
        """Whether the folder has a `course.yaml`, so that the id is the same wherever the folder is."""
        return self._read().declared

    def ids(self) -> tuple[str, ...]:
        """The ids of the lessons, in order."""
        return tuple(self._read().lessons)

    def lesson(self, lesson_id: str) -> Lesson:
        """One lesson. Raises UsageError if there is none with this id, LessonError if it is wrong."""
        return read_lesson(self.file(lesson_id))

    def file(self, lesson_id: str) -> Path:
        """The Markdown file of a lesson. Raises UsageError if there is none with this id."""
        files = self._read().lessons
        if lesson_id not in files:
            known = ", ".join(files) or f"none at all in {self.folder}"
            raise UsageError(f"There is no lesson `{lesson_id}`. There is: {known}.")
        return files[lesson_id]

    def files(self) -> tuple[Path, ...]:
        """The Markdown files of all lessons, in order."""
        return tuple(self._read().lessons.values())

    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons, in order. Raises LessonError for the first that is wrong."""
        return tuple(self.lesson(lesson_id) for lesson_id in self.ids())

    def _read(self) -> CourseDraft:
        names = tuple(sorted(file.name for file in self.folder.glob(LESSON_FILES)))
        draft = _read_course(self.folder, (_stamp(self.folder / COURSE_FILE), names))
        if draft.problems:
            raise LessonError(tuple(map(str, draft.problems)))
        return draft


def read_lesson(file: Path) -> Lesson:
    """Read a lesson by the path of its Markdown. Raises LessonError with all its problems."""
    return _read_lesson(file, (_stamp(file), _stamp(file.with_suffix(".yaml"))))


def _stamp(file: Path) -> tuple[int, int] | None:
    """Changes when the file does; None if there is no file."""
    found = file.stat() if file.exists() else None
    return (found.st_mtime_ns, found.st_size) if found else None


@lru_cache(maxsize=16)
def _read_course(folder: Path, _stamps: tuple[object, ...]) -> CourseDraft:
    return read_course(folder)


@lru_cache(maxsize=64)
def _read_lesson(file: Path, _stamps: tuple[object, ...]) -> Lesson:
    """Read once while the files stay the same: the observer asks at every event."""
    draft = read_draft(file)
    lesson = draft.lesson(lesson_name(file))
    if lesson is None:
        raise LessonError(tuple(map(str, draft.problems)))
    return lesson
