"""Reads `course.yaml`: the id, title and language of a course, and its lessons in order.

A folder without that file is a course, too: all its lessons in the order of their files, in English.
Its id is made from the folder's path, so that two folders never share progress.
"""

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from checker.course.suggestions import suggestion
from checker.course.validation import convert_or_default
from checker.course.yaml_source import Problem, Source, read_yaml

COURSE_FILE = "course.yaml"
LESSON_FILES = "[0-9]*-*.md"
COURSE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # a language tag: RFC 5646, in short
ID_LIMIT = 60  # characters; folders are named by the id


class CourseData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a `course.yaml`."""

    id: str
    title: str
    language: str
    lessons: tuple[str, ...]


@dataclass(frozen=True)
class CourseDraft:
    """A course as far as it can be read; `source` holds the problems of `course.yaml`.

    `lessons` maps the ids of the course's lessons to their Markdown files, `files` those of all
    lessons in the folder. `declared`: the folder has a `course.yaml`.
    """

    source: Source
    declared: bool
    id: str
    title: str
    language: str
    lessons: dict[str, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, from top to bottom."""
        return tuple(sorted(self.source.problems, key=lambda problem: (problem.file.name, problem.line)))


def read_course(folder: Path) -> CourseDraft:
    """Read the course of a folder. Problems are collected in the result, never raised."""
    path = folder / COURSE_FILE
    declared = os.path.lexists(path)
    source = read_yaml(path) if declared else Source(path)
    files = _files(folder, source)
    if not declared:
        return CourseDraft(source, False, folder_id(folder), folder.resolve().name, "en", files, files)
    if source.data is None and source.problems:
        return CourseDraft(source, True, "", "", "", {}, files)
    data = convert_or_default(source, (), source.data, CourseData)
    if isinstance(source.data, dict):
        _check_values(source, data)
        _check_lessons(source, data, files)
    lessons = {lesson: files[lesson] for lesson in data.lessons if lesson in files}
    return CourseDraft(source, True, data.id, data.title, data.language, lessons, files)


def lesson_name(file: Path) -> str:
    """`images` for `01-images.md`."""
    return file.stem.lstrip("0123456789").removeprefix("-")


def folder_id(folder: Path) -> str:
    """An id that no other folder has, and no `course.yaml` can give: there `--` is not allowed."""
    resolved = folder.resolve()
    words = re.sub(r"[^a-z0-9]+", "-", resolved.name.lower()).strip("-")[:40].strip("-")
    return f"{words or 'lessons'}--{hashlib.sha256(os.fsencode(resolved)).hexdigest()[:8]}"


def _files(folder: Path, source: Source) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in sorted(folder.glob(LESSON_FILES)):
        other = found.setdefault(lesson_name(file), file)
        if other != file:
            source.problems.append(Problem(file, 1, f"has the same name as {other.name}"))
    return found


def _check_values(source: Source, data: CourseData) -> None:
    if not COURSE_ID.fullmatch(data.id) or len(data.id) > ID_LIMIT:
        what = f"a course's id is made of a-z and 0-9, in words joined by `-`, {ID_LIMIT} characters at most"
        source.add_problem(("id",), what)
    if not data.title.strip():
        source.add_problem(("title",), "the title is empty")
    if not LANGUAGE.fullmatch(data.language):
        what = f"`{data.language}` is not a language code, such as `en`, `de` or `pt-BR`"
        source.add_problem(("language",), what)


def _check_lessons(source: Source, data: CourseData, files: dict[str, Path]) -> None:
    if not data.lessons:
        source.add_problem(("lessons",), "a course has at least one lesson")
    for index, lesson in enumerate(data.lessons):
        if lesson in data.lessons[:index]:
            source.add_problem(("lessons", index), f"the lesson `{lesson}` is listed twice")
        elif lesson not in files:
            what = f"there is no file `NN-{lesson}.md` here{suggestion(lesson, files)}"
            source.add_problem(("lessons", index), what)
