"""How facts are gathered for a judgement: what is read, in which order, and what counts as newly seen.

1. What the goals need, given what was seen before. What is found for the first time is noted.
2. What the goals need in addition now: an image seen in round 1 can be asked for by its ID.
3. After the goals were tested: what is needed to say why some of them fail.

The session, its observer and the tests all gather facts this way; only `read` differs. Nothing here
talks to an engine.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import Need

Read = Callable[[Iterable[Need[object]]], Mapping[Need[object], Any]]


class HasNeeds(Protocol):
    """The part of a condition that matters here."""

    def needs(self, history: History) -> Iterable[Need[object]]:
        """What its goal looks at."""


class Gathering:
    """The facts gathered so far, and the way to read more. Each need is read once."""

    def __init__(self, facts: Facts, read: Read) -> None:
        self.facts = facts
        self._read = read

    def for_goals(self, checks: Iterable[HasNeeds]) -> Facts:
        """Rounds 1 and 2: what these checks need to test their goals."""
        checks = tuple(checks)
        found = self._read_more(_needs(checks, self.facts.history))
        self.facts = replace(self.facts, history=self.facts.history.noting(found.values()))
        self._read_more(_needs(checks, self.facts.history))
        return self.facts

    def for_causes(self, diagnostic_needs: Iterable[Need[object]]) -> Facts:
        """Round 3: what the checks whose goals fail need to say why."""
        self._read_more(set(diagnostic_needs))
        return self.facts

    def _read_more(self, needs: set[Need[object]]) -> Mapping[Need[object], Any]:
        """Read what was not read yet; returns it."""
        missing = needs - self.facts.read.keys()
        found = self._read(missing) if missing else {}
        self.facts = replace(self.facts, read={**self.facts.read, **found})
        return found


def _needs(checks: Iterable[HasNeeds], history: History) -> set[Need[object]]:
    return {need for check in checks for need in check.needs(history)}
