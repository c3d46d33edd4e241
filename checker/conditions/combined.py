"""`all`, `any` and `not`: conditions made of conditions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.conditions.base import Condition
from checker.conditions.reasons import Commands, Private, Reason
from checker.errors import CannotTell
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import Need


class ShouldNotBe(Reason, frozen=True, tag="should-not-be"):
    """Something is true that the step forbids."""

    evidence: Private  # of what should not be
    next_commands: Commands
    seen = "{evidence}"
    cause = "This step wants the opposite."
    next = ("{next_commands}",)


@dataclass(frozen=True)
class _Combined:
    parts: tuple[Condition, ...]

    @property
    def needs_answer(self) -> bool:
        """Whether one of the parts does."""
        return any(part.needs_answer for part in self.parts)

    def image_names(self) -> Iterable[str]:
        """Those of the parts."""
        return (name for part in self.parts for name in part.image_names())

    def needs(self, history: History) -> Iterable[Need[object]]:
        """Those of the parts."""
        return (need for part in self.parts for need in part.needs(history))

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """Those of the parts that fail."""
        failing = (part for part in self.parts if _tried(part, facts) is None)
        return (need for part in failing for need in part.diagnostic_needs(facts))


class _OfParts(_Combined):
    @property
    def reasons(self) -> tuple[type[Reason], ...]:
        """Those of the parts."""
        return tuple(dict.fromkeys(reason for part in self.parts for reason in part.reasons))


class All(_OfParts):
    """Every part holds. There is at least one: an empty list would pass by doing nothing."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen of every part. A part that surely fails decides, even if others cannot be told."""
        seen = [_tried(part, facts) for part in self.parts]
        if not seen or None in seen:
            return None
        return " ".join(map(_unwrap, seen))

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Those of the first part that fails: the others may follow from it."""
        for part in self.parts:
            if _tried(part, facts) is None:
                yield from part.diagnoses(facts)


class Any(_OfParts):
    """At least one part holds."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen of the first part that holds, even if others cannot be told."""
        seen = [_tried(part, facts) for part in self.parts]
        known = [each for each in seen if each is not None]
        known.sort(key=lambda each: isinstance(each, CannotTell))
        return _unwrap(known[0]) if known else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Those of the parts, in the author's order."""
        for part in self.parts:
            yield from part.diagnoses(facts)


class Not(_Combined):
    """The one part does not hold. It proves nothing alone: put it beside something done."""

    reasons: ClassVar[tuple[type[Reason], ...]] = (ShouldNotBe,)

    def evidence(self, facts: Facts) -> str | None:
        """That nothing of the kind was seen."""
        unwanted = self.seen(facts.with_certain_history())  # forgotten events prove no absence
        return "Nothing is there that should not be." if unwanted is None else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """What should not be."""
        yield ShouldNotBe(evidence=self.seen(facts) or "", next_commands=facts.commands.fill("reset"))

    def seen(self, facts: Facts) -> str | None:
        """The evidence for what should not be."""
        return self.parts[0].evidence(facts)


def _tried(part: Condition, facts: Facts) -> str | CannotTell | None:
    """The evidence for a part, or why it cannot be told."""
    try:
        return part.evidence(facts)
    except CannotTell as error:
        return error


def _unwrap(seen: str | CannotTell | None) -> str:
    if isinstance(seen, CannotTell):
        raise seen
    return seen or ""
