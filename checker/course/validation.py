"""Plain data made into a data class; what is wrong with it is noted, all of it, each at its line.

What is right costs one conversion. Only what is wrong is looked at field by field.
"""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from checker.course.suggestions import instead
from checker.course.yaml_source import Path_, Source

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


def convert(source: Source, path: Path_, data: Any, kind: type[Kind]) -> Kind | None:
    """The data as `kind`, or None with all its problems noted."""
    try:
        found: Kind = _convert(data, kind)
        return found
    except msgspec.ValidationError as error:
        before = len(source.problems)
        _examine(source, path, data, kind)
        if len(source.problems) == before:  # each field is right, and all together are not
            source.complain(path, _describe_error(error, kind))
        return None


def convert_or_default(source: Source, path: Path_, data: Any, kind: type[Kind]) -> Kind:
    """The data as `kind`, with something empty for each field that is wrong, which is noted.

    What else is wrong can be looked for then.
    """
    if (found := convert(source, path, data, kind)) is not None:
        return found
    given = data if isinstance(data, Mapping) else {}
    values = {field.name: _usable(given, field) for field in msgspec.structs.fields(kind)}
    return kind(**values)


def _convert(data: Any, kind: Any) -> Any:
    return msgspec.convert(data, type=kind, str_keys=True)  # every key that was read is text: `80: 8080`


def _usable(given: Mapping[str, Any], field: msgspec.structs.FieldInfo) -> Any:
    try:
        return _convert(given[field.encode_name], field.type)
    except (KeyError, msgspec.ValidationError):
        if not field.required:
            return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        kind = _bare(field.type)
        return (get_origin(kind) or kind)() if kind is not Any else None


def _examine(source: Source, path: Path_, data: Any, kind: type[msgspec.Struct]) -> None:
    """Note every problem of a mapping: keys that are unknown or missing, values of the wrong kind."""
    if not isinstance(data, Mapping):
        source.complain(path, f"{_named(path)}{_describe_mismatch('object', _name_of(data))}")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    telling = str(kind.__struct_config__.tag_field)
    for key in data:
        if key not in fields and key != telling:
            allowed = {*fields, telling} if kind.__struct_config__.tag_field else fields
            source.complain((*path, key), f"unknown key `{key}`{instead(key, allowed)}")
    for key, field in fields.items():
        if key in data:
            _examine_value(source, (*path, key), data[key], field.type)
        elif field.required:
            source.complain((*path, key), f"`{key}` is missing")


def _examine_value(source: Source, path: Path_, value: Any, kind: Any) -> None:
    try:
        _convert(value, kind)
    except msgspec.ValidationError as error:
        before = len(source.problems)
        for inner in _alternatives(kind):
            _examine_inside(source, path, value, inner)
        if len(source.problems) == before:
            source.complain(path, f"{_named(path)}{_describe_error(error, kind)}")


def _examine_inside(source: Source, path: Path_, value: Any, kind: Any) -> None:
    """Note what is wrong in the parts of a value, if it is of the right kind on the whole."""
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
    """A type without what is said about it besides."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _alternatives(kind: Any) -> tuple[Any, ...]:
    bare = _bare(kind)
    return tuple(map(_bare, get_args(bare))) if get_origin(bare) in (Union, UnionType) else (bare,)


def _describe_error(error: msgspec.ValidationError, kind: Any) -> str:
    """What msgspec says, in an author's words."""
    what = str(error).partition(" - at `$")[0]
    if what.startswith("Invalid enum value"):
        words = [str(word) for part in _alternatives(kind) for word in _literals(part)]
        wrong = what.removeprefix("Invalid enum value").strip(" '\"")
        return f"`{wrong}` cannot stand here{instead(wrong, words)}"
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


def _named(path: Path_) -> str:
    """The key that a value stands under, to begin the sentence with."""
    return next((f"`{key}`: " for key in reversed(path) if isinstance(key, str)), "")


def _name_of(value: Any) -> str:
    """What msgspec calls the type of a value."""
    names = {type(None): "null", list: "array", dict: "object"}
    return names.get(type(value), type(value).__name__)
