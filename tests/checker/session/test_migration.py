"""A journal of an older format is taken over: nothing that was achieved is lost, and its order stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from checker.session import progress
from checker.session.journal import Journal
from checker.session.run import Run
from checker.verdict import Verdict

FORMAT_1 = """
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
INSERT INTO run VALUES (1, 'images', '2026-01-01T00:00:00Z', 5, 0);
INSERT INTO run VALUES (2, 'images', '2026-01-02T00:00:00Z', 70, 1);
INSERT INTO event VALUES (2, 80, 'image', 'pull', 'box:latest', '{"name":"box"}');
INSERT INTO sighting VALUES (2, 70, 'Volume', 1, '{"name":"sea"}'), (2, 70, 'Volume', 0, '{"name":"lake"}');
INSERT INTO achievement VALUES (1, 'a-second', '2026-01-01T00:00:20Z', 20, 'Two.');
INSERT INTO achievement VALUES (1, 'z-first', '2026-01-01T00:00:10Z', 10, 'One.');
INSERT INTO achievement VALUES (2, 'z-first', '2026-01-02T00:00:10Z', 90, 'One again.');
INSERT INTO verdict VALUES (2, 'z-first', 1, '{}');
INSERT INTO answer VALUES (2, 'a-second', 'Nemo');
INSERT INTO hint VALUES (2, 'a-second', 2);
PRAGMA user_version = 1;
"""


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    file = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(FORMAT_1)
    return file


def test_format_1__is_taken_over(old_file: Path) -> None:
    for _ in range(2):
        with closing(Journal(old_file)) as journal:
            assert journal.notice is None
            run = Run(2, "docker-images", "images", 70, True)
            assert journal.active() == run == journal.latest("docker-images", "images")
            assert [(each.seq, each.run, each.step, each.at, each.at_nano) for each in journal.records()] == [
                (1, 1, "z-first", "2026-01-01T00:00:10Z", 10),
                (2, 1, "a-second", "2026-01-01T00:00:20Z", 20),
                (3, 2, "z-first", "2026-01-02T00:00:10Z", 90),
            ]
            assert progress.first_achieved(journal.records(course="docker-images")) == {
                ("images", "z-first"): "2026-01-01T00:00:10Z",
                ("images", "a-second"): "2026-01-01T00:00:20Z",
            }
            state = journal.state(run)
            assert {step: done.evidence for step, done in state.achieved.items()} == {"z-first": "One again."}
            assert not state.achieved["z-first"].is_older_than("a"), "its check is unknown"
            assert state.latest["z-first"].verdict == Verdict.passed("One again.", true_now=None)
            assert (
                [e.id for e in state.events],
                [v.name for v in state.start],
                [v.name for v in state.seen],
            ) == (
                ["box:latest"],
                ["sea"],
                ["lake"],
            )
            assert state.answers == {"a-second": "Nemo"}
    with closing(Journal(old_file)) as journal:
        assert journal.show_hint(run, "a-second", 5) == 3
        verdicts = {"z-first": Verdict.passed("Again."), "third": Verdict.lesson_bug("Third.")}
        journal.store(journal.state(run).with_verdicts(verdicts, dict.fromkeys(verdicts, "a"), "now"))
        assert [each.seq for each in journal.records(after=3)] == [4, 5]


def test_format_1__stays_as_it_is_when_it_cannot_be_taken_over(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as db:
        db.execute("CREATE TABLE record (other INTEGER)")  # whatever gets in the way
        before = db.execute("SELECT name, sql FROM sqlite_master").fetchall()
    with closing(Journal(old_file)) as journal:
        assert journal.notice
    (aside,) = old_file.parent.glob("old.sqlite.damaged-*")
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT name, sql FROM sqlite_master").fetchall() == before
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
