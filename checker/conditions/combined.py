"""`all`, `any` and `not`: conditions made of conditions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.conditions.base import Condition
from checker.facts import Facts, History, Need
from checker.verdict import Diagnosis


@dataclass(frozen=True)
class _Combined:
    parts: tuple[Condition, ...]

    @property
    def asks(self) -> bool:
        """Whether one of the parts does."""
        return any(part.asks for part in self.parts)

    def references(self) -> Iterable[str]:
        """Those of the parts."""
        return (name for part in self.parts for name in part.references())

    def needs(self, history: History) -> Iterable[Need]:
        """Those of the parts."""
        return (need for part in self.parts for need in part.needs(history))

    def suspects(self, history: History) -> Iterable[Need]:
        """Those of the parts."""
        return (need for part in self.parts for need in part.suspects(history))


class All(_Combined):
    """Every part holds. There is at least one: an empty list would pass by doing nothing."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen of every part."""
        seen = [part.evidence(facts) for part in self.parts]
        return " ".join(filter(None, seen)) if seen and all(seen) else None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Those of the first part that fails: the others may follow from it."""
        for part in self.parts:
            if part.evidence(facts) is None:
                yield from part.diagnoses(facts)


class Any(_Combined):
    """At least one part holds."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen of the first part that holds."""
        return next(filter(None, (part.evidence(facts) for part in self.parts)), None)

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Those of the parts, in the author's order."""
        for part in self.parts:
            yield from part.diagnoses(facts)


class Not(_Combined):
    """The one part does not hold. It proves nothing alone: put it beside something done."""

    def evidence(self, facts: Facts) -> str | None:
        """That nothing of the kind was seen."""
        return "Nothing is there that should not be." if self.seen(facts) is None else None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What should not be."""
        message = f"{self.seen(facts)} That is what this step wants otherwise."
        yield Diagnosis("should-not-be", message, ("dockyard reset",))

    def seen(self, facts: Facts) -> str | None:
        """The evidence for what should not be."""
        return self.parts[0].evidence(facts)
