"""The magics in IPython: the same verdicts, friendly words, and errors only when strict."""

import gc
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

import checker
from checker.commands import Commands
from checker.course.course import Course
from checker.errors import StepNotPassed, UsageError
from checker.ipython import notebook_session
from checker.ipython.magics import Magics
from checker.session.journal import Journal
from checker.session.session import Session
from checker.sources.endpoint import Endpoint

# A socket of the Docker SDK that could not be connected is left to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

YAML = """
title: A course of one
minutes: 1
steps:
  fetch:
    check: {image: ubuntu, is: present}
    hints: [Think., "Use `docker <pull>`."]
    solution: docker pull ubuntu
  name-it:
    check: {answer: image-that-ran, of: hello-world}
    hints: [Look.]
    solution: dockyard answer name-it "$(docker images --quiet hello-world)"
"""
TEXT = """# One

<!-- step: fetch -->
**Your turn.** Fetch `ubuntu` & <b>look</b>.

<!-- step: name-it -->
Name it.
"""
Tell = Callable[[str], dict[str, str]]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one lesson, on an engine that is not there."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01-one.md").write_text(TEXT)
    (folder / "01-one.yaml").write_text(YAML)
    monkeypatch.setenv("CHECKER_LESSONS", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    monkeypatch.delenv("CHECKER_STRICT", raising=False)
    with notebook_session.find_session() as session:
        session.journal.begin(session.course.id, "one", time.time_ns())
    return folder


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    yield shell
    InteractiveShell.clear_instance()
    gc.collect()


@pytest.fixture
def tell(shell: InteractiveShell, course: Path) -> Tell:
    """Runs a line in IPython with the extension loaded; gives what is displayed, by kind."""
    assert course.exists()
    checker.load_ipython_extension(shell)

    def run(line: str) -> dict[str, str]:
        with capture_output() as seen:
            shell.run_cell(line).raise_error()
        assert not seen.stdout
        (shown,) = seen.outputs
        data: dict[str, str] = shown.data
        return data

    return run


def test_check__says_what_the_command_line_says(tell: Tell) -> None:
    shown = tell("%check fetch")
    assert "No engine runs at" in shown["text/plain"]
    assert 'role="status"' in shown["text/html"]
    assert "cannot tell" in shown["text/html"]
    assert tell("%check one/fetch") == shown
    assert "name-it" not in shown["text/plain"]


@pytest.mark.parametrize("line", ["%check", "%check one"])
def test_check__judges_a_whole_lesson(line: str, tell: Tell) -> None:
    tell("%check fetch")  # makes it the active one
    assert "0 of 2 steps done" in tell(line)["text/plain"]


def test_check__lets_no_markup_through(tell: Tell) -> None:
    shown = tell("%check fetch")["text/html"]
    assert "<b>look</b>" not in shown
    assert "&lt;b&gt;look&lt;/b&gt;" in shown
    assert "<script>" not in tell("%check <script>")["text/html"]


def test_check__names_the_steps_there_are(tell: Tell) -> None:
    before = tell("%check fetsch")["text/plain"]
    tell("%check fetch")
    for shown in (before, tell("%check fetsch")["text/plain"]):
        assert "`fetsch`" in shown
        assert "fetch, name-it" in shown


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%check fetch name-it", "One step at a time"),
        ("%answer name-it", "%answer STEP ANSWER"),
        ("%answer", "%answer STEP ANSWER"),
        ("%answer fetch it", "asks for no answer"),
        ("%hint", "%hint STEP"),
        ("%solution", "%solution STEP"),
        ("%check nowhere/fetch", "There is no lesson `nowhere`"),
    ],
)
def test_usage__is_told_in_words(line: str, words: str, tell: Tell) -> None:
    assert words in tell(line)["text/plain"]


def test_checker__says_what_is_in_use(tell: Tell, course: Path) -> None:
    shown = tell("%checker")["text/plain"]
    assert f"Lessons: one (in {course})" in shown
    assert "no.sock (because of DOCKER_HOST)" in shown
    assert re.search(r"Progress: kept in \S+/state/checker/journal-\w+\.sqlite", shown)
    assert "%checker lessons FOLDER" in tell("%checker lesson x")["text/plain"]
    assert f"There are no lessons in {course}/none." in tell(f"%checker lessons {course}/none")["text/plain"]
    assert tell("%checker")["text/plain"] == shown  # and the lessons before stay in use


@pytest.mark.parametrize("words", ['"$HOME {x} it\'s"', "$HOME {x} it's"])
def test_answer__arrives_as_it_was_typed(words: str, tell: Tell, shell: InteractiveShell) -> None:
    shell.user_ns["x"] = "changed"
    tell("%check name-it")
    assert "cannot tell" in tell(f"%answer name-it {words}")["text/html"]
    journal = notebook_session.find_session().journal
    run = journal.active()
    assert run is not None
    assert journal.state(run).answers == {"name-it": "$HOME {x} it's"}
    journal.close()


def test_hint__comes_in_stages(tell: Tell) -> None:
    tell("%check fetch")
    assert tell("%hint fetch")["text/plain"] == "1/2  Think."
    second = tell("%hint fetch")
    assert "2/2  Use `docker <pull>`." in second["text/plain"]
    assert "%solution fetch" in second["text/markdown"]


def test_solution__can_be_pasted(tell: Tell) -> None:
    shown = tell("%solution name-it")
    assert '```sh\ndockyard answer name-it "$(docker' in shown["text/markdown"]
    assert "%%bash" in shown["text/plain"]


def test_strict__raises_with_the_message_alone(tell: Tell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StepNotPassed, match=r"^fetch \(engine-unreachable\): No engine runs") as caught:
        tell("%check --strict fetch")
    assert caught.value.next == ()  # a plain notebook has no command that starts an engine
    assert caught.value._render_traceback_() == [f"StepNotPassed: {caught.value.message}"]
    assert "Traceback" not in capsys.readouterr().out


def test_strict__by_the_environment_is_for_all(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKER_STRICT", "1")
    for line in ("%check fetch", "%check fetsch", "%hint"):
        with pytest.raises(StepNotPassed):
            tell(line)


@pytest.mark.parametrize(("value", "raises"), [("1", True), ("0", False), ("", False)])
def test_strict__lets_failing_commands_fail_their_cell(
    value: str, raises: bool, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKER_STRICT", value)
    shell.system_raise_on_error = False
    checker.load_ipython_extension(shell)
    assert shell.system_raise_on_error is raises


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        ("!docker ps --format '{{.ID}}'", "docker ps --format '{{.ID}}'"),
        ("!docker ps --format '{{{{.ID}}}}'", "docker ps --format '{{.ID}}'"),
        ("ids = !docker ps --format '{{json .}}'", "docker ps --format '{{json .}}'"),
        ("!docker rmi {name}", "docker rmi greeting"),
        ("!echo '{{name}}'", "echo '{name}'"),
    ],
)
def test_go_templates__reach_docker(
    typed: str, run: str, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def keep(command: str, **_: Any) -> None:
        seen.append(shell.var_expand(command, depth=1))

    checker.load_ipython_extension(shell)
    monkeypatch.setattr(type(shell), "system", lambda _, command: keep(command))
    monkeypatch.setattr(type(shell), "getoutput", lambda _, command: keep(command))
    shell.user_ns["name"] = "greeting"
    shell.run_cell(typed).raise_error()
    assert seen == [run]


def test_session_of_an_application__has_its_own_commands(shell: InteractiveShell, course: Path) -> None:
    endpoint, journal = Endpoint("unix:///no.sock"), Journal(Path(":memory:"))
    session = Session(Course(course), endpoint, journal, commands=Commands(up="course up"))
    journal.begin(session.course.id, "one", 1)
    magics = Magics(shell, lambda _: session)
    with capture_output() as seen:
        magics.check("name-it")
        magics.checker("start one")
    checked, started = (shown.data["text/plain"] for shown in seen.outputs)
    assert "course up" in checked
    assert "the application makes the start state" in started
    session.journal.close()


def test_plain_desk__says_where_lessons_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKER_LESSONS", str(tmp_path))
    with pytest.raises(UsageError, match=str(tmp_path)) as caught:
        notebook_session.find_session()
    assert caught.value.next == ("%checker lessons FOLDER",)


def test_plain_desk__does_without_a_place_to_write(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(course / "01-one.md"))
    session = notebook_session.find_session()
    assert str(session.journal.path) == ":memory:"
    session.journal.close()


def test_find_desk__takes_the_one_of_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    made = object()

    class Point:
        name = "application"

        def load(self) -> Callable[..., object]:
            return lambda commands: made if commands == notebook_session.NOTEBOOK else None

    monkeypatch.delenv("CHECKER_LESSONS", raising=False)
    monkeypatch.setattr(notebook_session, "installed", lambda group: [Point()] * (group == "checker.session"))
    assert notebook_session.find_session() is made
    assert not notebook_session.is_plain()
