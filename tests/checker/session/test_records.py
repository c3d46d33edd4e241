"""Records: each changed verdict once, in order, and progress as a fold over them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_session import MadeUp, session_with
from world import World

from checker.conditions.volume import NoVolume, VolumeStillHere
from checker.errors import CannotTell
from checker.session import progress
from checker.session.journal import Journal
from checker.session.run import Run, RunState
from checker.session.session import Session
from checker.session.wake import Listener
from checker.verdict import Outcome, Verdict

RUN = Run(1, "seamanship", "boats", 5, True)
AT = "2026-01-01T00:00:00Z"
PASSED, NO_LONGER = Verdict.passed("It sails."), Verdict.passed("It sails.", true_now=False)
NOT_YET = Verdict.not_yet(NoVolume(volume="sea"))
STILL_HERE = Verdict.not_yet(VolumeStillHere(volume="sea"))
UNKNOWN = Verdict.unknown(CannotTell("There is fog.", ("wait",)))
BUG = Verdict.lesson_bug("There is no sea.")


def state_after(*verdicts: Verdict, checks: str = "") -> RunState:
    """A run whose step `sail` was judged so, one check (a letter) for each verdict."""
    state = RunState(RUN)
    for verdict, check in zip(verdicts, checks or "a" * len(verdicts), strict=True):
        state = state.with_verdicts({"sail": verdict}, {"sail": check}, AT)
        state = state.stored((*state.records, *state.new_records))
    return state


@pytest.mark.parametrize(
    ("verdicts", "count"),
    [
        ((NOT_YET, NOT_YET, NOT_YET), 1),
        ((NOT_YET, STILL_HERE, NOT_YET), 3),
        ((STILL_HERE, Verdict.not_yet(VolumeStillHere(volume="lake"))), 2),
        ((NOT_YET, PASSED, Verdict.passed("It sails in other words.")), 2),
        ((PASSED, NO_LONGER, PASSED), 3),
        ((PASSED, NOT_YET, UNKNOWN, UNKNOWN), 3),
        ((UNKNOWN, BUG, PASSED, BUG), 4),
    ],
)
def test_record__for_each_change_and_for_nothing_else(verdicts: tuple[Verdict, ...], count: int) -> None:
    assert len(state_after(*verdicts).records) == count


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "no-wind"},
        {"fields": {}},
        {"fields": {"volume": 1}},
        {"fields": {"volume": "sea", "depth": 3}},
    ],
    ids=str,
)
def test_a_reason_of_another_version__has_no_texts(other: dict[str, Any]) -> None:
    (record,) = state_after(NOT_YET).records
    assert record.verdict == NOT_YET
    unknown = replace(record, **other).verdict
    assert (unknown.outcome, unknown.message, unknown.next) == (Outcome.NOT_YET, "", ())


def test_another_check__is_a_change() -> None:
    assert [each.check_digest for each in state_after(NOT_YET, NOT_YET, checks="ab").records] == ["a", "b"]


def test_achieved__stays_passed_whatever_comes() -> None:
    state = state_after(PASSED, NOT_YET, UNKNOWN)
    assert [(each.outcome, each.true_now) for each in state.records] == [
        (Outcome.PASSED, True),
        (Outcome.PASSED, False),
        (Outcome.PASSED, None),
    ]
    assert state.achieved["sail"].evidence == "It sails."
    assert state.latched("sail", BUG) == BUG


@pytest.mark.parametrize(
    ("verdicts", "checks", "older_than_b"),
    [
        ((PASSED,), "a", True),
        ((PASSED,), "b", False),
        ((PASSED, NOT_YET), "ab", True),  # it stays passed, and was never passed under b
        ((PASSED, BUG, NOT_YET), "abb", True),
        ((PASSED, PASSED), "ab", False),
        ((PASSED, PASSED, PASSED), "aba", False),  # it was passed under both
        ((PASSED, NOT_YET, PASSED), "abb", False),
    ],
)
def test_older_check(verdicts: tuple[Verdict, ...], checks: str, older_than_b: bool) -> None:
    assert state_after(*verdicts, checks=checks).achieved["sail"].is_older_than("b") == older_than_b


def test_who_judged_meanwhile__is_not_repeated_and_not_overruled() -> None:
    before = state_after(NOT_YET).records
    mine = RunState(RUN).with_verdicts({"sail": STILL_HERE}, {"sail": "a"}, AT).new_records
    assert progress.changed(mine, before) == mine
    assert progress.changed(mine, (*before, *mine)) == ()
    assert progress.changed(mine, state_after(NOT_YET, PASSED).records) == ()  # it was achieved meanwhile


# In a journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.sqlite")) as journal:
        yield journal


def judge(journal: Journal, run: Run, **verdicts: Verdict) -> RunState:
    state = journal.state(run).with_verdicts(verdicts, dict.fromkeys(verdicts, "a"), AT)
    return journal.store(state)


def test_records__after_a_number(journal: Journal) -> None:
    run = journal.begin("seamanship", "boats", 5)
    judge(journal, run, sail=NOT_YET, row=NOT_YET)
    seen = journal.records()
    assert [(each.seq, each.step) for each in seen] == [(1, "sail"), (2, "row")]
    judge(journal, run, sail=PASSED, row=NOT_YET)
    other = journal.begin("railways", "trains", 6)
    judge(journal, other, steam=STILL_HERE)
    assert [(each.seq, each.step) for each in journal.records(after=2)] == [(3, "sail"), (4, "steam")]
    assert [each.seq for each in journal.records(after=2, course="railways")] == [4]
    assert journal.records(after=4) == ()


def test_store__keeps_nothing_of_a_look_that_a_reset_overtook(journal: Journal) -> None:
    run = journal.begin("seamanship", "boats", 5)
    looked = journal.state(run).with_verdicts({"sail": PASSED}, {"sail": "a"}, AT)
    again = journal.resume_tracking(run, 100)
    assert journal.store(looked).achieved == {}
    assert journal.state(again).achieved == {}
    journal.pause()
    late = journal.state(again).with_verdicts({"sail": PASSED}, {"sail": "a"}, AT)
    assert journal.store(late).achieved == journal.state(again).achieved == {}
    assert journal.records() == ()


def test_store__takes_in_what_others_stored_meanwhile(journal: Journal) -> None:
    run = journal.begin("seamanship", "boats", 5)
    mine = journal.state(run).with_verdicts({"sail": NOT_YET, "row": NOT_YET}, {"sail": "a", "row": "a"}, AT)
    judge(journal, run, sail=PASSED)
    stored = journal.store(mine)
    assert [(each.step, each.outcome) for each in journal.records()] == [
        ("sail", "passed"),
        ("row", "not-yet"),
    ]
    assert stored.achieved == journal.state(run).achieved
    assert stored.latched("sail", NOT_YET).outcome is Outcome.PASSED


def test_state__knows_the_first_pass_among_many_records(journal: Journal) -> None:
    run = journal.begin("seamanship", "boats", 5)
    judge(journal, run, sail=PASSED)
    for _ in range(3):
        for verdict in (UNKNOWN, BUG, NOT_YET):
            judge(journal, run, sail=verdict)
    assert journal.state(run).achieved == progress.achieved(journal.records())
    assert journal.state(run).latest == progress.latest(journal.records())


# Courses

CHECKS = [{"image": "box", "is": "present"}, {"answer": "layers", "of": "box"}]


def test_courses__with_the_same_ids_share_nothing(tmp_path: Path) -> None:
    engine = MadeUp(World(now=()))
    with (
        session_with(CHECKS, engine, tmp_path) as ours,
        session_with(CHECKS, engine, tmp_path, "railways") as theirs,
    ):
        ours.begin_tracking("boats")
        engine.becomes(World(now=("u1/3 = box",)))
        assert ours.answer("step-2", "3").outcome is Outcome.PASSED
        assert ours.check().outcome is Outcome.PASSED
        assert ours.hints("step-1")

        assert (theirs.active(), theirs.latest("boats")) == (None, None)
        assert [each.achieved_at for each in theirs.check("boats").steps] == [None, None]
        assert {each.verdict.reason for each in theirs.check("boats").steps} == {"not-started"}
        assert theirs.evaluate_goals() == ()
        run = theirs.begin_tracking("boats", new_run=False)
        state = theirs.journal.state(run)
        assert (state.answers, state.achieved, state.events) == ({}, {}, ())
        assert theirs.check().steps[1].verdict.reason == "no-answer"

        assert [each.achieved_at is not None for each in ours.check("boats").steps] == [True, True]
        assert ours.active() is None
        assert ours.journal.records(course="railways")[0].seq not in {
            each.seq for each in ours.journal.records(course="seamanship")
        }


def test_a_changed_check__shows_the_tick_as_an_older_one(tmp_path: Path) -> None:
    engine = MadeUp(World(now=()))
    with session_with(CHECKS[:1], engine, tmp_path) as session:
        session.begin_tracking("boats")
        engine.becomes(World(now=("u1 = box",)))
        (before,) = session.check().steps
        assert (before.verdict.outcome, before.older_check) == (Outcome.PASSED, False)
    with session_with([{"image": "crate", "is": "present"}], engine, tmp_path) as session:
        for _ in range(2):
            (step,) = session.check().steps
            assert (step.verdict.outcome, step.verdict.true_now) == (Outcome.PASSED, False)
            assert (step.achieved_at, step.older_check) == (before.achieved_at, True)
        engine.becomes(World(now=("u1 = box crate",)))
        (step,) = session.check().steps
        assert (step.achieved_at, step.older_check) == (before.achieved_at, False)
        assert session.check().as_json()["steps"][0]["older_check"] is False


# Statements

SIX: list[dict[str, Any]] = [
    {"image": "box", "is": "pulled"},
    {"image": "crate", "is": "present"},
    {"container": "any", "from": "box", "is": "ran"},
    {"answer": "layers", "of": "box"},
    {"all": [{"image": "box", "is": "removed"}, {"volume": "sea", "is": "created"}]},
    {"images": "all", "is": "none", "keep": ["crate"]},
]


def statements(session: Session, ask: Callable[[], object]) -> list[str]:
    """What is asked of SQLite meanwhile; the connection is that of the session's journal."""
    said: list[str] = []
    session.journal._db.set_trace_callback(said.append)
    ask()
    session.journal._db.set_trace_callback(None)
    return said


@pytest.mark.parametrize("look", ["first", "second", "goals"])
def test_a_look__costs_few_statements_and_one_write(look: str, tmp_path: Path) -> None:
    with session_with(SIX, MadeUp(World(now=("u1/2 = hull",))), tmp_path) as session:
        session.begin_tracking("boats")
        if look == "second":
            session.check()
        ask = session.evaluate_goals if look == "goals" else session.check
        said = statements(session, ask)
        assert len(said) <= 20, "\n".join(said)
        assert len([each for each in said if each.startswith("BEGIN IMMEDIATE")]) == (look == "first")
        assert len(session.journal.records()) == (0 if look == "goals" else 6)


# Others are woken

JUDGE = """
import sys
from pathlib import Path
from checker.session.journal import Journal
from checker.session.wake import Waker
from checker.verdict import Verdict
folder = Path(sys.argv[1])
journal = Journal(folder / "journal.sqlite", Waker(folder / "wake").wake)
run = journal.active()
for line in sys.stdin:
    step = line.strip()
    state = journal.state(run).with_verdicts({step: Verdict.passed("Done.")}, {step: "a"}, "now")
    journal.store(state)
"""


def test_judged_in_another_process__wakes_this_one_which_reads_what_is_new(
    tmp_path: Path, journal: Journal
) -> None:
    run = journal.begin("seamanship", "boats", 5)
    command = [sys.executable, "-c", JUDGE, str(tmp_path)]
    with (
        Listener(tmp_path / "wake") as listener,
        subprocess.Popen(command, cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, text=True) as judge,
    ):
        assert judge.stdin
        seq = 0
        for step in ("sail", "row", "moor"):
            judge.stdin.write(f"{step}\n")
            judge.stdin.flush()
            assert listener.wait(120)
            (new,) = journal.records(after=seq)
            assert (new.step, new.run, new.outcome) == (step, run.id, Outcome.PASSED)
            seq = new.seq
        judge.stdin.write("sail\n")  # nothing new
        judge.stdin.close()
        judge.wait(120)
        assert not listener.wait(0)
