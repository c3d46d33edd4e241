"""Which reasons a condition can give: read from its code, so that there is no list to be kept in step.

Everything that its `diagnoses` reaches is looked through for words that look like a reason. A reason
put together while judging is known by its beginning, as `image-in-use-`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from types import CodeType, FunctionType
from typing import Any

from checker.conditions.base import Condition, Goal
from checker.conditions.combined import All
from checker.conditions.combined import Any as AnyOf
from checker.errors import CannotTell

REASON = re.compile(r"[a-z]+(-[a-z]+)+-?|typo|unhealthy")  # a test knows of others of one word
NO_REASONS = frozenset({"any-but-root", "full-name"})  # a test knows of others
OF_ANY_STEP = frozenset({"waiting", "wrong-engine"})


def reasons_of(condition: Condition) -> frozenset[str]:
    """The reasons that a step with this check can be refused with, or why nobody can tell."""
    untold = {error.reason for error in CannotTell.__subclasses__()}
    return _given(condition) | OF_ANY_STEP | untold


@cache
def reasons_of_kind(kind: type) -> frozenset[str]:
    """The reasons that a kind of condition gives itself."""
    return _words(getattr(kind, "diagnoses", None), kind)


def is_reason(word: str, reasons: Iterable[str]) -> bool:
    """Whether a word is one of the reasons, or begins like one that is put together."""
    return any(word == each or (each.endswith("-") and word.startswith(each)) for each in reasons)


def _given(condition: Condition) -> frozenset[str]:
    if isinstance(condition, All | AnyOf):
        return frozenset().union(*map(_given, condition.parts))
    return reasons_of_kind(type(condition))


def _words(root: Any, kind: type) -> frozenset[str]:
    """What looks like a reason in a function, and in all that it reaches."""
    seen: set[int] = set()
    found: set[str] = set()
    waiting: list[Any] = [root]
    homes = {_home(Goal.__module__), _home(kind.__module__)}  # what lies outside knows no reasons
    while waiting:
        each = _function(waiting.pop())
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, FunctionType):
            if _home(each.__module__) in homes:
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


@cache
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


def _reached(names: set[str], known: dict[str, Any], kind: type) -> Iterator[Any]:
    """What the names stand for: attributes of the kind, things of the module, methods of its classes."""
    here = _home(known["__name__"])
    classes = [each for each in known.values() if isinstance(each, type) and _home(each.__module__) == here]
    for name in names:
        if hasattr(kind, name):
            written = _written(kind, name)
            yield from written if "super" in names else written[:1]
        elif name in known:
            yield known[name]
        else:
            yield from (found for each in classes for found in _written(each, name)[:1])


def _home(module: str) -> str:
    """The package that a module is in; itself, if it is in none."""
    return ".".join(module.split(".")[:2])


def _written(kind: type, name: str) -> list[Any]:
    """An attribute as its classes have it, the nearest first: a property, not what it gives."""
    return [base.__dict__[name] for base in kind.__mro__ if name in base.__dict__]
