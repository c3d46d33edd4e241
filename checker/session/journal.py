"""The journal: what was seen, answered and found out, kept in one file through crashes.

Every write is one transaction. A process that dies in the middle of a write loses that write and
nothing else. A run is one go at a lesson; its facts count from `since`, its start or last reset.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker.facts.objects import Event, Seen
from checker.facts.sightings import Sightings
from checker.session import progress, rows
from checker.session.journal_file import open_file, unusable
from checker.session.record import Record
from checker.session.run import Run, RunState

STILL_ACTIVE = "SELECT 1 FROM run WHERE id = ? AND since = ? AND active = 1"
PROGRESS = """run = :run AND (outcome = 'passed'
    OR seq IN (SELECT MAX(seq) FROM record WHERE run = :run GROUP BY step))"""

Values = tuple[object, ...] | dict[str, object]


class Journal:
    """One learner's journal. Raises JournalError; a damaged file is moved aside, and `notice` says so.

    `wake` is called when there is something new for readers: records, or another active run.
    """

    def __init__(self, path: Path, wake: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._wake = wake
        self._start_states: dict[tuple[int, int], Sightings] = {}
        self._turn = threading.RLock()  # threads share the connection, and with it the transaction
        self._db, self.notice = open_file(path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def save(self, path: Path) -> None:
        """Copy all that it holds into a file."""
        with closing(sqlite3.connect(path)) as file:
            self._db.backup(file)

    def bring_back(self, path: Path) -> None:
        """Replace all that it holds by what was saved in a file; others may have it open."""
        with closing(sqlite3.connect(path)) as file:
            file.backup(self._db)

    # Runs

    def begin(self, course: str, lesson: str, since: int, start_state: Iterable[Seen] = ()) -> Run:
        """Start a new run of a lesson with its start state; it becomes the active one."""
        with self._writing() as db:
            values = (course, lesson, now(), since)
            fields = "course, lesson, started_at, since, active"
            added = db.execute(f"INSERT INTO run ({fields}) VALUES (?, ?, ?, ?, 0)", values)
            run = _activate(db, Run(added.lastrowid or 0, course, lesson, since, True), start_state)
        self._wake()
        return run

    def resume_tracking(self, run: Run, since: int, start_state: Iterable[Seen] = ()) -> Run:
        """Make a run the active one; its facts count from now on, and what was achieved stays."""
        with self._writing() as db:
            db.execute("UPDATE run SET since = ? WHERE id = ?", (since, run.id))
            again = _activate(db, replace(run, since=since, active=True), start_state)
        self._wake()
        return again

    def pause(self) -> None:
        """Let no run be active: what happens on the engine from now on is not the learner's work."""
        with self._writing() as db:
            db.execute("UPDATE run SET active = 0")

    def active(self) -> Run | None:
        """The run the learner is in, whatever its course."""
        return next(map(rows.run_of, self._rows(f"{rows.RUN} WHERE active = 1")), None)

    def latest(self, course: str, lesson: str | None = None) -> Run | None:
        """The last run of a lesson, or of any lesson of the course."""
        query = f"{rows.RUN} WHERE course = ? AND lesson = ifnull(?, lesson) ORDER BY id DESC LIMIT 1"
        return next(map(rows.run_of, self._rows(query, (course, lesson))), None)

    # What is known of a run

    def state(self, run: Run) -> RunState:
        """All that is known of a run, read at one moment."""
        events = f"{rows.EVENT} WHERE run = ? AND time_nano > ? ORDER BY time_nano, type, action, id"
        with self._transaction("BEGIN"):
            return RunState(
                run,
                self._start_state(run),
                self._seen(run, at_start=False),
                tuple(map(rows.event_of, self._rows(events, rows.key(run)))),
                dict(self._rows("SELECT step, text FROM answer WHERE run = ?", (run.id,))),
                self._records(PROGRESS, {"run": run.id}),
            )

    def store(self, state: RunState) -> RunState:
        """Store what is new in a state, in one transaction; returns the state as it is stored.

        Only while the run is active since the same time. Otherwise the lesson was reset or left while
        somebody looked, and what is new is dropped.
        """
        if not state.is_changed:
            return state
        run = state.run
        with self._writing() as db:
            if not db.execute(STILL_ACTIVE, rows.key(run)).fetchone():
                return state.stored(state.records)
            rows.add_events(db, run, state.new_events)
            rows.add_sightings(db, run, state.new_seen, at_start=False)
            fresh = (*state.records, *self._records("run = ? AND seq > ?", (run.id, state.seq)))
            added = rows.add_records(db, progress.changed(state.new_records, fresh))
        if added:
            self._wake()
        return state.stored((*fresh, *added))

    def add_events(self, run: Run, events: Iterable[Event]) -> None:
        """Note events; those already known are left as they are."""
        with self._writing() as db:
            rows.add_events(db, run, events)

    def records(self, after: int = 0, course: str | None = None) -> tuple[Record, ...]:
        """The records after a number, of one course or of all, oldest first."""
        return self._records("seq > ? AND course = ifnull(?, course)", (after, course))

    # What the learner asked and answered

    def put_answer(self, run: Run, step: str, text: str) -> None:
        """Keep what the learner typed last."""
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair fits into no file
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (run.id, step, text))

    def show_hint(self, run: Run, step: str, stages: int) -> int:
        """Go on to the next hint of a step; returns how many are shown now, at most `stages`."""
        with self._writing() as db:
            found = db.execute("SELECT shown FROM hint WHERE run = ? AND step = ?", (run.id, step))
            shown = min(stages, (found.fetchone() or (0,))[0] + 1)
            db.execute("INSERT OR REPLACE INTO hint VALUES (?, ?, ?)", (run.id, step, shown))
        return shown

    def _start_state(self, run: Run) -> Sightings:
        """It never changes, and may be long: it is read once."""
        key = rows.key(run)
        if key not in self._start_states:
            self._start_states = {key: self._seen(run, at_start=True)}
        return self._start_states[key]

    def _seen(self, run: Run, *, at_start: bool) -> Sightings:
        query = f"{rows.SIGHTING} WHERE run = ? AND since = ? AND at_start = ?"
        return Sightings(map(rows.sighting_of, self._rows(query, (*rows.key(run), at_start))))

    def _records(self, which: str, values: Values) -> tuple[Record, ...]:
        return tuple(map(rows.record_of, self._rows(f"{rows.RECORD} WHERE {which} ORDER BY seq", values)))

    def _rows(self, query: str, values: Values = ()) -> list[Any]:
        try:
            with self._turn:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with self._turn:
                self._db.execute(begin)
                with self._db:
                    yield self._db
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error


def now() -> str:
    """The time as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _activate(db: sqlite3.Connection, run: Run, start_state: Iterable[Seen]) -> Run:
    """Make a run the active one, complete with its start state."""
    db.execute("UPDATE run SET active = (id = ?)", (run.id,))
    rows.add_sightings(db, run, start_state, at_start=True)
    return run
