"""A record: one changed verdict on one step. The journal only ever adds records."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

import checker.conditions.vocabulary  # noqa: F401 - declares the reasons that a record may name
from checker.conditions.reasons import Reason, declared
from checker.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Record:
    """What was found out about a step, and when.

    `seq` rises with every record of a journal; 0 until it is stored. `check_digest` names the form of
    the check; it is empty in records of an older journal. `fields` are those of the reason. `at` is
    ISO 8601 in UTC; `at_nano` is the time of the last event that was known then, on the engine's clock.
    """

    course: str
    lesson: str
    step: str
    run: int
    check_digest: str
    outcome: Outcome
    reason: str | None
    fields: dict[str, Any]
    evidence: str | None
    true_now: bool | None
    at: str
    at_nano: int
    seq: int = 0

    @property
    def said(self) -> tuple[object, ...]:
        """What makes it differ from the record before: evidence and time do not."""
        fields = json.dumps(self.fields, sort_keys=True)
        return self.check_digest, self.outcome, self.reason, fields, self.true_now

    @property
    def verdict(self) -> Verdict:
        """The verdict as it was.

        Commands about the shell of the process that asked are not in it. A reason that this version does
        not know has no texts.
        """
        return Verdict(self.outcome, _reason(self), self.evidence, self.true_now)


def fields_of(verdict: Verdict) -> dict[str, Any]:
    """The fields of a verdict's reason, as JSON gives them back."""
    fields: dict[str, Any] = json.loads(json.dumps(verdict.diagnosis.fields())) if verdict.diagnosis else {}
    return fields


def _reason(record: Record) -> Reason | None:
    """The reason with its fields; None for one of another version or of a package that is not here."""
    kind = declared().get(record.reason or "")
    if kind is None or record.fields.keys() != set(kind.__struct_fields__):
        return None
    try:
        return msgspec.convert(record.fields, type=kind)
    except msgspec.ValidationError:
        return None
