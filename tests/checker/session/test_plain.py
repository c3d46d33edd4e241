"""Checks without an application: what counts from when, on a real engine."""

from pathlib import Path

import pytest
from support import Docker

import checker
from checker.errors import StepNotPassed, UsageError
from checker.sources.endpoint import Endpoint

LESSONS = {"boats": "{container: any, from: box, is: ran}", "trains": "{volume: notes, is: created}"}


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    for number, (name, check) in enumerate(LESSONS.items(), 1):
        (tmp_path / f"0{number}-{name}.md").write_text(f"# {name}\n\n<!-- step: {name}-step -->\nDo it.\n")
        step = f"{{check: {check}, hints: [Think.], solution: docker ps}}"
        data = f"title: {name}\nminutes: 1\nsteps: {{{name}-step: {step}}}\n"
        (tmp_path / f"0{number}-{name}.yaml").write_text(data)
    return tmp_path


@pytest.fixture
def box(docker: Docker, tiny_root: bytes) -> Docker:
    docker("import", "-", "box", data=tiny_root)
    docker("run", "box", "true")  # before the lessons begin: it does not count
    return docker


def test_begin__lets_every_lesson_count_from_there(lessons: Path, endpoint: Endpoint, box: Docker) -> None:
    with checker.begin(lessons, endpoint=endpoint) as session:
        assert checker.check(session, "boats-step").steps[0].verdict.reason == "not-run"
        box("volume", "create", "notes")  # while the other lesson is active
        box("run", "box", "true")
        assert checker.assert_passed(session, "trains").outcome == "passed"
        assert checker.assert_passed(session, "boats/boats-step").outcome == "passed"
    box("volume", "rm", "notes")


def test_journal__keeps_progress_between_calls(lessons: Path, endpoint: Endpoint, box: Docker) -> None:
    where = {"journal": lessons / "journal.sqlite", "endpoint": endpoint.host}
    with pytest.raises(StepNotPassed, match=r"^boats-step \(not-run\): ") as caught:
        checker.assert_passed(lessons, "boats", **where)
    assert isinstance(caught.value, AssertionError)
    assert caught.value.next == ("docker run box",)
    checker.check(lessons, "trains", **where)  # another lesson becomes the active one
    box("run", "box", "true")
    checker.assert_passed(lessons, "boats", **where)
    assert sorted(path.suffix for path in lessons.iterdir() if "journal" in path.name)[-1] == ".sqlite"


def test_begin__again_keeps_what_was_achieved(lessons: Path, endpoint: Endpoint, box: Docker) -> None:
    journal = lessons / "journal.sqlite"
    with checker.begin(lessons, journal=journal, endpoint=endpoint) as session:
        box("run", "box", "true")
        checker.assert_passed(session, "boats")
        assert checker.check(session, "trains").steps[0].verdict.reason == "no-volume"
    box("run", "box", "true")
    box("volume", "create", "notes")
    with checker.begin(lessons, journal=journal, endpoint=endpoint) as session:
        checker.assert_passed(session, "boats")
        assert checker.check(session, "trains").steps[0].verdict.reason == "volume-already-here"
    box("volume", "rm", "notes")


def test_check__without_a_journal_writes_nothing(lessons: Path, endpoint: Endpoint, box: Docker) -> None:
    box("run", "box", "true")
    before = sorted(lessons.rglob("*"))
    report = checker.check(lessons, "boats/boats-step", endpoint=endpoint)
    assert report.steps[0].verdict.reason == "not-run"
    assert sorted(lessons.rglob("*")) == before


def test_check__on_no_engine_is_cannot_tell(lessons: Path) -> None:
    report = checker.check(lessons, "boats", endpoint=f"unix://{lessons}/no.sock")
    verdict = report.steps[0].verdict
    assert (report.outcome, verdict.reason, verdict.next) == ("cannot-tell", "engine-unreachable", ())
    with pytest.raises(StepNotPassed, match="No engine runs at"):
        checker.assert_passed(lessons, "boats", endpoint=f"unix://{lessons}/no.sock")


def test_usage(lessons: Path, tmp_path: Path, endpoint: Endpoint, docker: Docker) -> None:
    assert docker("ps", "--quiet") == ""
    with pytest.raises(UsageError, match=f"There are no lessons in {tmp_path}/none"):
        checker.check(tmp_path / "none", "boats")
    with checker.begin(lessons, endpoint=endpoint) as session:
        with pytest.raises(UsageError, match="leave out both"):
            checker.check(session, "boats", journal=tmp_path / "journal.sqlite")
        with pytest.raises(UsageError, match="No lesson has a step `none`"):
            checker.check(session, "none")
