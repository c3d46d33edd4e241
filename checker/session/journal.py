"""The journal (SQLite): what was seen and what was achieved, kept through crashes.

Every write is one transaction, so a process that dies in the middle of one loses that one and
nothing else. A run is one go at a lesson; its facts count from `since`, its start or last reset.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from checker.errors import JournalError, JournalTooNew
from checker.facts.objects import Container, Event, Image, Network, Seen, Volume
from checker.facts.sightings import Sightings
from checker.session.run import Achievement, Run
from checker.verdict import Diagnosis, Outcome, Verdict

FORMAT = 1
SCHEMA = """
CREATE TABLE run (id INTEGER PRIMARY KEY, lesson TEXT, started_at TEXT, since INTEGER, active INTEGER);
CREATE TABLE event (run INTEGER, time_nano INTEGER, type TEXT, action TEXT, id TEXT, attributes TEXT,
    PRIMARY KEY (run, time_nano, type, action, id)) WITHOUT ROWID;
CREATE TABLE sighting (run INTEGER, since INTEGER, kind TEXT, at_start INTEGER, data TEXT,
    PRIMARY KEY (run, since, kind, data)) WITHOUT ROWID;
CREATE TABLE achievement (run INTEGER, step TEXT, at TEXT, at_nano INTEGER, evidence TEXT,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE verdict (run INTEGER, step TEXT, at_nano INTEGER, data TEXT,
    PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE answer (run INTEGER, step TEXT, text TEXT, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE hint (run INTEGER, step TEXT, shown INTEGER, PRIMARY KEY (run, step)) WITHOUT ROWID;
"""

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # no other fault, on opening
KINDS: dict[str, type[Seen]] = {kind.__name__: kind for kind in (Image, Container, Volume, Network)}
ARMED = "WHERE EXISTS (SELECT 1 FROM run WHERE id = ? AND since = ? AND active = 1)"


class Journal:
    """One learner's journal. Raises JournalError; a damaged file is moved aside, and `notice` says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._started: dict[tuple[int, int], Sightings] = {}
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in DAMAGED:
                raise _cannot(path, error) from error
            self.notice = self._replace()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def save(self, path: Path) -> None:
        """Copy all that it holds into a file."""
        with closing(sqlite3.connect(path)) as file:
            self._db.backup(file)

    def bring_back(self, path: Path) -> None:
        """Let it hold again what was saved in a file; others may have it open."""
        with closing(sqlite3.connect(path)) as file:
            file.backup(self._db)

    def begin(self, lesson: str, since: int, start_state: Iterable[Seen] = ()) -> Run:
        """Start a new run of a lesson with its start state; it becomes the active one."""
        with self._writing() as db:
            row = (lesson, _now(), since)
            made = db.execute("INSERT INTO run (lesson, started_at, since, active) VALUES (?, ?, ?, 0)", row)
            return _activate(db, Run(made.lastrowid or 0, lesson, since, True), start_state)

    def resume_tracking(self, run: Run, since: int, start_state: Iterable[Seen] = ()) -> Run:
        """Make a run the active one, its facts counting from now on; what was achieved stays."""
        with self._writing() as db:
            db.execute("UPDATE run SET since = ? WHERE id = ?", (since, run.id))
            return _activate(db, Run(run.id, run.lesson, since, True), start_state)

    def pause(self) -> None:
        """Let no run be active: what happens on the engine now is nobody's work."""
        with self._writing() as db:
            db.execute("UPDATE run SET active = 0")

    def active(self) -> Run | None:
        """The run the learner is in."""
        found = self._rows("SELECT id, lesson, since, active FROM run WHERE active = 1")
        return Run(*found[0]) if found else None

    def latest(self, lesson: str | None = None) -> Run | None:
        """The last run of a lesson, or of any."""
        query = "SELECT id, lesson, since, active FROM run WHERE lesson = ifnull(?, lesson)"
        found = self._rows(f"{query} ORDER BY id DESC LIMIT 1", lesson)
        return Run(*found[0]) if found else None

    def add_events(self, run: Run, events: Iterable[Event]) -> None:
        """Note events; those already known are left as they are."""
        rows = [
            (run.id, e.time_nano, e.type, e.action, e.id, msgspec.json.encode(e.attributes).decode())
            for e in events
        ]
        if rows:
            with self._writing() as db:
                db.executemany("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)", rows)

    def events(self, run: Run) -> tuple[Event, ...]:
        """The events since the run was armed, oldest first."""
        query = "SELECT time_nano, type, action, id, attributes FROM event WHERE run = ? AND time_nano > ?"
        rows = self._rows(f"{query} ORDER BY time_nano", run.id, run.since)
        return tuple(
            Event(nano, kind, action, who, msgspec.json.decode(about))
            for nano, kind, action, who, about in rows
        )

    def last_event(self, run: Run) -> int:
        """When the engine did something last since the run was armed (nanoseconds), or its arming."""
        query = "SELECT MAX(time_nano) FROM event WHERE run = ? AND time_nano > ?"
        return self._rows(query, run.id, run.since)[0][0] or run.since

    def add_sightings(self, run: Run, seen: Iterable[Seen]) -> None:
        """Note images and containers as they were seen."""
        noted = tuple(seen)
        if noted:
            with self._writing() as db:
                _note(db, run, noted, at_start=False)

    def start_state(self, run: Run) -> Sightings:
        """What was there when the run was armed. It never changes, so it is read once."""
        if _key(run) not in self._started:
            self._started = {_key(run): self._seen(run, at_start=True)}
        return self._started[_key(run)]

    def sightings(self, run: Run) -> Sightings:
        """What was seen since the run was armed."""
        return self._seen(run, at_start=False)

    def achieve(self, run: Run, step: str, at_nano: int, evidence: str) -> None:
        """Note that a step was achieved; the first time counts.

        Only as long as the run is armed as `run` says: who looked before a reset is too late.
        """
        with self._writing() as db:
            row = (run.id, step, _now(), at_nano, evidence)
            db.execute(f"INSERT OR IGNORE INTO achievement SELECT ?, ?, ?, ?, ? {ARMED}", (*row, *_key(run)))

    def achieved(self, run: Run) -> dict[str, Achievement]:
        """Step -> when and by what it was achieved in this run."""
        query = "SELECT step, at, at_nano, evidence FROM achievement WHERE run = ?"
        return {row[0]: Achievement(*row[1:]) for row in self._rows(query, run.id)}

    def first_achieved(self, lesson: str) -> dict[str, str]:
        """Step -> when it was achieved first, in any run of the lesson."""
        query = (
            "SELECT step, MIN(at) FROM achievement JOIN run ON run.id = achievement.run"
            " WHERE lesson = ? GROUP BY step"
        )
        return dict(self._rows(query, lesson))

    def put_verdict(self, run: Run, step: str, verdict: Verdict) -> None:
        """Store the latest verdict on a step, for those who only look."""
        with self._writing() as db:
            data = {
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "message": verdict.message,
                "next": verdict.next,
                "evidence": verdict.evidence,
                "true_now": verdict.true_now,
            }
            row = (run.id, step, time.time_ns(), msgspec.json.encode(data).decode())
            db.execute(f"INSERT OR REPLACE INTO verdict SELECT ?, ?, ?, ? {ARMED}", (*row, *_key(run)))

    def verdicts(self, run: Run) -> dict[str, tuple[int, Verdict]]:
        """Step -> (when it was stored, in nanoseconds; the verdict)."""
        rows = self._rows("SELECT step, at_nano, data FROM verdict WHERE run = ?", run.id)
        return {step: (at, _verdict(msgspec.json.decode(data))) for step, at, data in rows}

    def put_answer(self, run: Run, step: str, text: str) -> None:
        """Keep what the learner typed last."""
        text = text.encode("utf-8", "replace").decode()  # half a surrogate pair fits into no file
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (run.id, step, text))

    def answers(self, run: Run) -> dict[str, str]:
        """Step -> what the learner typed last."""
        return dict(self._rows("SELECT step, text FROM answer WHERE run = ?", run.id))

    def show_hint(self, run: Run, step: str, stages: int) -> int:
        """Go on to the next hint of a step; returns how many are shown now, at most `stages`."""
        with self._writing() as db:
            found = db.execute("SELECT shown FROM hint WHERE run = ? AND step = ?", (run.id, step))
            shown = min(stages, (found.fetchone() or (0,))[0] + 1)
            db.execute("INSERT OR REPLACE INTO hint VALUES (?, ?, ?)", (run.id, step, shown))
        return shown

    def _seen(self, run: Run, *, at_start: bool) -> Sightings:
        query = "SELECT kind, data FROM sighting WHERE run = ? AND since = ? AND at_start = ?"
        rows = self._rows(query, *_key(run), at_start)
        return Sightings(msgspec.json.decode(data, type=KINDS[kind]) for kind, data in rows)

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _cannot(self.path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                yield self._db
        except sqlite3.Error as error:
            raise _cannot(self.path, error) from error

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=5, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        (found,) = db.execute("PRAGMA user_version").fetchone()
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            db.close()
            raise _damaged()
        if found > FORMAT:
            db.close()
            message = f"{self.path} was written by a newer version (format {found}, this one knows {FORMAT})."
            raise JournalTooNew(message)
        if found < FORMAT:
            self._create(db)
        return db

    def _create(self, db: sqlite3.Connection) -> None:
        """Make the tables, unless another process did so meanwhile."""
        db.execute("BEGIN IMMEDIATE")
        with db:
            if db.execute("PRAGMA user_version").fetchone()[0] < FORMAT:
                for statement in filter(str.strip, SCHEMA.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {FORMAT}")

    def _replace(self) -> str:
        """Begin a new journal in place of a damaged one."""
        try:
            notice = self._move_aside()
            self._db = self._open()
        except (OSError, sqlite3.Error) as error:
            raise _cannot(self.path, error) from error
        return notice

    def _move_aside(self) -> str:
        aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
        self.path.rename(aside)
        for rest in ("-wal", "-shm"):
            self.path.with_name(self.path.name + rest).unlink(missing_ok=True)
        return f"The record of your progress was damaged. It was moved to {aside}, and a new one begun."


def _activate(db: sqlite3.Connection, run: Run, start_state: Iterable[Seen]) -> Run:
    """Make a run the active one, complete with its start state."""
    db.execute("UPDATE run SET active = (id = ?)", (run.id,))
    _note(db, run, start_state, at_start=True)
    return run


def _note(db: sqlite3.Connection, run: Run, seen: Iterable[Seen], *, at_start: bool) -> None:
    rows = [(*_key(run), type(s).__name__, at_start, msgspec.json.encode(s).decode()) for s in seen]
    db.executemany("INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?)", rows)


def _verdict(data: dict[str, Any]) -> Verdict:
    diagnosis = Diagnosis(data["reason"], data["message"], tuple(data["next"])) if data["reason"] else None
    return Verdict(Outcome(data["outcome"]), diagnosis, data["evidence"], data["true_now"])


def _key(run: Run) -> tuple[int, int]:
    return run.id, run.since


def _cannot(path: Path, error: Exception) -> JournalError:
    return JournalError(
        f"The record of your progress, {path}, cannot be used: {error}. Nothing in it was changed.",
        (f"df -h {path.parent}", f"ls -l {path}"),
    )


def _damaged() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
