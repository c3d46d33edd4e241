"""A digest of the check of a step: it changes when another goal is judged, and at nothing else.

The task, hints, mistakes and solution do not count. A field that has its default value does not count
either, so that a new optional field changes no digest.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from checker.conditions.base import Condition
from checker.conditions.vocabulary import COMBINATIONS

LENGTH = 16  # hex digits; enough to tell the forms of one check apart


def check_digest(check: Condition) -> str:
    """The digest of a condition, or of a combination of conditions."""
    canonical = json.dumps(_plain(check), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:LENGTH]


def _plain(value: object) -> Any:
    """The value as JSON can hold it: a condition in the words of a lesson file."""
    for word, combination in COMBINATIONS.items():
        if isinstance(value, combination):
            return {word: _plain(value.parts)}
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        kind = {config.tag_field: config.tag} if config.tag_field else {}
        return kind | {key: _plain(each) for key, each in _written(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_plain(each) for each in value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _written(struct: msgspec.Struct) -> Iterator[tuple[str, object]]:
    """The fields that do not have their default value, by the keys of a lesson file."""
    for field in msgspec.structs.fields(type(struct)):
        value = getattr(struct, field.name)
        make = field.default_factory
        if value != (field.default if make is msgspec.NODEFAULT else make()):
            yield field.encode_name, value
