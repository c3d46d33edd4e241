"""Progress is a fold over records: what was achieved, what stands now. Pure.

Records are given oldest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from checker.session.record import Record
from checker.verdict import Outcome


@dataclass(frozen=True)
class Achievement:
    """When a step was first passed (ISO 8601, UTC; and the engine's clock) and what was seen then.

    `checks` holds the digests of the checks under which it passed, the last one at the end; a digest
    that was not recorded is empty.
    """

    at: str
    at_nano: int
    evidence: str
    checks: tuple[str, ...] = ()

    def is_older_than(self, check_digest: str) -> bool:
        """Whether it is known that the step passed under other forms of its check only."""
        return any(self.checks) and check_digest not in self.checks


def achieved(records: Iterable[Record]) -> dict[str, Achievement]:
    """Step -> its achievement, in the records of one run."""
    found: dict[str, Achievement] = {}
    for record in records:
        if record.outcome is Outcome.PASSED:
            new = Achievement(record.at, record.at_nano, record.evidence or "")
            first = found.get(record.step, new)
            checks = (each for each in first.checks if each != record.check_digest)
            found[record.step] = replace(first, checks=(*checks, record.check_digest))
    return found


def first_achieved(records: Iterable[Record]) -> dict[tuple[str, str], str]:
    """(Lesson, step) -> when it was passed first in any run, in the records of one course."""
    found: dict[tuple[str, str], str] = {}
    for record in records:
        if record.outcome is Outcome.PASSED:
            found.setdefault((record.lesson, record.step), record.at)
    return found


def latest(records: Iterable[Record]) -> dict[str, Record]:
    """Step -> its last record, in the records of one run."""
    return {record.step: record for record in records}


def changed(records: Iterable[Record], before: Iterable[Record]) -> tuple[Record, ...]:
    """Those of the new records of a run that say something else than the last one of their step.

    A step that was achieved meanwhile, by somebody who judged at the same time, stays achieved.
    """
    known = tuple(before)
    last, done = latest(known), achieved(known)
    return tuple(
        record
        for record in records
        if (record.step not in last or record.said != last[record.step].said)
        and (record.step not in done or record.outcome in (Outcome.PASSED, Outcome.LESSON_BUG))
    )
