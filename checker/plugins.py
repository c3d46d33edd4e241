"""What other packages bring, by their entry points. Looking for them takes longer than a verdict.

| group | the name of an entry point | what it leads to |
|---|---|---|
| `checker.conditions` | a subject's word | a `Goal` class, or a tuple of them |
| `checker.readers` | the name of a `Need` class | the function that reads it |
| `checker.session` | the name of an application | a function that opens its session |
"""

from typing import TYPE_CHECKING, Any

from checker.errors import LessonError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def installed(group: str) -> "tuple[EntryPoint, ...]":
    """The entry points of a group, in the order of their names."""
    from importlib.metadata import entry_points  # 10 ms, and rarely needed

    return tuple(sorted(entry_points(group=group), key=lambda point: point.name))


def load(point: "EntryPoint") -> Any:
    """What an entry point leads to. Raises LessonError if it cannot be imported."""
    try:
        return point.load()
    except Exception as error:  # a foreign module may raise anything
        raise refused(point, f"cannot be imported: {error!r}") from error


def refused(point: "EntryPoint", why: str) -> LessonError:
    """The error for a package that brings something wrong."""
    return LessonError((f"{describe(point)}: {why}.",))


def describe(point: "EntryPoint") -> str:
    """The package and the entry point, for a message."""
    package = point.dist.name if point.dist else "a package"
    return f"the package {package} (entry point `{point.name} = {point.value}` of {point.group})"
