"""Conditions that other packages bring: entry points of the group `checker.conditions`.

The name of an entry point is the subject's word in a lesson; what it leads to is a `Goal` class, or
a tuple of them. Nothing here is touched as long as lessons use the built-in subjects alone: looking
for entry points takes longer than a verdict.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from checker.conditions.base import Goal
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS
from checker.errors import LessonError

GROUP = "checker.conditions"
METHODS = ("needs", "evidence", "diagnoses")


@cache
def foreign_subjects() -> dict[str, EntryPoint]:
    """The subjects that other packages bring. Raises LessonError where two claim the same word."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name in SUBJECTS or point.name in COMBINATIONS:
            raise _refused(point, f"`{point.name}` is a word of the built-in vocabulary; choose another")
        if found.setdefault(point.name, point) != point:
            raise _refused(point, f"the subject `{point.name}` is claimed by {_who(found[point.name])}, too")
    return found


@cache
def foreign_kinds(subject: str) -> tuple[type[Goal], ...]:
    """The kinds of a subject that is not built in; none if nobody brings it. Raises LessonError."""
    if subject not in foreign_subjects():
        return ()
    point = foreign_subjects()[subject]
    try:
        loaded = point.load()
    except Exception as error:  # whatever a foreign module may raise
        raise _refused(point, f"cannot be imported: {error!r}") from error
    kinds = loaded if isinstance(loaded, tuple) else (loaded,)
    if problem := _fault(kinds) or next(filter(None, (_fault_of(kind, subject) for kind in kinds)), None):
        raise _refused(point, problem)
    return kinds


def _fault(kinds: tuple[Any, ...]) -> str | None:
    if not kinds:
        return "an empty tuple holds no condition"
    strangers = [kind for kind in kinds if not (isinstance(kind, type) and issubclass(kind, Goal))]
    if strangers:
        return f"{strangers[0]!r} is no condition: it must be a class based on checker.conditions.base.Goal"
    if len({kind.__struct_config__.tag_field for kind in kinds}) > 1:
        return "the kinds of one subject are told apart by one key"
    if len({kind.__struct_config__.tag for kind in kinds}) < len(kinds):
        return "two kinds have the same tag"
    return None


def _fault_of(kind: type[Goal], subject: str) -> str | None:
    if kind.__struct_config__.tag == kind.__name__:  # what msgspec takes when none is given
        return f"{kind.__name__} has no tag: write `class {kind.__name__}(Goal, frozen=True, tag=…)`"
    missing = [method for method in METHODS if not callable(getattr(kind, method, None))]
    if missing:
        return f"{kind.__name__} is no condition: it has no method `{missing[0]}`"
    if subject not in (*kind.__struct_encode_fields__, kind.__struct_config__.tag_field):
        return f"{kind.__name__} has no field `{subject}`, the subject's word"
    return None


def _refused(point: EntryPoint, what: str) -> LessonError:
    return LessonError((f"{_who(point)}: {what}.",))


def _who(point: EntryPoint) -> str:
    package = point.dist.name if point.dist else "a package"
    return f"the package {package} (entry point `{point.name} = {point.value}` of {GROUP})"
