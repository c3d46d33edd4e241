"""Converts plain data to data classes, and records every problem at its line.

Valid data costs one conversion. Only invalid data is examined field by field.
"""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from checker.course.suggestions import suggestion
from checker.course.yaml_source import KeyPath, Source

Kind = TypeVar("Kind", bound=msgspec.Struct)

TYPE_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping (`key: value`)",
    "date": "a date",
    "datetime": "a time",
}
SCALARS = ("int", "float", "bool", "date", "datetime")


def convert(source: Source, path: KeyPath, data: Any, kind: type[Kind]) -> Kind | None:
    """The data as `kind`; None if it is invalid, with all its problems recorded."""
    try:
        found: Kind = _convert(data, kind)
        return found
    except msgspec.ValidationError as error:
        before = len(source.problems)
        _examine(source, path, data, kind)
        if len(source.problems) == before:  # each field is valid, and the combination is not
            source.add_problem(path, _describe_error(error, kind))
        return None


def convert_or_default(source: Source, path: KeyPath, data: Any, kind: type[Kind]) -> Kind:
    """Convert, replacing each invalid field by its default or an empty value.

    Every problem is recorded, so later checks can still run.
    """
    if (found := convert(source, path, data, kind)) is not None:
        return found
    given = data if isinstance(data, Mapping) else {}
    values = {field.name: _usable(given, field) for field in msgspec.structs.fields(kind)}
    return kind(**values)


def _convert(data: Any, kind: Any) -> Any:
    return msgspec.convert(data, type=kind, str_keys=True)  # keys are read as text, also in `80: 8080`


def _usable(given: Mapping[str, Any], field: msgspec.structs.FieldInfo) -> Any:
    try:
        return _convert(given[field.encode_name], field.type)
    except (KeyError, msgspec.ValidationError):
        if not field.required:
            return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        kind = _bare(field.type)
        return (get_origin(kind) or kind)() if kind is not Any else None


def _examine(source: Source, path: KeyPath, data: Any, kind: type[msgspec.Struct]) -> None:
    """Record every problem of a mapping: unknown or missing keys, values of the wrong kind."""
    if not isinstance(data, Mapping):
        source.add_problem(path, f"{_named(path)}{_describe_mismatch('object', _name_of(data))}")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    tag_key = str(kind.__struct_config__.tag_field)
    for key in data:
        if key not in fields and key != tag_key:
            allowed = {*fields, tag_key} if kind.__struct_config__.tag_field else fields
            source.add_problem((*path, key), f"unknown key `{key}`{suggestion(key, allowed)}")
    for key, field in fields.items():
        if key in data:
            _examine_value(source, (*path, key), data[key], field.type)
        elif field.required:
            source.add_problem((*path, key), f"`{key}` is missing")


def _examine_value(source: Source, path: KeyPath, value: Any, kind: Any) -> None:
    try:
        _convert(value, kind)
    except msgspec.ValidationError as error:
        before = len(source.problems)
        for inner in _alternatives(kind):
            _examine_inside(source, path, value, inner)
        if len(source.problems) == before:
            source.add_problem(path, f"{_named(path)}{_describe_error(error, kind)}")


def _examine_inside(source: Source, path: KeyPath, value: Any, kind: Any) -> None:
    """Record the problems in the parts of a value, if the value itself is of the right kind."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(value, Mapping) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        _examine(source, path, value, kind)
    elif isinstance(value, Mapping) and origin is dict:
        for key, part in value.items():
            _examine_value(source, (*path, key), part, arguments[1])
    elif isinstance(value, list) and origin in (tuple, list, frozenset):
        for index, part in enumerate(value):
            _examine_value(source, (*path, index), part, arguments[0])


def _bare(kind: Any) -> Any:
    """A type without its annotations."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _alternatives(kind: Any) -> tuple[Any, ...]:
    bare = _bare(kind)
    return tuple(map(_bare, get_args(bare))) if get_origin(bare) in (Union, UnionType) else (bare,)


def _describe_error(error: msgspec.ValidationError, kind: Any) -> str:
    """The error of msgspec, in the words of authors."""
    what = str(error).partition(" - at `$")[0]
    if what.startswith("Invalid enum value"):
        words = [str(word) for part in _alternatives(kind) for word in _literals(part)]
        wrong = what.removeprefix("Invalid enum value").strip(" '\"")
        return f"`{wrong}` cannot stand here{suggestion(wrong, words)}"
    if found := re.fullmatch(r"Expected `([^`]+)`, got `([^`]+)`", what):
        return _describe_mismatch(found[1], found[2])
    if found := re.fullmatch(r"Expected `([^`]+)`( .+)", what):
        return f"expected {_in_words(found[1])}{found[2]}"
    return what[:1].lower() + what[1:]


def _literals(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is Literal else ()


def _describe_mismatch(expected: str, got: str) -> str:
    quotes = ": put it in quotes" if expected == "str" and got in SCALARS else ""
    return f"expected {_in_words(expected)}, got {_in_words(got)}{quotes}"


def _in_words(names: str) -> str:
    return " or ".join(TYPE_WORDS.get(name, f"`{name}`") for name in names.split(" | "))


def _named(path: KeyPath) -> str:
    """The key of a value, as the beginning of a sentence about it."""
    return next((f"`{key}`: " for key in reversed(path) if isinstance(key, str)), "")


def _name_of(value: Any) -> str:
    """The name that msgspec gives to the type of a value."""
    names = {type(None): "null", list: "array", dict: "object"}
    return names.get(type(value), type(value).__name__)
