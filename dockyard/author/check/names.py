"""Rules about the names of files: `NN-name.md`, each number and each name once in a folder."""

import re
from collections.abc import Iterator
from pathlib import Path

from checker.course.course_file import LESSON_FILES, lesson_name
from checker.course.yaml_source import Problem

FORM = re.compile(r"[0-9]+-[a-z0-9]+(-[a-z0-9]+)*")
WANTED = "a lesson's file is called `NN-its-name.md`: a number, then words of a-z and 0-9, joined by `-`"


def name_problems(lessons: tuple[Path, ...]) -> Iterator[Problem]:
    """All problems of the lessons' file names, also compared with other files in the folder."""
    for folder in dict.fromkeys(file.parent for file in lessons):
        if set(folder.glob(LESSON_FILES)) <= set(lessons):
            yield from _without_text(folder)
    for file in lessons:
        if not FORM.fullmatch(file.stem):
            yield Problem(file, 1, WANTED)
            continue
        for other in sorted(file.parent.glob(LESSON_FILES)):
            if other >= file:
                break
            if lesson_name(other) == lesson_name(file):
                yield Problem(file, 1, f"{other.name} has the name `{lesson_name(file)}`, too")
            if FORM.fullmatch(other.stem) and _number(other) == _number(file):
                yield Problem(file, 1, f"{other.name} has the number {_number(file)}, too")


def _without_text(folder: Path) -> Iterator[Problem]:
    for data in sorted(folder.glob("[0-9]*-*.yaml")):
        if not data.with_suffix(".md").is_file():
            yield Problem(data, 1, f"has no {data.with_suffix('.md').name} beside it")


def _number(file: Path) -> int:
    return int(file.stem.partition("-")[0])
