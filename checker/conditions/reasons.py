"""Why a goal is not reached, as data: a reason is declared once, and its texts are made from its fields.

A declaration is a class beside the condition that gives it:

    class VolumeStillHere(Reason, frozen=True, tag="volume-still-here"):
        \"\"\"The volume is here, and no container uses it.\"\"\"

        volume: str
        seen = "The volume `{volume}` is still here, unused."
        next = ("docker volume rm {volume}",)

The tag is the stable id, the first line of the docstring is what it means (for authors, the
vocabulary, the board of a class). Four texts are templates over the fields: `asked`, what the step
asks for; `seen`, what was found; `cause`, why that is so; `next`, the commands to type.

In a template, `{field}` is the value, a tuple is written as "`a`, `b` and `c`", and `{field:was|were}`
is the first word where there is one, the second where there are more. A text may have alternatives: the
first whose fields all have a value is used. A command whose fields do not all have a value is left out.
"""

import string
from collections.abc import Iterator, Mapping
from functools import cache
from shlex import quote
from typing import Annotated, Any, ClassVar, NamedTuple, get_type_hints

import msgspec

from checker.conditions.wording import join_words

Template = str | tuple[str, ...]

# What a learner may have typed: the name of a container, a tag, an answer. It stays on their machine.
PRIVATE = msgspec.Meta(extra={"private": True})
Private = Annotated[str, PRIVATE]
PrivateNames = Annotated[tuple[str, ...], PRIVATE]
# Commands that a condition puts together, ready to be typed; `"{commands}"` alone in `next` is all of them.
Commands = Annotated[tuple[str, ...], msgspec.Meta(extra={"private": True, "commands": True})]


class Texts(NamedTuple):
    """What is said of a reason; a text that does not apply is empty."""

    asked: str
    seen: str
    cause: str
    next: tuple[str, ...]

    @property
    def message(self) -> str:
        """All that is said, in one paragraph."""
        return " ".join(filter(None, (self.asked, self.seen, self.cause)))


class Reason(msgspec.Struct, frozen=True):
    """Base of all reasons. A subclass declares its id (`tag`), its meaning, its fields and its texts."""

    asked: ClassVar[Template] = ""
    seen: ClassVar[Template] = ""
    cause: ClassVar[Template] = ""
    next: ClassVar[tuple[str, ...]] = ()

    @property
    def id(self) -> str:
        """The stable id."""
        return id_of(type(self))

    @property
    def texts(self) -> Texts:
        """What is said of it, its fields filled in."""
        return Texts(self._text(self.asked), self._text(self.seen), self._text(self.cause), self._commands())

    def fields(self) -> dict[str, Any]:
        """Its fields as plain data."""
        return {name: msgspec.to_builtins(getattr(self, name)) for name in self.__struct_fields__}

    def public_fields(self) -> dict[str, Any]:
        """Those of its fields that hold nothing that a learner may have typed."""
        private = marked(type(self), "private")
        return {name: value for name, value in self.fields().items() if name not in private}

    def _text(self, template: Template) -> str:
        alternatives = (template,) if isinstance(template, str) else template
        fitting = (each for each in alternatives if self._is_complete(each))
        return _WORDS.vformat(next(fitting, ""), (), _Values(self))

    def _commands(self) -> tuple[str, ...]:
        return tuple(command for template in self.next for command in self._expanded(template))

    def _expanded(self, template: str) -> Iterator[str]:
        name = template.strip("{}")
        if name in marked(type(self), "commands"):
            yield from getattr(self, name)
        elif self._is_complete(template):
            yield _SHELL.vformat(template, (), _Values(self))

    def _is_complete(self, template: str) -> bool:
        names = (name for _, name, _, _ in string.Formatter().parse(template) if name)
        return all(getattr(self, name) not in (None, "", ()) for name in names)


def id_of(kind: type[Reason]) -> str:
    """The id of a declared reason."""
    return str(kind.__struct_config__.tag)


def meaning_of(kind: type[Reason]) -> str:
    """What a reason means, in a line."""
    return (kind.__doc__ or "").strip().partition("\n")[0]


@cache
def marked(kind: type[Reason], mark: str) -> frozenset[str]:
    """The fields of a reason that have a mark: `private` or `commands`."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(
        name
        for name in kind.__struct_fields__
        for note in getattr(hints[name], "__metadata__", ())
        if (getattr(note, "extra", None) or {}).get(mark)
    )


RESERVED = {"asked", "seen", "cause", "next", "id", "texts"}


def declared() -> dict[str, type[Reason]]:
    """All reasons that are declared in what has been imported: id -> class."""
    found: dict[str, type[Reason]] = {}
    waiting: list[type[Reason]] = [Reason]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__struct_config__.tag is not None:
            other = found.setdefault(id_of(kind), kind)
            if other is not kind:
                raise TypeError(f"the reason `{id_of(kind)}` is declared twice: {other} and {kind}")
            if taken := RESERVED.intersection(kind.__struct_fields__):
                raise TypeError(f"{kind}: a field cannot be called {', '.join(sorted(taken))}")
    return found


class _Values(Mapping[str, Any]):
    """The fields of a reason, and what its properties derive from them, by name."""

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    def __getitem__(self, name: str) -> Any:
        return getattr(self._reason, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._reason.__struct_fields__)

    def __len__(self) -> int:
        return len(self._reason.__struct_fields__)


class _Words(string.Formatter):
    """Fills a text."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if (len(value) if isinstance(value, tuple) else value) == 1 else many
        if isinstance(value, tuple):
            describe = getattr(type(value[0]), "describe", join_words) if value else join_words
            return str(describe(value))
        return str(value)


class _Shell(string.Formatter):
    """Fills a command: what comes from outside is quoted, so that no name can run something else."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ARG002 - a command needs no choice of words
        return " ".join(map(quote, value)) if isinstance(value, tuple) else quote(str(value))


_WORDS, _SHELL = _Words(), _Shell()
