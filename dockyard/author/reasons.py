"""Which reasons a condition can give: read from its code, so that there is no list to be kept in step.

Everything that its `diagnoses` reaches is looked through for words that look like a reason. A reason
put together while judging is known by its beginning, as `image-in-use-`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any, get_args

from checker import judge
from checker.conditions import Condition
from checker.conditions.combined import All
from checker.conditions.combined import Any as AnyOf
from checker.facts import NeedKind

REASON = re.compile(r"[a-z]+(-[a-z]+)+-?|typo")
NO_REASONS = frozenset(get_args(NeedKind))


def reasons_of(condition: Condition) -> frozenset[str]:
    """The reasons that a step with this check can be refused with."""
    return reasons_of_kind(type(condition), _parts(condition)) | _words([judge.judge])


def reasons_of_kind(kind: type, parts: Iterable[Condition] = ()) -> frozenset[str]:
    """The reasons that a kind of condition gives itself, or through its parts."""
    inner = [reasons_of_kind(type(part), _parts(part)) for part in parts]
    return _words([getattr(kind, "diagnoses", None)], kind).union(*inner)


def is_reason(word: str, reasons: Iterable[str]) -> bool:
    """Whether a word is one of the reasons, or begins like one that is put together."""
    return any(word == each or (each.endswith("-") and word.startswith(each)) for each in reasons)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All | AnyOf) else ()


def _words(roots: Iterable[Any], kind: type | None = None) -> frozenset[str]:
    """What looks like a reason in the functions, and in all that they reach."""
    seen: set[int] = set()
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        each = _function(waiting.pop())
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, FunctionType):
            constants, names = _inside(each.__code__)
            found.update(constants)
            waiting += _reached(names, each.__globals__, kind)
        else:
            found.update(_strings(each))
    return frozenset(word for word in found if REASON.fullmatch(word)) - NO_REASONS


def _function(found: Any) -> Any:
    """The function behind a property or a method."""
    if isinstance(found, property):
        return found.fget
    if isinstance(found, cached_property):
        return found.func
    return getattr(found, "__func__", found)


def _inside(code: CodeType) -> tuple[set[str], set[str]]:
    """The texts in a function's code, and the names it uses; functions within it included."""
    texts, names = set(_strings(code.co_consts)), set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            inner = _inside(constant)
            texts |= inner[0]
            names |= inner[1]
    return texts, names


def _strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for pair in found.items():
            yield from _strings(pair)
    elif isinstance(found, tuple | list | frozenset | set):
        for part in found:
            yield from _strings(part)


def _reached(names: Iterable[str], known: dict[str, Any], kind: type | None) -> Iterator[Any]:
    """What the names stand for: attributes of the kind, things of the module, methods of its classes."""
    classes = [each for each in known.values() if isinstance(each, type) and _helps(each, known["__name__"])]
    for name in names:
        if kind is not None and hasattr(kind, name):
            yield _static(kind, name)
        elif name in known:
            yield known[name]
        else:
            yield from (_static(each, name) for each in classes if hasattr(each, name))


def _helps(kind: type, module: str) -> bool:
    """Whether a class is the module's own, or one of its package that is no condition itself."""
    package = module.rpartition(".")[0]
    beside = kind.__module__.rpartition(".")[0] == package and not hasattr(kind, "diagnoses")
    return beside or kind.__module__ == module


def _static(kind: type, name: str) -> Any:
    """An attribute of a class as it is written: a property, not what it gives."""
    return next((base.__dict__[name] for base in kind.__mro__ if name in base.__dict__), None)
