"""The page of all conditions that a check can be made of, written from their code."""

from collections.abc import Iterator
from inspect import cleandoc
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from checker.conditions import COMBINATIONS, Goal, kinds_of, subjects
from dockyard.author.reasons import reasons_of_kind

OPENING = """\
# The vocabulary of checks

What may stand under `check:` in a lesson's YAML. This page is made from the code, by \
`dockyard author vocabulary`; how a lesson is written is told in [Writing lessons](authors.md).

A condition is a **subject** (`image: ubuntu`) and what it `is` (`is: removed`). Some are about what \
*happened* since the lesson was started, others about what is true *now*; the first line of each says which.

The **reasons** are why a step can be refused by it: what the `reason:` of a mistake may name. One that ends \
in `…` is put together while judging, such as `image-in-use-running`. Besides these, any step can be \
`waiting` for another, and one where nothing was done on the right engine is refused for `wrong-engine`.
"""
COMBINED = """\
## Conditions of conditions

```yaml
check:
  all:
    - image: toolbox:1.0
      is: untagged
    - not:
        image: busybox:uclibc
        is: absent
```
"""
NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def vocabulary() -> str:
    """The page, in Markdown. Raises LessonError where a third-party condition is none."""
    return "\n".join([OPENING, *map(_subject, sorted(subjects())), COMBINED, *_combinations()])


def _combinations() -> Iterator[str]:
    for word, combine in COMBINATIONS.items():
        reasons = ", ".join(f"`{reason}`" for reason in sorted(reasons_of_kind(combine)))
        tail = f" Reasons: {reasons}." if reasons else ""
        yield f"- `{word}`: {_first_paragraph(combine)}{tail}"
    yield ""


def _subject(subject: str) -> str:
    kinds = sorted(kinds_of(subject), key=lambda kind: str(kind.__struct_config__.tag))
    return "\n".join([f"## `{subject}`\n", *(_kind(subject, kind) for kind in kinds)])


def _kind(subject: str, kind: type[Goal]) -> str:
    """What one kind means, an example, its keys and its reasons."""
    config = kind.__struct_config__
    title = f"{subject}: {config.tag}" if config.tag_field == subject else f"{config.tag_field}: {config.tag}"
    parts = [f"### `{title}`\n" if config.tag_field == subject else f"### `{subject}` … `{title}`\n"]
    parts.append(f"{_first_paragraph(kind)}\n")
    if example := cleandoc(getattr(kind, "example", "")):
        parts.append(f"```yaml\ncheck:\n{_indented(example)}\n```\n")
    parts += ["| key | value | if left out |", "|---|---|---|"]
    parts += [_row(name, wanted, default) for name, wanted, default in _fields(kind)]
    reasons = ", ".join(f"`{each}…`" if each.endswith("-") else f"`{each}`" for each in _reasons(kind))
    return "\n".join([*parts, f"\nReasons: {reasons}\n"])


def _reasons(kind: type[Goal]) -> list[str]:
    """The reasons, without what is a value of one of its keys."""
    values = {str(word) for field in msgspec.structs.fields(kind) for word in _literals(field.type)}
    return sorted(reasons_of_kind(kind) - values)


def _fields(kind: type[msgspec.Struct], before: str = "") -> Iterator[tuple[str, str, str]]:
    """The keys of a mapping, and those of the mappings in it."""
    for field in msgspec.structs.fields(kind):
        name = f"{before}{field.encode_name}"
        yield name, _described(field.type), _default(field)
        for inner in _alternatives(field.type):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                yield from _fields(inner, f"{name}.")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "must be given"
    return f"`{field.default}`" if isinstance(field.default, int | str) else ""


def _described(kind: Any) -> str:
    """A type in words."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        return _described(inner) + "".join(_limits(each) for each in more)
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(_described(each) for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(kind))
    if get_origin(kind) in (tuple, list, frozenset):
        return f"a list, each {_described(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        key, value = map(_described, get_args(kind))
        return f"a mapping from {key} to {value}"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return "a mapping, see below"
    return NAMES.get(kind, str(kind))


def _limits(meta: Any) -> str:
    """What is said of a type besides, as far as it is about numbers."""
    if not isinstance(meta, msgspec.Meta):
        return ""
    at_least = f", at least {meta.ge}" if meta.ge is not None else ""
    return at_least + (f", at most {meta.le}" if meta.le is not None else "")


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _literals(kind: Any) -> Iterator[Any]:
    for each in _alternatives(kind):
        if get_origin(each) is Literal:
            yield from get_args(each)


def _row(name: str, wanted: str, default: str) -> str:
    return f"| `{name}` | {wanted} | {default} |".replace("  |", " |")


def _first_paragraph(kind: type) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())


def _indented(example: str) -> str:
    return "\n".join(f"  {line}" for line in example.strip().splitlines())
