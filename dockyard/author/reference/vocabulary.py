"""The page of all conditions that a check can be made of, written from their code."""

from collections.abc import Iterable, Iterator
from inspect import cleandoc

import msgspec

from checker.conditions.base import Goal
from checker.conditions.combined import ShouldNotBe
from checker.conditions.general import OF_ANY_STEP
from checker.conditions.reasons import Reason, id_of, meaning_of
from checker.conditions.subjects import kinds_of, subjects
from checker.conditions.vocabulary import COMBINATIONS
from dockyard.author.reference.fields import described, keys_of
from dockyard.author.reference.reasons import reasons_in

OPENING = """\
# The vocabulary of checks

What may stand under `check:` in a lesson's YAML. This page is made from the code, by \
`dockyard author vocabulary`; how a lesson is written is told in [Writing lessons](authors.md).

A condition is a **subject** (`image: ubuntu`) and what it `is` (`is: removed`). Some are about what \
*happened* since the lesson was started, others about what is true *now*; the first line of each says which.

The **reasons** say why a step is not passed: what the `reason:` of a mistake may name. \
[The last section](#the-reasons) explains each. Besides those of its check, any step can be `waiting` for \
another step, be refused for `wrong-engine` where nothing was done on the right one, or be one that cannot \
be judged now.
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

REASONS = """\
## The reasons

What a learner reads is made from templates: `{name}` is filled in on the learner's engine.

| reason | means | says |
|---|---|---|"""


def vocabulary() -> str:
    """The page, in Markdown. Raises LessonError where a third-party condition is none."""
    known = sorted(subjects())
    return "\n".join([OPENING, *map(_subject, known), COMBINED, *_combinations(), REASONS, *_reasons(known)])


def _combinations() -> Iterator[str]:
    for word, combine in COMBINATIONS.items():
        yield f"- `{word}`: {_first_paragraph(combine)}"
    yield ""


def _reasons(known: Iterable[str]) -> Iterator[str]:
    """A row for each reason: what it means, and what a learner reads."""
    kinds = [kind for subject in known for kind in kinds_of(subject)]
    given = (reason for kind in kinds for reason in kind.reasons)
    for reason in reasons_in((*given, ShouldNotBe, *OF_ANY_STEP)):
        yield f"| `{id_of(reason)}` | {meaning_of(reason)} | {_says(reason)} |"
    yield ""


def _says(reason: type[Reason]) -> str:
    """The templates of a reason, one alternative of each."""
    texts = (reason.asked, reason.seen, reason.cause)
    words = " ".join(text if isinstance(text, str) else text[0] for text in texts if text)
    return words.replace("|", "\\|").replace("<", "&lt;")


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
    reasons = ", ".join(f"`{id_of(reason)}`" for reason in reasons_in(kind.reasons))
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
