"""The journal: what is in it stays, whatever happens to the process, the disk or the file."""

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from support import PATIENCE

from checker.conditions.volume import NoVolume, VolumeInUse
from checker.errors import CannotTell, JournalError, JournalTooNew
from checker.facts.objects import Container, Event, Image
from checker.facts.sightings import Sightings
from checker.session.journal import Journal
from checker.session.journal_file import FORMAT
from checker.session.progress import first_achieved
from checker.session.run import Run, RunState
from checker.verdict import Verdict
from dockyard.commands import SHELL

REPOSITORY = Path(__file__).parents[3]
COURSE = "seamanship"
BOX = Image("sha256:1", ("docker.io/library/box:latest",), ("layer",))
CALM = Container("c1", "calm", "box", "sha256:1", "exited", 0, True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    journal = Journal(file)
    yield journal
    journal.close()


def event(nano: int, action: str = "start") -> Event:
    return Event(nano, "container", action, "c1", {"name": "calm", "image": "ü"})


def achieved(file: Path) -> set[str]:
    journal = Journal(file)
    run = journal.active()
    found = set(journal.state(run).achieved) if run else set()
    journal.close()
    return found


def integrity(file: Path) -> str:
    db = sqlite3.connect(file)
    (found,) = db.execute("PRAGMA integrity_check").fetchone()
    db.close()
    return str(found)


# Runs


def test_begin__makes_the_run_the_active_one(journal: Journal) -> None:
    assert (journal.active(), journal.latest(COURSE, "boats")) == (None, None)
    first = journal.begin(COURSE, "boats", 5)
    assert (
        first
        == Run(first.id, COURSE, "boats", 5, True)
        == journal.active()
        == journal.latest(COURSE, "boats")
    )
    second = journal.begin(COURSE, "trains", 7)
    assert journal.active() == second
    assert journal.latest(COURSE, "boats") == Run(first.id, COURSE, "boats", 5, False)


def test_begin__again_starts_with_nothing(journal: Journal) -> None:
    first = journal.begin(COURSE, "boats", 5)
    fill(journal, first)
    second = journal.begin(COURSE, "boats", 6)
    assert second.id != first.id
    assert journal.latest(COURSE, "boats") == second
    assert not any(contents(journal, second).values())
    assert all(contents(journal, first).values())


def test_rearm__forgets_what_was_seen_and_keeps_what_was_achieved(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    fill(journal, run)
    again = journal.resume_tracking(run, 100)
    assert again == Run(run.id, COURSE, "boats", 100, True) == journal.active()
    found = contents(journal, again)
    assert {key for key, value in found.items() if not value} == {
        "events",
        "seen",
        "at start",
    }


def fill(journal: Journal, run: Run) -> None:
    journal.resume_tracking(run, run.since, [BOX])
    state = journal.state(run).with_events([event(10)])
    journal.store(state.with_seen(Sightings([*state.seen, CALM])))
    judge(journal, run, "sail", Verdict.passed("It sails."))
    journal.put_answer(run, "name", "Nemo")


def judge(journal: Journal, run: Run, step: str, verdict: Verdict, check: str = "c0ffee") -> RunState:
    """Keep a verdict, as a session does."""
    return journal.store(
        journal.state(run).with_verdicts({step: verdict}, {step: check}, "2026-01-01T00:00:00Z")
    )


def contents(journal: Journal, run: Run) -> dict[str, object]:
    state = journal.state(run)
    return {
        "events": state.events,
        "seen": state.seen,
        "at start": state.start,
        "achieved": state.achieved,
        "answers": state.answers,
        "records": state.records,
    }


# What is kept


def test_everything__is_there_when_opened_again(file: Path, journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    fill(journal, run)
    before = contents(journal, run)
    other = Journal(file)
    assert contents(other, run) == before
    assert other.active() == run
    other.close()


def test_achieved__counts_the_first_time(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    journal.add_events(run, [event(20)])
    judge(journal, run, "sail", Verdict.passed("It sails."))
    first = journal.state(run).achieved["sail"]
    journal.add_events(run, [event(30)])
    judge(journal, run, "sail", Verdict.passed("It still sails.", true_now=False))
    judge(journal, run, "sail", Verdict.passed("It sails again."))
    assert journal.state(run).achieved == {"sail": first}
    assert (first.at_nano, first.evidence) == (20, "It sails.")
    assert first.at.endswith("Z")


def test_first_achieved__is_over_all_runs(journal: Journal) -> None:
    first = journal.begin(COURSE, "boats", 5)
    judge(journal, first, "sail", Verdict.passed("It sails."))
    second = journal.begin(COURSE, "boats", 6)
    judge(journal, second, "row", Verdict.passed("It rows."))
    judge(journal, second, "sail", Verdict.passed("It sails again."))
    other = journal.begin(COURSE, "trains", 7)
    judge(journal, other, "steam", Verdict.passed("It steams."))
    records = journal.records(course=COURSE)
    assert first_achieved(records) == {
        ("boats", "sail"): records[0].at,
        ("boats", "row"): records[1].at,
        ("trains", "steam"): records[3].at,
    }


def test_answers__the_last_one_counts(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    journal.put_answer(run, "name", "Nemo")
    journal.put_answer(run, "name", "'; DROP TABLE run; -- \N{SNOWMAN}")
    assert journal.state(run).answers == {"name": "'; DROP TABLE run; -- \N{SNOWMAN}"}


def test_hints__go_on_to_the_last_and_no_further(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    assert [journal.show_hint(run, "sail", 2) for _ in range(4)] == [1, 2, 2, 2]
    assert journal.show_hint(run, "row", 2) == 1


def test_events__are_kept_once_and_in_order(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    journal.add_events(run, [event(30), event(10), event(5), event(4)])
    journal.add_events(run, [event(10), event(20), event(10, "die")])
    journal.add_events(run, [])
    found = journal.state(run).events
    assert [e.time_nano for e in found] == [10, 10, 20, 30]
    assert found[-1] == event(30)
    assert {e.action for e in found[:2]} == {"die", "start"}


def test_sightings__of_the_start_are_sightings_too(journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5, [BOX])
    later = Image("sha256:2", (), ())
    for _ in range(2):
        state = journal.state(run)
        journal.store(state.with_seen(Sightings([*state.seen, later, CALM])))
    state = journal.state(run)
    assert set(state.seen) == {later, CALM}
    assert state.start == (BOX,)


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict.passed("It sails.", true_now=False),
        Verdict.not_yet(NoVolume(volume="\x1b[2J")),
        Verdict.not_yet(
            VolumeInUse(volume="sea", containers=("calm",), remove_containers=("docker rm calm",))
        ),
        Verdict.unknown(CannotTell("There is fog.", ("wait",))),
        Verdict.unknown(CannotTell("The file \udcff is away.", ("wait",))),
        Verdict.lesson_bug("There is no sea."),
    ],
    ids=["passed", "not-printable", "not-yet", "cannot-tell", "half-a-pair", "lesson-bug"],
)
def test_verdict__comes_back_as_it_was(journal: Journal, verdict: Verdict) -> None:
    run = journal.begin(COURSE, "boats", 5)
    judge(journal, run, "sail", verdict)
    (record,) = journal.state(run).records
    assert record.verdict == verdict
    assert record.verdict.message == verdict.message
    assert record.outcome is verdict.outcome
    assert journal.records() == (record,)


# Files that are not as they should be


def test_too_new__is_left_alone(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE treasure (gold)")
    db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    db.commit()
    db.close()
    with pytest.raises(JournalTooNew, match=f"format {FORMAT + 1}, this one knows {FORMAT}") as caught:
        Journal(file)
    assert str(file) in caught.value.message
    assert caught.value.advice(SHELL) == ("pip install --upgrade dockyard",)
    db = sqlite3.connect(file)
    assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("treasure",)]
    assert db.execute("PRAGMA user_version").fetchone() == (FORMAT + 1,)
    db.close()
    assert [path.name for path in file.parent.glob("*damaged*")] == []


@pytest.mark.parametrize(
    "content", [b"This is no journal. " * 500, b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_damaged__is_moved_aside_and_said_so(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    journal = Journal(file)
    (aside,) = file.parent.glob("journal.sqlite.damaged-*")
    assert aside.read_bytes() == content
    assert journal.notice
    assert str(aside) in journal.notice
    assert journal.begin(COURSE, "boats", 5) == journal.active()
    journal.close()
    again = Journal(file)
    assert again.notice is None
    assert again.active()
    again.close()


def test_damaged__and_cannot_be_moved(
    public: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    file = public / "journal.sqlite"
    file.write_bytes(b"This is no journal. " * 500)
    public.chmod(0o555)
    with as_nobody(), pytest.raises(JournalError) as caught:
        Journal(file)
    assert str(file) in caught.value.message
    assert [path.name for path in public.iterdir()] == ["journal.sqlite"]
    assert file.read_bytes().startswith(b"This is no journal.")


def test_empty_file__is_a_new_journal(file: Path) -> None:
    file.touch()
    journal = Journal(file)
    assert (journal.notice, journal.active()) == (None, None)
    journal.close()


@pytest.mark.parametrize("place", ["missing/journal.sqlite", ".", "taken/journal.sqlite"])
def test_no_place_for_it(tmp_path: Path, place: str) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(JournalError, match="cannot be used") as caught:
        Journal(tmp_path / place)
    assert caught.value.next


def test_unwritable_folder(public: Path, as_nobody: Callable[[], AbstractContextManager[None]]) -> None:
    public.chmod(0o555)
    with as_nobody(), pytest.raises(JournalError) as caught:
        Journal(public / "journal.sqlite")
    assert str(public) in caught.value.message
    assert list(public.iterdir()) == []


def test_unwritable_file(public: Path, as_nobody: Callable[[], AbstractContextManager[None]]) -> None:
    file = public / "journal.sqlite"
    journal = Journal(file)
    fill(journal, journal.begin(COURSE, "boats", 5))
    journal.close()
    file.chmod(0o444)
    public.chmod(0o555)
    with as_nobody(), pytest.raises(JournalError) as caught:
        Journal(file).begin(COURSE, "trains", 6)
    assert str(file) in caught.value.message
    public.chmod(0o755)
    file.chmod(0o644)
    assert achieved(file) == {"sail"}


# A full disk


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_no_space__is_told_and_loses_nothing(file: Path, journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 5)
    fill(journal, run)
    before = contents(journal, run)
    with files_no_longer_than(64 * 1024), pytest.raises(JournalError, match="cannot be used") as caught:
        journal.add_events(run, [event(nano) for nano in range(10_000, 40_000)])
    assert caught.value.next == (f"df -h {file.parent}", f"ls -l {file}")
    assert contents(journal, run) == before
    judge(journal, run, "row", Verdict.passed("There is space again."))
    assert achieved(file) == {"sail", "row"}
    assert integrity(file) == "ok"


def test_no_space__for_a_new_one(file: Path) -> None:
    with files_no_longer_than(1024), pytest.raises(JournalError):
        Journal(file)
    journal = Journal(file)
    assert journal.active() is None
    journal.close()


# Processes that die, and others that write at the same time

WRITER = """
import sys
from pathlib import Path
from checker.facts.objects import Event
from checker.session.journal import Journal
from checker.verdict import Verdict
journal = Journal(Path(sys.argv[1]))
run = journal.active() or journal.begin("seamanship", "boats", 0)
number = 0
while True:
    number += 1
    batch = [Event(number * 100 + i, "image", "pull", "x" * 500) for i in range(20)]
    step = f"step-{number}"
    state = journal.state(run).with_events(batch)
    journal.store(state.with_verdicts({step: Verdict.passed("It sails.")}, {step: ""}, "now"))
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 150])
def test_killed__keeps_all_that_was_written(file: Path, after: int) -> None:
    command = [sys.executable, "-c", WRITER, str(file)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        written = [int(writer.stdout.readline()) for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        written += [int(line) for line in writer.stdout if line.endswith("\n")]
    assert writer.returncode == -signal.SIGKILL
    journal = Journal(file)
    run = journal.active()
    assert journal.notice is None
    assert run
    state = journal.state(run)
    assert {f"step-{number}" for number in written} <= state.achieved.keys()
    counts = [event.time_nano // 100 for event in state.events]
    assert {counts.count(number) for number in counts} == {20}, "a batch was written by halves"
    assert {f"step-{number}" for number in counts} == state.achieved.keys(), "a state was written by halves"
    journal.close()
    assert integrity(file) == "ok"


def test_many__open_a_new_one_at_once(file: Path) -> None:
    start, failures = threading.Barrier(8), []

    def open_and_write(number: int) -> None:
        try:
            start.wait(PATIENCE)
            journal = Journal(file)
            run = journal.active() or journal.begin(COURSE, "boats", 0)
            judge(journal, run, f"step-{number}", Verdict.passed("It sails."))
            journal.close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=open_and_write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    assert integrity(file) == "ok"
    assert list(file.parent.glob("*damaged*")) == []


def test_two_writers__lose_nothing(file: Path, journal: Journal) -> None:
    run = journal.begin(COURSE, "boats", 0)
    other = Journal(file)
    failures: list[Exception] = []

    def write(into: Journal, name: str) -> None:
        try:
            for number in range(100):
                into.add_events(run, [event(number + 1, name)])
                judge(into, run, f"{name}-{number}", Verdict.passed("It sails."))
                judge(into, run, "both", Verdict.passed(name))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=pair) for pair in ((journal, "a"), (other, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    state = journal.state(run)
    assert (len(state.achieved), len(state.events)) == (201, 200)
    assert len(state.records) == 201, "the same verdict was recorded twice"
    other.close()
