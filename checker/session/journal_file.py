"""The file of a journal (SQLite): its tables, how an older file is taken over, what a damaged one becomes."""

import sqlite3
import time
from pathlib import Path

from checker.errors import JournalError, JournalTooNew

FORMAT = 2
RECORD = """
CREATE TABLE record (seq INTEGER PRIMARY KEY AUTOINCREMENT, course TEXT, lesson TEXT, step TEXT, run INTEGER,
    check_digest TEXT, outcome TEXT, reason TEXT, fields TEXT, evidence TEXT, true_now INTEGER, at TEXT,
    at_nano INTEGER);
CREATE INDEX record_of_run ON record (run, step);
"""
SCHEMA = f"""
CREATE TABLE run (id INTEGER PRIMARY KEY, course TEXT, lesson TEXT, started_at TEXT, since INTEGER,
    active INTEGER);
CREATE TABLE event (run INTEGER, time_nano INTEGER, type TEXT, action TEXT, id TEXT, attributes TEXT,
    PRIMARY KEY (run, time_nano, type, action, id)) WITHOUT ROWID;
CREATE TABLE sighting (run INTEGER, since INTEGER, kind TEXT, at_start INTEGER, data TEXT,
    PRIMARY KEY (run, since, kind, data)) WITHOUT ROWID;
CREATE TABLE answer (run INTEGER, step TEXT, text TEXT, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE hint (run INTEGER, step TEXT, shown INTEGER, PRIMARY KEY (run, step)) WITHOUT ROWID;
{RECORD}
"""
# Format 1 knew one course only, and did not note under which check a step passed.
FROM_1 = f"""
{RECORD}
ALTER TABLE run ADD COLUMN course TEXT;
UPDATE run SET course = 'docker-images';
INSERT INTO record (course, lesson, step, run, check_digest, outcome, fields, evidence, at, at_nano)
    SELECT run.course, run.lesson, step, run, '', 'passed', '{{}}', evidence, at, at_nano
    FROM achievement JOIN run ON run.id = achievement.run ORDER BY at, at_nano, run, step;
DROP TABLE achievement;
DROP TABLE verdict;
"""
STEPS_TO_NOW = {0: SCHEMA, 1: FROM_1}  # the format that is found -> what makes it the present one

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # no other fault, on opening


def open_file(path: Path) -> tuple[sqlite3.Connection, str | None]:
    """Open the file, and make it if there is none; returns what the learner should know about it, too.

    A damaged file is moved aside. Raises JournalError, or JournalTooNew for a format of the future.
    """
    try:
        return _open(path), None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in DAMAGED:
            raise unusable(path, error) from error
    try:
        notice = _move_aside(path)
        return _open(path), notice
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> JournalError:
    """The error for a file that cannot be read or written."""
    return JournalError(
        f"The record of your progress, {path}, cannot be used: {error}. Nothing in it was changed.",
        (f"df -h {path.parent}", f"ls -l {path}"),
    )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        found = _format(db)
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _damaged()
        if found > FORMAT:
            message = f"{path} was written by a newer version (format {found}, this one knows {FORMAT})."
            raise JournalTooNew(message)
        if found < FORMAT:
            _bring_up_to_date(db)
    except BaseException:
        db.close()
        raise
    return db


def _bring_up_to_date(db: sqlite3.Connection) -> None:
    """Make the tables or take over older ones, in one transaction; another process may do so meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    with db:
        found = _format(db)
        if found < FORMAT:
            for statement in filter(str.strip, STEPS_TO_NOW[found].split(";")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {FORMAT}")


def _format(db: sqlite3.Connection) -> int:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    return int(found)


def _move_aside(path: Path) -> str:
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    path.rename(aside)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    return f"The record of your progress was damaged. It was moved to {aside}, and a new one was begun."


def _damaged() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
