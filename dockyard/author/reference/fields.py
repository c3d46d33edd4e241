"""The keys that a condition may have in a lesson, and what may stand there, from its data class."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def keys_of(kind: type[msgspec.Struct], before: str = "") -> Iterator[tuple[str, msgspec.structs.FieldInfo]]:
    """The keys of a mapping, and below them those of the mappings inside, as `config.user`."""
    for field in msgspec.structs.fields(kind):
        name = f"{before}{field.encode_name}"
        yield name, field
        for inner in _alternatives(field.type):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield from keys_of(inner, f"{name}.")


def described(kind: Any) -> str:
    """A type in words."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return described(arguments[0]) + "".join(map(_limits, arguments[1:]))
    if origin in (Union, UnionType):
        return " or ".join(described(each) for each in _alternatives(kind))
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in arguments)
    if origin in (tuple, list, frozenset):
        return f"a list, each {described(arguments[0])}"
    if origin is dict:
        return f"a mapping from {described(arguments[0])} to {described(arguments[1])}"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "a mapping with the keys below"
    return NAMES.get(kind, str(kind))


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """The types of a union, without nothing; or the one type."""
    if get_origin(kind) not in (Union, UnionType):
        return (kind,)
    return tuple(each for each in get_args(kind) if each is not type(None))


def _limits(meta: Any) -> str:
    """What is said of a number besides."""
    limits = {"from": getattr(meta, "ge", None), "to": getattr(meta, "le", None)}
    return "".join(f" {word} {limit}" for word, limit in limits.items() if limit is not None)
