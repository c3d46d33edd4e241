"""Conditions that other packages bring: entry points of the group `checker.conditions`.

The name of an entry point is the subject's word in a lesson; it leads to a `Goal` class or a tuple
of them. None of this runs as long as lessons use only built-in subjects: looking for entry points
takes longer than a verdict.
"""

from functools import cache
from importlib.metadata import EntryPoint
from typing import Any

from checker.conditions.base import Goal
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS
from checker.plugins import describe, installed, load, refused

GROUP = "checker.conditions"
METHODS = ("needs", "evidence", "diagnoses")


@cache
def foreign_subjects() -> dict[str, EntryPoint]:
    """The subjects that other packages bring. Raises LessonError if two packages claim the same word."""
    found: dict[str, EntryPoint] = {}
    for point in installed(GROUP):
        if point.name in SUBJECTS or point.name in COMBINATIONS:
            raise refused(point, f"`{point.name}` is a word of the built-in vocabulary; choose another")
        if found.setdefault(point.name, point) != point:
            other = describe(found[point.name])
            raise refused(point, f"the subject `{point.name}` is also claimed by {other}")
    return found


@cache
def foreign_kinds(subject: str) -> tuple[type[Goal], ...]:
    """The kinds of a subject from another package; none if no package brings it. Raises LessonError."""
    if subject not in foreign_subjects():
        return ()
    point = foreign_subjects()[subject]
    loaded = load(point)
    kinds = loaded if isinstance(loaded, tuple) else (loaded,)
    if problem := _fault(kinds) or next(filter(None, (_fault_of(kind, subject) for kind in kinds)), None):
        raise refused(point, problem)
    return kinds


def _fault(kinds: tuple[Any, ...]) -> str | None:
    if not kinds:
        return "an empty tuple holds no condition"
    strangers = [kind for kind in kinds if not (isinstance(kind, type) and issubclass(kind, Goal))]
    if strangers:
        return (
            f"{strangers[0]!r} is not a condition: it must be a class based on checker.conditions.base.Goal"
        )
    if len({kind.__struct_config__.tag_field for kind in kinds}) > 1:
        return "all kinds of one subject must have the same tag field"
    if len({kind.__struct_config__.tag for kind in kinds}) < len(kinds):
        return "two kinds have the same tag"
    return None


def _fault_of(kind: type[Goal], subject: str) -> str | None:
    if kind.__struct_config__.tag == kind.__name__:  # msgspec's default
        return f"{kind.__name__} has no tag: write `class {kind.__name__}(Goal, frozen=True, tag=…)`"
    missing = [method for method in METHODS if not callable(getattr(kind, method, None))]
    if missing:
        return f"{kind.__name__} is not a condition: it has no method `{missing[0]}`"
    if subject not in (*kind.__struct_encode_fields__, kind.__struct_config__.tag_field):
        return f"{kind.__name__} has no field `{subject}`, the subject's word"
    return None
