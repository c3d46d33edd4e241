"""Names from outside, however hostile, are harmless text in every view, and in what is to be typed."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from markdown_it import MarkdownIt
from traitlets.config import Config
from world import World, condition, step

from checker.commands import Commands
from checker.conditions.wording import shell_command
from checker.course.course import Course
from checker.errors import CannotTell, CheckerError, StepNotPassed
from checker.ipython.magics import Magics
from checker.judge import judge
from checker.session.journal import Journal
from checker.session.report import Report, StepReport
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.verdict import LONGEST, Diagnosis, Outcome, Verdict
from checker.views import html, markdown, text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</code></pre></div>",
    "`` ` ```",
    "$x^2$ $$y$$ \\(z\\) \\begin{equation}",
    "[a](javascript:alert(1)) ![b](https://example.org/b.png)",
    "&lt;b&gt;&amp;",
    "'\"; touch owned; $(touch owned) `touch owned` & | > owned",
    "\x1b[31mred\x1b[2J",
    "\x1b]8;;https://example.org\x07here\x1b]8;;\x07",
    "\x9b31m",
    "\u202egnp.exe\u2066",
    "zero\u200bwidth\ufeff",
    "nul\0",
    "half a pair \ud83d \udcff",
    "line\nline\r\nline\u2028line\x85",
    "word " * 20_000,
    "x" * 100_000,
    "--" * 50_000,
    "`" * 100_000,
    "a\u0301" * 50_000,
]
TAGS = {"div", "p", "b", "code", "pre", "small", "span", "br"}
names = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=9), min_size=1, max_size=3).map("".join)
every = pytest.mark.parametrize("name", HOSTILE, ids=[ascii(name[:24]) for name in HOSTILE])


def verdicts(name: str) -> Iterator[Verdict]:
    """A verdict of each kind that speaks of the name."""
    unknown = CannotTell(f"The engine says: {name}.", (shell_command("docker", "info", name),))
    yield Verdict.not_yet(
        Diagnosis("x", f"`{name}` is wrong.", (shell_command("docker", "rm", name), "docker ps"))
    )
    yield Verdict.passed(f"`{name}` is here.", true_now=False)
    yield Verdict.unknown(unknown)
    yield Verdict.lesson_bug(f"{name!r} {name}")


def reports(name: str) -> Iterator[Report]:
    for verdict in verdicts(name):
        rows = tuple(StepReport(f"step-{n}", n, f"Do **it** with `{n}`.", verdict, None) for n in (1, 2))
        yield Report("one", "One", f"unix:///{name}", rows, (f"Mind {name}",))


class Page(HTMLParser):
    """HTML as a browser reads it: its tags, its pieces of text, and the text of its blocks of commands."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pieces: list[str] = []
        self.shell_command = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= {"role", "style"}
        if tag != "br":
            self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if "pre" in self.tags:
            self.shell_command += data


def assert_harmless_page(source: str) -> Page:
    page = Page(source)
    assert not page.tags  # all were closed
    assert all(piece in "$\\" or not set(piece) & {"$", "\\"} for piece in page.pieces)
    assert source.replace("\n", "").isprintable()
    return page


@given(names)
def test_terminal__gets_printable_lines(name: str) -> None:
    for report in reports(name):
        shown = text.render(report)
        assert all(line.isprintable() for line in shown.split("\n"))
        coloured = text.render(report, colour=True)
        assert re.sub(r"\x1b\[\d+m", "", coloured) == shown


@given(names)
def test_notebook__gets_text_and_no_markup(name: str) -> None:
    for report in reports(name):
        page = assert_harmless_page(html.render(report))
        commands = [line for each in report.steps for line in each.verdict.next]
        assert page.shell_command.replace("\n", "") == "".join(commands)
        for message in {each.verdict.message for each in report.steps}:
            assert message.replace("`", "") in "".join(page.pieces).replace("`", "")


@given(names)
def test_json__is_utf8_and_comes_back_the_same(name: str) -> None:
    for report in reports(name):
        written = json.dumps(report.as_json(), ensure_ascii=False).encode()
        assert json.loads(written.decode()) == report.as_json()


@given(names)
def test_errors__are_harmless_as_well(name: str) -> None:
    found = CheckerError(f"There is no\n{name}", (f"%check {name}",))
    assert all(line.isprintable() for line in text.error(found, Commands()).split("\n"))
    assert_harmless_page(html.error(found, Commands()))


@every
def test_messages__are_cut_in_their_middle(name: str) -> None:
    for verdict in verdicts(name):
        assert len(verdict.message) <= LONGEST + 3
    (endless,) = (v for v in verdicts("x" * 100_000) if v.outcome is Outcome.NOT_YET)
    assert endless.message.startswith("`xxx")
    assert " … " in endless.message
    assert endless.message.endswith("xxx` is wrong.")


def test_messages__that_are_short_stay_whole() -> None:
    message = "x" * LONGEST
    assert Verdict.passed(message).message == message


@given(st.text("`sh \n#$<", max_size=40))
def test_solutions__are_one_block_of_code(commands: str) -> None:
    (block,) = MarkdownIt().parse(markdown.fenced(commands))
    assert block.type == "fence"
    assert block.content == f"{commands}\n"


def test_names__are_not_broken_at_their_hyphens() -> None:
    name = "a-name-of-many-words-" * 6
    verdict = Verdict.not_yet(Diagnosis("x", f"There is `{name}` here.", ()))
    shown = text.render(Report("one", "One", "", (StepReport("s", 1, "Do it.", verdict, None),)))
    assert f"`{name}`" in shown


# In a notebook


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


@every
def test_magics__show_harmless_text(
    name: str, shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "01-one.md").write_text("# One\n\n<!-- step: name-it -->\nName it.\n")
    one = "{check: {answer: layers, of: ubuntu}, hints: [Think.], solution: s}"
    (tmp_path / "01-one.yaml").write_text(f"title: One\nminutes: 1\nsteps: {{name-it: {one}}}\n")
    journal = Journal(Path(":memory:"))
    session = Session(Course(tmp_path), Endpoint(f"unix://{tmp_path}/no.sock"), journal)
    journal.begin(session.course.id, "one", 1)
    magics = Magics(shell, lambda _: session)
    words = (name, f"one/{name}", f"name-it {name}", f"start {name}")
    for ask in (magics.check, magics.answer, magics.hint, magics.solution, magics.checker):
        for line in words:
            with capture_output() as seen:
                ask(line)
            (shown,) = seen.outputs
            assert all(each.isprintable() for each in shown.data["text/plain"].split("\n"))
            assert_harmless_page(shown.data.get("text/html", ""))
            json.dumps(shown.data, ensure_ascii=False).encode()
    monkeypatch.setenv("CHECKER_STRICT", "1")
    with pytest.raises(StepNotPassed) as caught:
        magics.check(name)
    assert all(line.isprintable() for part in caught.value._render_traceback_() for line in part.split("\n"))
    session.close()


def test_older_check__is_said_beside_what_was_passed() -> None:
    passed = Verdict.passed("It is here.", true_now=False)
    done = StepReport("s", 1, "Do it.", passed, "2026-01-01T00:00:00Z", older_check=True)
    report = Report("one", "One", "", (done,))
    for shown in (text.render(report), html.render(report)):
        assert "It is here. (Passed under an older check of this step." in shown
        assert "no longer so" not in shown
    assert "older check" not in text.render(replace(report, steps=(replace(done, older_check=False),)))


# What is shown to be typed


def words_of(command: str, folder: Path) -> list[str]:
    """The words that a shell makes of a command; it is run, with commands that only print."""
    names = ("docker", "dockyard", "cd", "mv", "ls", "cat")
    stand_ins = "".join(f"{name}() {{ printf '%s\\0' {name} \"$@\"; }}\n" for name in names)
    done = subprocess.run(["sh", "-c", f"{stand_ins}{command}"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\0")[:-1]


SHORT = [name for name in HOSTILE if len(name) < 1000 and "\0" not in name and "\ud83d" not in name]


@pytest.mark.parametrize("name", [*SHORT, "", "-rf /", "~", "*", "!!", "#", "$HOME", "{a,b}"])
def test_typed__is_one_word_for_a_shell(name: str, tmp_path: Path) -> None:
    assert words_of(shell_command("docker", "rm", name), tmp_path) == [
        "docker",
        "rm",
        name.replace("\r\n", "\n"),
    ]
    assert not list(tmp_path.iterdir())


OWNED = ";touch${IFS}owned;$(touch${IFS}owned)`touch${IFS}owned`&'\""
QUESTIONS: list[dict[str, Any]] = [
    *(
        {"answer": question, "of": "ubuntu"}
        for question in ("layers", "image-that-ran", "container-using", "id", "digest", "other-name")
    ),
    *({"answer": "part", "of": "ubuntu", "part": part} for part in ("tag", "repository", "full-name")),
    {"answer": "invalid-one", "of": ["ubuntu", "Ubuntu"]},
]
BUILT = {"image": "mine", "is": "built"}
DOCKERFILE = {"file": "Dockerfile", "is": "dockerfile", "base": "ubuntu"}
ASKED: list[tuple[dict[str, Any], World]] = [
    *((question, World(now=("u1/3 = ubuntu",), answer=OWNED)) for question in QUESTIONS),
    *(
        (
            {"network": "net", "is": "created"},
            World(events=(f"network create {name}",), now=(f"network {name}",)),
        )
        for name in ("net;", "ne`t", "$net", "net&")
    ),
    ({"file": "notes", "is": "present"}, World(files={"notes;": "x", "$(notes)": "x", "Notes&": "x"})),
    (DOCKERFILE, World(files={"dockerfile;": "FROM busybox\n", OWNED: "FROM ubuntu\n"})),
    (DOCKERFILE, World(files={"Dockerfile": f"FROM {OWNED}\n"})),
    (BUILT, World(files={f"{OWNED}/Dockerfile": "FROM ubuntu\n", "Dockerfile;": ""})),
]


@pytest.mark.parametrize(("check", "world"), ASKED, ids=[str(check) for check, _ in ASKED])
def test_next__runs_nothing_but_what_it_says(check: dict[str, Any], world: World, tmp_path: Path) -> None:
    read = condition(check)
    verdict = judge(step(read), replace(world.facts(read), folder=f"/home/{OWNED}"))
    assert verdict.outcome is Outcome.NOT_YET, verdict.message
    for command in verdict.next:
        assert words_of(command, tmp_path) == shlex.split(command)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_answers__are_judged_whatever_they_are(question: dict[str, Any]) -> None:
    read = condition(question)
    for answer in (*HOSTILE, "0" * 100_000, "f" * 100_000, "a/" * 50_000, "a:" * 50_000, "ubuntu@" * 9_000):
        things, events = ("u1/3 = ubuntu", "probe ubuntu u1 running"), ("start probe ubuntu",)
        verdict = judge(step(read), World(now=things, events=events, answer=answer).facts(read))
        assert verdict.outcome is Outcome.NOT_YET, ascii(answer[:24])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_command_line__prints_where_letters_are_missing(encoding: str, tmp_path: Path) -> None:
    """A terminal that has no tick gets a question mark, not a crash; programs get the same JSON."""

    def dockyard(*words: str, encoding: str = encoding) -> bytes:
        root = Path(__file__).parents[3]
        own = {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(root), "DOCKYARD_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "dockyard.cli.main", *words]
        return subprocess.run(command, env=os.environ | own, capture_output=True).stdout

    assert b"dockerd" in dockyard("doctor")
    assert dockyard("lessons", "--json") == dockyard("lessons", "--json", encoding="utf-8") != b""
