"""A session on a real engine, with a small course: what passes, what stays passed, what cannot be told."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker as sdk
import pytest
from support import PATIENCE, Docker, host_of, wait_for

from checker.course.course import Course
from checker.errors import LessonError, UnknownContext, UsageError
from checker.facts.needs import Need
from checker.facts.objects import Event
from checker.session.journal import Journal
from checker.session.report import StepReport
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.verdict import Outcome
from dockyard.commands import SHELL
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.session.open import open_session

STEPS = {
    "have": "{image: box, is: present}",
    "bring": "{image: crate, is: pulled}",
    "remove": "{image: old, is: removed}",
    "remove-other": "{image: never, is: removed}",
    "run": "{container: any, from: old, is: ran}",
    "probe": "{container: probe, from: old, is: exited}",
    "count": "{answer: layers, of: old}",
    "user": "{answer: container-using, of: old}",
    "clear": "{images: all, is: none}",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons"
    folder.mkdir()
    return folder


@pytest.fixture
def lesson(course: Path) -> Callable[..., str]:
    """Writes a lesson of some of the STEPS; `waits` is a step that waits for the one before."""

    def write(name: str, *steps: str, waits: str = "") -> str:
        number = len(list(course.glob("*.md"))) + 1
        text, data = f"# {name}\n", f"title: {name}\nminutes: 1\nsteps:\n"
        for before, step in zip(("", *steps), steps, strict=False):
            text += f"\n<!-- step: {step} -->\nDo {step}.\n"
            solution = f"dockyard answer {step} 1" if "answer" in STEPS[step] else "docker do"
            data += (
                f"  {step}:\n    check: {STEPS[step]}\n    hints: [One., Two.]\n    solution: {solution}\n"
            )
            data += f"    after: [{before}]\n" if step == waits else ""
        (course / f"0{number}-{name}.md").write_text(text)
        (course / f"0{number}-{name}.yaml").write_text(data)
        return name

    return write


@pytest.fixture
def session(course: Path, endpoint: Endpoint, tmp_path: Path) -> Session:
    return Session(Course(course), endpoint, Journal(tmp_path / "journal.sqlite"), commands=SHELL)


@pytest.fixture
def old(docker: Docker, tiny_root: bytes) -> str:
    """The ID of the image `old`, which is there before any lesson starts."""
    return docker("import", "-", "old", data=tiny_root)


def step_of(session: Session, step: str, lesson: str | None = None) -> StepReport:
    (found,) = (each for each in session.check(lesson).steps if each.step == step)
    return found


def outcomes(session: Session, lesson: str | None = None) -> dict[str, str]:
    return {
        each.step: each.verdict.reason or each.verdict.outcome.value for each in session.check(lesson).steps
    }


# What passes, whoever did it and however


def test_check__passes_when_it_is_done(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have", "bring", "remove"))
    assert outcomes(session) == {"have": "not-here", "bring": "not-here", "remove": "still-here"}
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed", "bring": "not-here", "remove": "several-tags"}
    docker("rmi", "old")
    assert outcomes(session)["remove"] == "only-untagged"
    docker("rmi", "box")
    assert outcomes(session) == {"have": "passed", "bring": "not-here", "remove": "passed"}


def test_check__of_one_step_only(session: Session, lesson: Callable[..., str], old: str) -> None:
    assert old
    session.begin_tracking(lesson("boats", "have", "remove"))
    report = session.check("boats", "remove")
    assert [each.step for each in report.steps] == ["remove"]
    assert report.outcome is Outcome.NOT_YET
    assert report.as_json()["steps"][0]["next"] == ["docker rmi old"]


def test_pulled__from_a_registry(
    session: Session,
    lesson: Callable[..., str],
    docker: Docker,
    old: str,
    shared: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = engine_of(shared).status().hub_address
    name = f"{hub}/me/crate"
    docker("tag", old, name)
    docker("push", name)
    docker("rmi", name)
    monkeypatch.setitem(STEPS, "bring", f"{{image: '{name}', is: pulled}}")
    session.begin_tracking(lesson("boats", "bring"))
    assert outcomes(session) == {"bring": "not-here"}
    docker("pull", name)
    assert outcomes(session) == {"bring": "passed"}
    assert "was pulled" in step_of(session, "bring").verdict.message


def test_removed__by_its_id(session: Session, lesson: Callable[..., str], docker: Docker, old: str) -> None:
    session.begin_tracking(lesson("boats", "remove"))
    docker("rmi", old)
    assert outcomes(session) == {"remove": "passed"}


def test_removed__by_the_sdk(session: Session, lesson: Callable[..., str], docker: Docker, old: str) -> None:
    session.begin_tracking(lesson("boats", "have", "remove"))
    with closing(sdk.DockerClient(session.endpoint.host)) as client:
        client.images.get(old).tag("box")
        client.images.remove("old")
        assert docker("images", "--quiet", "old") == ""
    assert outcomes(session) == {"have": "passed", "remove": "only-untagged"}


def test_removed__by_another_process(session: Session, lesson: Callable[..., str], old: str) -> None:
    session.begin_tracking(lesson("boats", "remove"))
    program = f"import docker; docker.DockerClient({session.endpoint.host!r}).images.remove({old!r})"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)
    assert outcomes(session) == {"remove": "passed"}


def test_removed__though_nobody_looked_in_between(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    session.begin_tracking(lesson("boats", "remove"))
    docker("rmi", "old")
    found = step_of(session, "remove")
    assert found.verdict.outcome is Outcome.PASSED
    assert "`old` was here" in found.verdict.message


def test_removed__what_was_never_here_proves_nothing(
    session: Session, lesson: Callable[..., str], docker: Docker
) -> None:
    assert docker("images", "--quiet") == ""
    session.begin_tracking(lesson("boats", "remove-other"))
    assert outcomes(session) == {"remove-other": "never-here"}


def test_removed__what_came_after_the_start(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "remove-other"))
    docker("tag", old, "never")
    docker("rmi", "old")
    assert outcomes(session) == {"remove-other": "still-here"}
    docker("rmi", "never")
    assert outcomes(session) == {"remove-other": "passed"}


def test_removed__only_after_its_container(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    docker("run", "--name=greeting", "old", "sh", "-c", ":")
    session.begin_tracking(lesson("boats", "remove"))
    found = step_of(session, "remove").verdict
    assert (found.reason, found.next) == ("image-in-use-stopped", ("docker rm greeting", "docker rmi old"))
    for command in found.next:
        docker(*command.split()[1:])
    assert outcomes(session) == {"remove": "passed"}


@pytest.mark.parametrize("rm", [["--rm"], []], ids=["with --rm", "and stays"])
@pytest.mark.parametrize("by", ["name", "id"])
def test_ran(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str, rm: list[str], by: str
) -> None:
    session.begin_tracking(lesson("boats", "run"))
    assert outcomes(session) == {"run": "not-run"}
    docker("run", *rm, "old" if by == "name" else old[7:19], "sh", "-c", ":")
    assert bool(docker("ps", "--all", "--quiet")) == (not rm)
    assert outcomes(session) == {"run": "passed"}


def test_ran__before_the_start_does_not_count(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    docker("run", "--name=early", "old", "sh", "-c", ":")
    docker("run", "--rm", "old", "sh", "-c", ":")
    session.begin_tracking(lesson("boats", "run"))
    assert outcomes(session) == {"run": "not-run"}
    docker("start", "--attach", "early")
    assert outcomes(session) == {"run": "not-run"}


def test_exited__and_on_the_way_there(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    session.begin_tracking(lesson("boats", "probe"))
    docker("create", "--name=prob", "old", "sh")
    assert outcomes(session) == {"probe": "wrong-name"}
    docker("rename", "prob", "probe")
    assert outcomes(session) == {"probe": "created-not-started"}
    docker("start", "--attach", "probe")
    assert outcomes(session) == {"probe": "passed"}


# What was achieved stays achieved


def test_achieved__stays_when_its_state_is_gone(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have"))
    docker("tag", old, "box")
    first = step_of(session, "have")
    assert (first.verdict.outcome, first.verdict.true_now) == (Outcome.PASSED, True)
    assert first.achieved_at
    docker("rmi", "box")
    later = step_of(session, "have")
    assert (later.verdict.outcome, later.verdict.true_now) == (Outcome.PASSED, False)
    assert later.achieved_at == first.achieved_at
    assert later.verdict.evidence == first.verdict.evidence
    docker("tag", old, "box")
    assert step_of(session, "have").verdict.true_now


def test_achieved__is_also_stored_as_passed(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    run = session.begin_tracking(lesson("boats", "have"))
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed"}
    docker("rmi", "box")
    assert outcomes(session) == {"have": "passed"}
    stored = session.journal.state(run).latest["have"]
    assert (stored.outcome, stored.true_now) == (Outcome.PASSED, False)


def test_achieved__is_gone_with_a_new_start_only(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have"))
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed"}
    docker("rmi", "box")
    session.begin_tracking("boats", new_run=False)
    assert outcomes(session) == {"have": "passed"}
    session.begin_tracking("boats")
    assert outcomes(session) == {"have": "not-here"}


def test_glance__keeps_what_is_reached(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert session.evaluate_goals() == ()
    run = session.begin_tracking(lesson("boats", "have", "run"))
    assert session.evaluate_goals() == ()
    docker("tag", old, "box")
    assert session.evaluate_goals() == ("have",)
    docker("rmi", "box")
    assert session.evaluate_goals() == ()
    assert session.journal.state(run).achieved.keys() == {"have"}


def test_glance__does_not_count_what_holds_only_in_the_middle_of_a_command(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, next_command = session.reader.read, [("rmi", "box")]

    def and_the_command_goes_on(needs: Iterable[Need[object]]) -> dict[Need[object], Any]:
        found = read(needs)
        while next_command:
            docker(*next_command.pop())
        return found

    run = session.begin_tracking(lesson("boats", "have"))
    docker("tag", old, "box")
    monkeypatch.setattr(session.reader, "read", and_the_command_goes_on)
    assert session.evaluate_goals() == ()
    assert session.journal.state(run).achieved == {}


def test_an_engine_of_the_learners_own__only_what_came_since_counts(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str, tiny_root: bytes
) -> None:
    session.begin_tracking(lesson("boats", "clear"))
    assert outcomes(session) == {"clear": "nothing-to-remove"}
    docker("import", "-c", "LABEL new=yes", "-", "raft", data=tiny_root)
    found = step_of(session, "clear").verdict
    assert (found.reason, found.next) == ("images-left", ("docker rmi raft",))
    docker("rmi", "raft")
    assert outcomes(session) == {"clear": "passed"}
    assert docker("images", "--quiet", "--no-trunc", "old") == old


def test_an_engine_of_dockyards_own__all_of_it_counts(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    session.private = True
    session.begin_tracking(lesson("boats", "clear"))
    assert "old" in step_of(session, "clear").verdict.message
    docker("rmi", *docker("images", "--quiet").split())
    assert outcomes(session) == {"clear": "passed"}


def test_the_desk_of_a_home__is_at_dockyards_own_engine(tmp_path: Path) -> None:
    with open_session(Home(tmp_path / "home")) as found:
        assert found.private


def test_waiting__until_the_step_before_is_achieved(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have", "run", waits="run"))
    assert outcomes(session) == {"have": "not-here", "run": "waiting"}
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed", "run": "not-run"}


# An engine that cannot be read


def test_waiting__not_for_what_is_done_and_not_yet_recorded(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have", "run", waits="run"))
    docker("tag", old, "box")
    assert step_of(session, "run").verdict.reason == "not-run"


def test_engine_down__is_cannot_tell_and_takes_nothing_back(
    home: Home,
    docker_at: Callable[[str], Docker],
    tiny_root: bytes,
    session: Session,
    lesson: Callable[..., str],
) -> None:
    engine = engine_of(home)
    docker = docker_at(engine.up().docker_host)
    session = replace(session, endpoint=Endpoint(host_of(home)))
    session.begin_tracking(lesson("boats", "have", "run"))
    docker("import", "-", "box", data=tiny_root)
    assert outcomes(session) == {"have": "passed", "run": "not-run"}
    engine.down()
    report = session.check()
    assert report.outcome is Outcome.CANNOT_TELL
    have, run = report.steps
    assert (have.verdict.outcome, have.verdict.true_now) == (Outcome.PASSED, None)
    assert (run.verdict.outcome, run.verdict.reason) == (Outcome.CANNOT_TELL, "engine-unreachable")
    assert host_of(home) in run.verdict.message
    assert run.verdict.next == ("dockyard up",)
    assert not run.achieved_at
    engine.up()
    assert outcomes(session) == {"have": "passed", "run": "not-run"}


def test_engine_that_refuses__cannot_tell_in_harmless_words(
    session: Session, lesson: Callable[..., str], answering: Callable[..., Endpoint], docker: Docker
) -> None:
    assert docker("images", "--quiet") == ""
    session.begin_tracking(lesson("boats", "have", "remove"))
    away = answering({"/_ping": (200, b"OK"), "": (500, {"message": "the disk is \x1b[31mfull"})})
    for step in replace(session, endpoint=away).check().steps:
        assert (step.verdict.outcome, step.verdict.reason) == (Outcome.CANNOT_TELL, "engine-refused")
        assert step.verdict.message.isprintable()
        assert "the disk is" in step.verdict.message
        assert step.verdict.next


# Which lesson


def test_not_started(session: Session, lesson: Callable[..., str]) -> None:
    lesson("boats", "have")
    (found,) = session.check("boats").steps
    assert (found.verdict.outcome, found.verdict.reason) == (Outcome.NOT_YET, "not-started")
    assert found.verdict.next == ("dockyard start boats",)
    for ask in (session.check, lambda: session.hints("have"), lambda: session.answer("have", "x")):
        with pytest.raises(UsageError, match="No lesson has been started") as caught:
            ask()
        assert caught.value.next == ("dockyard start boats",)
    assert session.latest("boats") is None


def test_not_started__but_arms_itself(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    lesson("boats", "have", "remove")
    session = replace(session, begins_by_itself=True)
    assert outcomes(session, "boats") == {"have": "not-here", "remove": "still-here"}
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed", "remove": "several-tags"}


def test_two_lessons__the_other_one_rests(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    session.begin_tracking(lesson("boats", "have", "run"))
    docker("tag", old, "box")
    assert outcomes(session) == {"have": "passed", "run": "not-run"}
    session.begin_tracking(lesson("trains", "remove"))
    assert outcomes(session) == {"remove": "several-tags"}
    docker("run", "--rm", "old", "sh", "-c", ":")
    assert outcomes(session, "boats") == {"have": "passed", "run": "not-started"}
    (_, run) = session.check("boats").steps
    assert "is not the active one" in run.verdict.message
    assert outcomes(session, "trains") == {"remove": "several-tags"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.check("ships"),
        lambda session: session.check("boats", "swim"),
        lambda session: session.hints("swim", "boats"),
        lambda session: session.begin_tracking("ships"),
    ],
)
def test_no_such_thing(
    session: Session, lesson: Callable[..., str], ask: Callable[[Session], object]
) -> None:
    lesson("boats", "have")
    with pytest.raises(UsageError, match=r"ships|swim"):
        ask(session)


def test_a_broken_lesson__is_told_with_its_line(
    session: Session, lesson: Callable[..., str], course: Path
) -> None:
    lesson("boats", "have")
    data = course / "01-boats.yaml"
    data.write_text(data.read_text().replace("is: present", "is: shiny"))
    with pytest.raises(LessonError, match=r"^01-boats.yaml:5: `is: shiny` is unknown"):
        session.check("boats")


# Answers and hints


def test_answer__is_kept_and_judged(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    assert old
    session.begin_tracking(lesson("boats", "count", "user"))
    docker("create", "--name=greeting", "old", "sh")
    assert outcomes(session) == {"count": "no-answer", "user": "no-answer"}
    assert step_of(session, "count").verdict.next == ("dockyard answer count ANSWER",)
    wrong = session.answer("count", "7").steps[0].verdict
    assert (wrong.outcome, wrong.reason) == (Outcome.NOT_YET, "answer-wrong")
    assert "7" in wrong.message
    assert session.answer("count", "1").outcome is Outcome.PASSED
    assert session.answer("user", docker("ps", "--all", "--quiet")).outcome is Outcome.PASSED
    assert outcomes(session) == {"count": "passed", "user": "passed"}


def test_answer__that_was_right_stays_right(session: Session, lesson: Callable[..., str], old: str) -> None:
    assert old
    session.begin_tracking(lesson("boats", "count"))
    assert session.answer("count", "1").outcome is Outcome.PASSED
    (again,) = session.answer("count", "7").steps
    assert (again.verdict.outcome, again.verdict.true_now) == (Outcome.PASSED, False)


def test_answer__where_nothing_is_asked(session: Session, lesson: Callable[..., str], docker: Docker) -> None:
    assert docker("images", "--quiet") == ""
    session.begin_tracking(lesson("boats", "have", "count"))
    with pytest.raises(UsageError, match="asks for no answer") as caught:
        session.answer("have", "1")
    assert caught.value.next == ("dockyard check boats/have",)


def test_hints__one_more_each_time(session: Session, lesson: Callable[..., str], docker: Docker) -> None:
    assert docker("images", "--quiet") == ""
    session.begin_tracking(lesson("boats", "have"))
    assert [session.hints("have") for _ in range(3)] == [
        (("One.",), 2),
        (("One.", "Two."), 2),
        (("One.", "Two."), 2),
    ]


# What else the session is told


def test_the_shell_elsewhere__is_blamed_only_while_nothing_happens_here(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str, tmp_path: Path
) -> None:
    away = Endpoint(f"unix://{tmp_path}/away.sock", "DOCKER_HOST", chosen=True)
    session = replace(session, shell=lambda: away)
    session.begin_tracking(lesson("boats", "have"))
    found = step_of(session, "have").verdict
    assert (found.reason, found.next[0]) == ("wrong-engine", SHELL.use_engine)
    assert away.host in found.message
    assert session.endpoint.host in found.message
    docker("tag", old, "other")
    assert outcomes(session) == {"have": "not-here"}


def test_the_shell_elsewhere__is_looked_into(
    session: Session, lesson: Callable[..., str], docker: Docker, answering: Callable[..., Endpoint]
) -> None:
    assert docker("images", "--quiet") == ""
    there = {"Id": "sha256:1", "RepoTags": ["box:latest"]}
    away = answering({"/_ping": (200, b"OK"), "/json": (200, there)})
    session = replace(session, shell=lambda: away)
    session.begin_tracking(lesson("boats", "have"))
    found = step_of(session, "have").verdict
    assert found.reason == "wrong-engine"
    assert "box" in found.message
    assert "is there" in found.message


@pytest.mark.parametrize("same", [True, False], ids=["by a link", "lost"])
def test_the_shell__may_be_here_or_lost(
    session: Session, lesson: Callable[..., str], docker: Docker, tmp_path: Path, same: bool
) -> None:
    assert docker("images", "--quiet") == ""
    (tmp_path / "link.sock").symlink_to(session.endpoint.host.removeprefix("unix://"))

    def shell() -> Endpoint:
        if same:
            return Endpoint(f"unix://{tmp_path}/link.sock", "DOCKER_HOST", chosen=True)
        raise UnknownContext("The context `lost` does not exist.", ("docker context ls",))

    session = replace(session, shell=shell)
    session.begin_tracking(lesson("boats", "have"))
    found = step_of(session, "have").verdict
    assert found.reason == ("not-here" if same else "wrong-engine")
    assert same or "The context `lost` does not exist." in found.message


def test_misses__of_the_hub_are_facts(session: Session, lesson: Callable[..., str], docker: Docker) -> None:
    assert docker("images", "--quiet") == ""

    def failed_requests(since: int) -> Iterable[Event]:
        about = {"repository": "library/bxo", "tag": "latest"}
        return (Event(since + 1, "hub", "miss", "library/bxo:latest", about),)

    session = replace(session, failed_requests=failed_requests)
    session.begin_tracking(lesson("boats", "have"))
    assert outcomes(session) == {"have": "typo"}


def test_notice__of_a_damaged_journal_is_passed_on(
    session: Session, lesson: Callable[..., str], docker: Docker, tmp_path: Path
) -> None:
    assert docker("images", "--quiet") == ""
    (tmp_path / "damaged.sqlite").write_bytes(b"This is no journal. " * 500)
    session = replace(session, journal=Journal(tmp_path / "damaged.sqlite"))
    session.begin_tracking(lesson("boats", "have"))
    (notice,) = session.check().notices
    assert "was damaged" in notice


def test_events__that_the_engine_forgot_are_still_known(
    session: Session, lesson: Callable[..., str], docker: Docker, old: str
) -> None:
    """An engine remembers 256 events; what was seen in time is kept."""
    session.begin_tracking(lesson("boats", "have", "run", waits="run"))
    docker("run", "--rm", "--name=brief", "old", "sh", "-c", ":")
    assert outcomes(session)["run"] == "passed"
    with closing(sdk.DockerClient(session.endpoint.host)) as client:
        image = client.images.get(old)
        for number in range(260):
            image.tag("busy", str(number % 2))
    wait_for(lambda: "die" not in [event.action for event in session.engine.events(0)])
    run = session.journal.active()
    assert run
    assert "die" in [event.action for event in session.journal.state(run).events]
    assert outcomes(session)["run"] == "passed"
    assert step_of(session, "run").verdict.true_now
