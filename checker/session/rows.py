"""What the tables of a journal hold: each kind of row, from a value and back."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from checker.facts.objects import Container, Event, Image, Network, Seen, Volume
from checker.session.record import Record
from checker.session.run import Run
from checker.verdict import Outcome

RUN = "SELECT id, course, lesson, since, active FROM run"
EVENT = "SELECT time_nano, type, action, id, attributes FROM event"
SIGHTING = "SELECT kind, data FROM sighting"
_FIELDS = "course, lesson, step, run, check_digest, outcome, reason, fields, evidence, true_now, at, at_nano"
RECORD = f"SELECT {_FIELDS}, seq FROM record"
_KINDS: dict[str, type[Seen]] = {kind.__name__: kind for kind in (Image, Container, Volume, Network)}


def key(run: Run) -> tuple[int, int]:
    """What tells a run from itself after a reset."""
    return run.id, run.since


def run_of(row: tuple[Any, ...]) -> Run:
    id_, course, lesson, since, active = row
    return Run(id_, course, lesson, since, bool(active))


def event_of(row: tuple[Any, ...]) -> Event:
    time_nano, type_, action, id_, attributes = row
    return Event(time_nano, type_, action, id_, msgspec.json.decode(attributes))


def sighting_of(row: tuple[str, str]) -> Seen:
    kind, data = row
    return msgspec.json.decode(data, type=_KINDS[kind])


def record_of(row: tuple[Any, ...]) -> Record:
    course, lesson, step, run, check, outcome, reason, fields, evidence, true_now, at, at_nano, seq = row
    return Record(
        *(course, lesson, step, run, check, Outcome(outcome), reason, json.loads(fields), evidence),
        *(None if true_now is None else bool(true_now), at, at_nano, seq),
    )


def add_events(db: sqlite3.Connection, run: Run, events: Iterable[Event]) -> None:
    """Note events; those already known are left as they are."""
    rows = [(run.id, e.time_nano, e.type, e.action, e.id, _text(e.attributes)) for e in events]
    db.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)", rows)


def add_sightings(db: sqlite3.Connection, run: Run, seen: Iterable[Seen], *, at_start: bool) -> None:
    """Note objects as they were seen."""
    rows = [(*key(run), type(each).__name__, at_start, _text(each)) for each in seen]
    db.executemany("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?)", rows)


def add_records(db: sqlite3.Connection, records: Iterable[Record]) -> tuple[Record, ...]:
    """Append records; returns them with their numbers."""
    marks = ", ".join("?" * len(_FIELDS.split()))
    statement = f"INSERT INTO record ({_FIELDS}) VALUES ({marks})"
    return tuple(replace(each, seq=db.execute(statement, _row(each)).lastrowid or 0) for each in records)


def _row(record: Record) -> tuple[object, ...]:
    ids = record.course, record.lesson, record.step, record.run, record.check_digest
    # Not by msgspec: a name of a file may hold half a surrogate pair, which is escaped here.
    said = record.outcome, record.reason, json.dumps(record.fields), record.evidence, record.true_now
    return *ids, *said, record.at, record.at_nano


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
