"""The page of all conditions that a check can be made of, written from their code."""

from collections.abc import Iterator
from inspect import cleandoc

import msgspec

from checker.conditions.base import Goal
from checker.conditions.vocabulary import COMBINATIONS, kinds_of, subjects
from dockyard.author.reference.fields import described, keys_of
from dockyard.author.reference.reasons import reasons_of_kind

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
    parts += [_row(name, field) for name, field in keys_of(kind)]
    given = sorted(reasons_of_kind(kind))
    reasons = ", ".join(f"`{each}…`" if each.endswith("-") else f"`{each}`" for each in given)
    return "\n".join([*parts, f"\nReasons: {reasons}\n"])


def _row(name: str, field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        default = "must be given"
    else:
        default = f"`{field.default}`" if isinstance(field.default, int | str) else ""
    return f"| `{name}` | {described(field.type)} | {default} |".replace("  |", " |")


def _first_paragraph(kind: type) -> str:
    return " ".join(cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())


def _indented(example: str) -> str:
    return "\n".join(f"  {line}" for line in example.strip().splitlines())
