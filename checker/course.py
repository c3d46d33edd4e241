"""Reading a course: `NN-name.md` (what is read) and `NN-name.yaml` (what is judged) side by side.

Every problem of a lesson is collected with its file and line; LessonError carries them all.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Union

import msgspec

from checker.conditions import COMBINATIONS, SUBJECTS, Condition, Goal
from checker.errors import LessonError, UsageError
from checker.lesson import Lesson, Mistake, Step
from checker.markers import marked_steps
from checker.objects import full_name
from checker.yaml_source import Path_, Source, read_text, read_yaml


class _LessonData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    minutes: int
    steps: dict[str, Any]
    start: tuple[str, ...] = ()


class _StepData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    check: dict[str, Any]
    hints: tuple[str, ...]
    solution: str
    after: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    mistakes: dict[str, Any] = {}


class _MistakeData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    run: str
    reason: str
    says: tuple[str, ...] = ()


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
    source = read_yaml(file.with_suffix(".yaml"))
    try:
        text = read_text(file)
    except ValueError as error:
        raise LessonError((*source.problems, str(error))) from error
    tasks = _tasks(file, text, source)
    data = _convert(source, (), source.data, _LessonData)
    steps: list[Step] = []
    for number, (step_id, fields) in enumerate((data.steps if data else {}).items(), 1):
        if step := _step(source, number, step_id, fields, tasks):
            steps.append(step)
    if data:
        _agree(file, source, tasks, list(data.steps))
    if data is None or source.problems:
        raise LessonError(tuple(source.problems))
    name = lesson_name(file)
    return Lesson(name, data.title, data.minutes, data.start, tuple(steps), text, file)


def _tasks(file: Path, text: str, source: Source) -> dict[str, tuple[int, str]]:
    """Step id -> (line of its marker, the paragraph after it)."""
    tasks: dict[str, tuple[int, str]] = {}
    for marked in marked_steps(text):
        twice = f"the step `{marked.id}` is marked twice" if marked.id in tasks else None
        if problem := marked.problem or twice:
            source.problems.append(f"{file.name}:{marked.line}: {problem}")
        else:
            tasks[marked.id] = (marked.line, marked.task)
    return tasks


def _agree(file: Path, source: Source, tasks: dict[str, tuple[int, str]], steps: list[str]) -> None:
    """The text and the YAML hold the same steps in the same order."""
    for step_id, (line, _) in tasks.items():
        if step_id not in steps:
            source.problems.append(f"{file.name}:{line}: the step `{step_id}` is not in {source.file.name}")
    if not source.problems and list(tasks) != steps:
        source.complain(("steps",), f"the steps stand in another order than in {file.name}")
    if not steps and not source.problems:
        source.complain(("steps",), "a lesson has at least one step")


def _step(
    source: Source, number: int, step_id: str, fields: Any, tasks: dict[str, tuple[int, str]]
) -> Step | None:
    path: Path_ = ("steps", step_id)
    if step_id not in tasks:
        source.complain(path, f"the step `{step_id}` has no `<!-- step: {step_id} -->` in the text")
    data = _convert(source, path, fields, _StepData)
    if data is None:
        return None
    check = _condition(source, (*path, "check"), data.check)
    mistakes = [_mistake(source, path, name, raw) for name, raw in data.mistakes.items()]
    for needed in data.after:
        if needed not in list(source.data["steps"])[: number - 1]:
            source.complain((*path, "after"), f"`{needed}` is no step before `{step_id}`")
    if not data.hints or not all(hint.strip() for hint in data.hints):
        source.complain((*path, "hints"), "a step has at least one hint, and none is empty")
    if not data.solution.strip():
        source.complain((*path, "solution"), "the solution is empty")
    if check is None or None in mistakes or step_id not in tasks:
        return None
    line, task = tasks[step_id]
    known = tuple(mistake for mistake in mistakes if mistake)
    return Step(step_id, number, task, line, check, data.hints, data.solution, data.after, data.routes, known)


def _mistake(source: Source, path: Path_, name: str, fields: Any) -> Mistake | None:
    data = _convert(source, (*path, "mistakes", name), fields, _MistakeData)
    return Mistake(name, data.run, data.reason, data.says) if data else None


def _condition(source: Source, path: Path_, fields: Any) -> Condition | None:
    """A condition: a combination of others, or the one subject that its keys name."""
    if not isinstance(fields, dict):
        source.complain(path, "a condition is a mapping, such as `image: ubuntu` and `is: present`")
        return None
    for word, combine in COMBINATIONS.items():
        if word in fields:
            return _combination(source, (*path, word), fields, combine)
    subjects = [word for word in fields if word in SUBJECTS]
    if len(subjects) != 1:
        allowed = ", ".join(sorted((*SUBJECTS, *COMBINATIONS)))
        source.complain(path, f"a condition has exactly one subject of: {allowed}")
        return None
    kinds = SUBJECTS[subjects[0]]
    word, words = _telling(kinds)
    if fields.get(word) not in words:
        source.complain((*path, word), f"`{word}` is one of: {', '.join(words)}")
        return None
    kind: Any = Union[kinds]  # noqa: UP007 - the kinds are known at run time only
    found: Condition | None = _convert(source, path, fields, kind)
    for name in found.references() if found else ():
        if full_name(name) is None:
            source.complain(path, f"`{name}` is not an image reference")
            return None
    return found


def _telling(kinds: tuple[type[Goal], ...]) -> tuple[str, list[str]]:
    """The key that tells the kinds of a subject apart, and what may stand there."""
    configs = [kind.__struct_config__ for kind in kinds]
    return str(configs[0].tag_field), sorted(str(config.tag) for config in configs)


def _combination(source: Source, path: Path_, fields: dict[str, Any], combine: Any) -> Condition | None:
    word = path[-1]
    inner = [fields[str(word)]] if word == "not" else fields[str(word)]
    if len(fields) != 1:
        source.complain(path, f"`{word}` stands alone; other keys belong inside it")
    if not isinstance(inner, list) or not inner:
        source.complain(path, f"`{word}` holds a list of at least one condition")
        return None
    where = (path,) if word == "not" else tuple((*path, i) for i in range(len(inner)))
    parts = [_condition(source, place, part) for place, part in zip(where, inner, strict=True)]
    made: Condition | None = None if None in parts else combine(tuple(parts))
    return made


def _convert(source: Source, path: Path_, fields: Any, kind: Any) -> Any:
    """The data as `kind`, or None with the problem noted at its line."""
    if fields is None and source.problems and not path:
        return None
    try:
        return msgspec.convert(fields, type=kind)
    except msgspec.ValidationError as error:
        what, _, inside = str(error).partition(" - at `$")
        keys = re.findall(r"\.([^.\[`]+)|\[(\d+)\]", inside)
        deeper = tuple(int(index) if index else key for key, index in keys)
        source.complain((*path, *deeper), what[0].lower() + what[1:])
        return None
