"""The compiler for lessons: what it says of each kind of fault, and that it says all of it at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import PATIENCE

from checker.course.course import Course
from checker.course.lines import split_lines
from dockyard.author.build import write_notebooks
from dockyard.author.check.compiler import check_lessons
from dockyard.author.check.docker_words import mentions
from dockyard.author.new import new_lesson
from dockyard.courses import built_in_folder

COURSE = Course(built_in_folder())
Edit = tuple[str, str, str]  # which file (md or yaml), what is there, what comes instead


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson with nothing wrong, and with a picture."""
    file = new_lesson("boats", tmp_path / "lessons")[0]
    (file.parent / "boat.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    edit(file, ("md", "## A first", "![A small boat.](boat.svg)\n\n## A first"))
    return file


def edit(file: Path, *edits: Edit) -> None:
    for part, old, new in edits:
        path = file.with_suffix(f".{part}")
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))


def said(*files: Path) -> list[str]:
    return [str(problem) for problem in check_lessons(files).problems]


def line_of(file: Path, part: str, words: str) -> int:
    lines = file.with_suffix(f".{part}").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


@pytest.mark.parametrize("file", COURSE.files(), ids=lambda file: file.stem)
def test_the_course__has_nothing_wrong(file: Path) -> None:
    found = check_lessons([file])
    assert [str(problem) for problem in found.problems] == []
    assert found.notes == ()


def test_a_new_lesson__has_nothing_wrong(lesson: Path) -> None:
    assert said(lesson) == []


# One fault: which edit, the file and the words of the line that is named, and what is said of it

FAULTS: dict[str, tuple[Edit, str, str, str]] = {
    "misspelt key": (
        ("yaml", "hints:", "hint:"),
        "yaml",
        "hint:",
        "unknown key `hint`; did you mean `hints`? Allowed: after, check, hints, mistakes, routes, solution",
    ),
    "misspelt kind": (("yaml", "is: ran", "is: rann"), "yaml", "is: rann", "did you mean `ran`?"),
    "too few minutes": (("yaml", "minutes: 10", "minutes: 0"), "yaml", "minutes", ">= 1"),
    "too many minutes": (("yaml", "minutes: 10", "minutes: 121"), "yaml", "minutes", "<= 120"),
    "bad step id": (("yaml", "  say-hello:", "  Say hello:"), "yaml", "Say hello", "a step's id is made of"),
    "misspelt step": (
        ("md", "<!-- step: say-hello", "<!-- step: say-helo"),
        "md",
        "say-helo",
        "the step `say-helo` is not in 01-boats.yaml; did you mean `say-hello`?",
    ),
    "after a step that is not there": (
        ("yaml", "    check:", "    after: [say-goodbye]\n    check:"),
        "yaml",
        "after:",
        "`say-goodbye` is not a step before `say-hello`",
    ),
    "one hint": (
        ("yaml", "      - Its one argument is the name of the image, here `hello-world`.\n", ""),
        "yaml",
        "hints:",
        "there is one hint; a step has 2 to 4",
    ),
    "five hints": (
        ("yaml", "    hints:\n", "    hints:\n      - One.\n      - Two.\n      - Three.\n"),
        "yaml",
        "hints:",
        "there are 5 hints; a step has 2 to 4",
    ),
    "a hint twice": (
        ("yaml", "    hints:\n", "    hints:\n      - Think.\n      - 'Think. '\n"),
        "yaml",
        "'Think. '",
        "the same hint is written twice",
    ),
    "misspelt reason": (
        ("yaml", "pulled-not-run", "puled-not-run"),
        "yaml",
        "puled-not-run",
        "this check never gives the reason `puled-not-run`; did you mean `pulled-not-run`? Allowed: ",
    ),
    "reason of another check": (
        ("yaml", "pulled-not-run", "several-tags"),
        "yaml",
        "several-tags",
        "this check never gives the reason `several-tags`",
    ),
    "answer to a step that is not there": (
        ("md", "to its end.", "to its end: `dockyard answer say-helo now`."),
        "md",
        "say-helo",
        "there is no step `say-helo`; did you mean `say-hello`?",
    ),
    "magic for a step that is not there": (
        ("md", "to its end.", "to its end: `%hint say-hallo`."),
        "md",
        "say-hallo",
        "there is no step `say-hallo`; did you mean `say-hello`?",
    ),
    "solution for a step that is not there": (
        ("yaml", "solution: docker run hello-world", "solution: |\n      true\n      dockyard answer hi 1"),
        "yaml",
        "dockyard answer hi",
        "there is no step `hi`",
    ),
    "hint that names a step that is not there": (
        ("yaml", "is `docker run`.", "is `docker run`; see `dockyard check boats/say`."),
        "yaml",
        "boats/say",
        "there is no step `say`",
    ),
    "misspelt image in code": (
        ("md", "docker run busybox", "docker run bussybox"),
        "md",
        "docker run bussybox",
        "`bussybox` appears nowhere else in the lesson; did you mean `busybox`?",
    ),
    "misspelt image in a line": (
        ("md", "to its end.", "to its end. Try `docker history helo-world`."),
        "md",
        "helo-world",
        "no step, start state or earlier command brings the image `helo-world`; did you mean `hello-world`?",
    ),
    "misspelt tag": (
        ("md", "to its end.", "to its end. Then `docker rmi busybox:muls`."),
        "md",
        "busybox:muls",
        "no step, start state or earlier command brings the image `busybox:muls`",
    ),
    "link to a file that is not there": (
        ("md", "to its end.", "to its end: [more](02-boots.md)."),
        "md",
        "02-boots.md",
        "there is no file `02-boots.md`",
    ),
    "misspelt link": (
        ("md", "to its end.", "to its end: [data](01-boat.yaml)."),
        "md",
        "01-boat.yaml",
        "there is no file `01-boat.yaml`; did you mean `01-boats.yaml`?",
    ),
    "link to a file of this machine": (
        ("md", "to its end.", "to its end: [more](/etc/passwd)."),
        "md",
        "/etc/passwd",
        "`/etc/passwd` exists on one machine only",
    ),
    "empty link": (("md", "to its end.", "to its end: [more]()."), "md", "[more]", "a link has no target"),
    "misspelt anchor": (
        ("md", "to its end.", "to its end: [more](#what-you-can-do)."),
        "md",
        "[more]",
        "there is no heading `#what-you-can-do` in 01-boats.md; did you mean `what-you-can-do-now`?",
    ),
    "misspelt anchor of another file": (
        ("md", "to its end.", "to its end: [more](./01-boats.md#boots)."),
        "md",
        "[more]",
        "there is no heading `#boots` in 01-boats.md; did you mean `boats`?",
    ),
    "picture that is not there": (
        ("md", "(boat.svg)", "(boot.svg)"),
        "md",
        "boot.svg",
        "there is no file `boot.svg`; did you mean `boat.svg`?",
    ),
    "picture in HTML that is not there": (
        ("md", "to its end.", 'to its end.\n\n<p>\n<img src="boot.svg" alt="A boot.">\n</p>'),
        "md",
        "<img",
        "there is no file `boot.svg`",
    ),
    "picture from the network": (
        ("md", "(boat.svg)", "(https://example.org/boat.svg)"),
        "md",
        "boat.svg",
        "the picture https://example.org/boat.svg is not part of the course: it needs the network",
    ),
    "picture outside": (
        ("md", "(boat.svg)", "(../outside.svg)"),
        "md",
        "outside.svg",
        "the picture `../outside.svg` must lie in or below",
    ),
    "picture without words": (
        ("md", "![A small boat.]", "![]"),
        "md",
        "boat.svg",
        "the picture `boat.svg` has no text alternative",
    ),
    "picture with its file name for words": (
        ("md", "![A small boat.]", "![boat]"),
        "md",
        "boat.svg",
        "a file name is no text alternative: say what `boat.svg` shows",
    ),
    "level of headings skipped": (
        ("md", "## A first", "### A first"),
        "md",
        "### A first",
        "a heading with `###` skips a level: write `##`",
    ),
    "two titles": (("md", "## A first", "# A first"), "md", "# A first", "a lesson has one title"),
    "no title": (("md", "# Boats", "## Boats"), "md", "## Boats", "a lesson begins with its title"),
    "words behind a fence": (
        ("md", "```sh\n", "```sh title=boats\n"),
        "md",
        "title=boats",
        "`sh title=boats` after a fence is not understood everywhere: write only `sh`",
    ),
    "braces behind a fence": (("md", "```sh\n", "```{sh}\n"), "md", "{sh}", "write only `sh`"),
    "misspelt word": (
        ("md", "one needs to know", "one neeeds to know"),
        "md",
        "neeeds",
        "`neeeds` is misspelt; `needs`?",
    ),
    "misspelt hint": (("yaml", "The command", "The comand"), "yaml", "comand", "`comand` is misspelt;"),
    "list without a blank line": (
        ("md", "\n\n- start a container", "\n\nYou can:\n- start a container"),
        "md",
        "- start a container",
        "(MD032)",
    ),
}


@pytest.mark.parametrize(("change", "part", "words", "what"), FAULTS.values(), ids=FAULTS.keys())
def test_fault__is_told_at_its_line(lesson: Path, change: Edit, part: str, words: str, what: str) -> None:
    (lesson.parent.parent / "outside.svg").write_text("<svg/>")
    edit(lesson, change)
    place = f"01-boats.{part}:{line_of(lesson, part, words)}: "
    assert [problem for problem in said(lesson) if problem.startswith(place) and what in problem], said(
        lesson
    )


def test_faults__are_told_all_at_once(lesson: Path) -> None:
    """As many as can stand beside each other, in both files."""
    chosen = [
        "misspelt key",
        "misspelt kind",
        "too few minutes",
        "misspelt image in code",
        "misspelt step",
        "misspelt word",
        "picture that is not there",
        "level of headings skipped",
        "hint that names a step that is not there",
    ]
    edit(lesson, *(FAULTS[name][0] for name in chosen))
    found = said(lesson)
    missing = [name for name in chosen if not any(FAULTS[name][3] in problem for problem in found)]
    assert missing == ["hint that names a step that is not there"], found  # `hint:` is no longer read
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("old", "new"), [("is: ran", "is: rann"), ("minutes: 10", "minutes: [")])
def test_what_cannot_be_read__has_no_faults_in_its_wake(lesson: Path, old: str, new: str) -> None:
    edit(lesson, ("md", "to its end.", "to its end: `docker rmi hello-world`"), ("yaml", old, new))
    assert len(said(lesson)) == 1


# What is no fault


FINE = {
    "what is fetched": "Fetch it: `docker pull ghcr.io/astral-sh/uv:0.4`.",
    "another tag of a known image": "`docker run --rm -it ubuntu:22.04 sh`",
    "what was made before": "`docker tag busybox paper-boat` and `docker rmi paper-boat`",
    "what was built before": "`docker build --tag paper-boat:1.0 .` and `docker push paper-boat:1.0`",
    "placeholders": "`docker rmi IMAGE`, `docker rmi <name>`, `docker rmi $it`, `docker rmi …`",
    "an ID": "`docker rmi b8003ead99e6`",
    "a name in a list": "`docker images busybox`",
    "a mistake of the YAML": "`docker pull helo-world` fails.",
    "placeholders of steps": "`dockyard answer STEP your-answer`, `%hint STEP`, `dockyard check LESSON/STEP`",
    "a lesson": "`dockyard check images`, `dockyard check boats/say-hello`",
    "anchors": "[The top](#boats), [the end](#what-you-can-do-now), [it](01-boats.md#a-first-thing-to-do)",
    "the network": "[Docker](https://docs.docker.com/), <mailto:nobody@example.org>",
    "an anchor of one's own": '<a id="here"></a>[This very place](#here)',
}


@pytest.mark.parametrize("words", FINE.values(), ids=FINE.keys())
def test_what_is_no_fault__is_not_told(lesson: Path, words: str) -> None:
    mistake = "      slipped on the keys:\n        run: docker pull helo-world\n        reason: typo\n"
    edit(lesson, ("md", "to its end.", f"to its end.\n\n{words}"))
    edit(lesson, ("yaml", "    mistakes:\n", f"    mistakes:\n{mistake}"))
    assert said(lesson) == []


# Names and numbers


def test_number__that_is_taken(lesson: Path) -> None:
    for ending in (".md", ".yaml"):
        (lesson.parent / f"1-ships{ending}").write_text(lesson.with_suffix(ending).read_text())
    other = lesson.parent / "1-ships.md"
    assert said(lesson, other) == ["1-ships.md:1: 01-boats.md has the number 1, too"]


def test_name__that_is_taken(lesson: Path) -> None:
    for ending in (".md", ".yaml"):
        (lesson.parent / f"02-boats{ending}").write_text(lesson.with_suffix(ending).read_text())
    assert said(lesson.parent / "02-boats.md") == ["02-boats.md:1: 01-boats.md has the name `boats`, too"]


def test_name__that_is_none(lesson: Path) -> None:
    for ending in (".md", ".yaml"):
        lesson.with_suffix(ending).rename(lesson.parent / f"Boats{ending}")
    (problem,) = said(lesson.parent / "Boats.md")
    assert problem.startswith("Boats.md:1: a lesson's file is called `NN-its-name.md`")


def test_data__without_a_text(lesson: Path) -> None:
    alone = lesson.parent / "02-ships.yaml"
    alone.write_text(lesson.with_suffix(".yaml").read_text())
    assert said(lesson) == ["02-ships.yaml:1: has no 02-ships.md beside it"]


# Steps as a Markdown parser sees them


NOT_PLAIN = {
    "in a list": "- An item.\n\n  <!-- step: say-hello -->\n\n  **Your turn.** Run it.",
    "behind HTML": "<details>\n<!-- step: say-hello -->\n\n**Your turn.** Run it.\n\n</details>",
    "before a title": "<!-- step: say-hello -->\n\n**Your turn.**\n===\n\nRun it.",
    "before the target of a link": "<!-- step: say-hello -->\n\n[turn]: 01-boats.md\n\nRun it.",
    "with a line that begins a list": "<!-- step: say-hello -->\n\n**Your turn.** Run it\n2. times.",
}


@pytest.mark.parametrize("written", NOT_PLAIN.values(), ids=NOT_PLAIN.keys())
def test_step__that_a_notebook_would_show_otherwise(lesson: Path, written: str) -> None:
    text = lesson.read_text()
    first, last = text.index("<!-- step"), text.index("\n\n## What you can")
    lesson.write_text(text[:first] + written + text[last:])
    place = f"01-boats.md:{line_of(lesson, 'md', '<!-- step')}: the marker of `say-hello` is inside a list"
    assert [problem for problem in said(lesson) if problem.startswith(place)]


# The course


def course_of(folder: Path, *lessons: str, language: str = "en") -> Path:
    file = folder / "course.yaml"
    file.write_text(f"id: sea\ntitle: The sea\nlanguage: {language}\nlessons: [{', '.join(lessons)}]\n")
    return file


def test_course__that_is_right(lesson: Path) -> None:
    course_of(lesson.parent, "boats")
    assert said(lesson) == []


def test_course__that_is_wrong(lesson: Path) -> None:
    course_of(lesson.parent, "boots", language="English")
    edit(lesson, ("yaml", "is: ran", "is: rann"))
    assert [problem.partition(": ")[0] for problem in said(lesson)] == [
        "course.yaml:3",
        "course.yaml:4",
        "01-boats.yaml:9",
    ]


def test_course__with_a_lesson_that_is_not_listed(lesson: Path) -> None:
    course_of(lesson.parent, "boats")
    other = new_lesson("ships", lesson.parent)[0]
    what = "course.yaml:4: `ships` (02-ships.md) is not listed, so it is not part of the course"
    assert said(lesson) == said(lesson, other) == [what]
    assert said(other) == []  # an author can work on it


def test_course__in_another_order_than_its_files(lesson: Path) -> None:
    other = new_lesson("ships", lesson.parent)[0]
    course_of(lesson.parent, "ships", "boats")
    assert said(lesson, other) == [
        "course.yaml:4: `ships` is listed here, but the next file is 01-boats.md: "
        "number the files in the order of this list"
    ]
    course_of(lesson.parent, "boats", "ships")
    assert said(lesson, other) == []


def test_course__names_only_its_own_lessons(lesson: Path) -> None:
    edit(lesson, ("md", "to its end.", "to its end: `dockyard check images`."))
    assert said(lesson) == []
    course_of(lesson.parent, "boats")
    (problem,) = said(lesson)
    assert "there is no step `images`" in problem


GERMAN = """\
# Boote

Dieses Kapitel zeigt, wie man ein Schiff baut und wieder versenkt.

<!-- step: say-hello -->

**Jetzt du.** Lass einen Container aus dem Abbild `hello-world` bis zum Ende laufen, wie es die Zeit will.

Der Rest ist eine Frage der Zeit und des Muts.
"""
HINTS = "hints: [Alles Wissen ist Stückwerk., Nimm dafür diesen Befehl.]"


def test_course__in_german_is_not_spelt_in_english(lesson: Path) -> None:
    lesson.write_text(GERMAN)
    data = lesson.with_suffix(".yaml")
    text = data.read_text()
    first, last = text.index("hints:"), text.index("    solution:")
    data.write_text(f"{text[:first]}{HINTS}\n{text[last:]}")
    assert any("is misspelt" in problem for problem in said(lesson))
    course_of(lesson.parent, "boats", language="de")
    assert said(lesson) == []
    edit(lesson, ("md", "\n\nDer Rest", "\n\nDazu:\n- Zeit\n\nDer Rest"))
    (problem,) = said(lesson)
    assert "(MD032)" in problem  # the style of Markdown is the same in all languages


@pytest.mark.parametrize("language", ["en", "en-GB"])
def test_course__in_english_is_spelt_in_english(lesson: Path, language: str) -> None:
    course_of(lesson.parent, "boats", language=language)
    edit(lesson, ("md", "one needs to know", "one neeeds to know"))
    assert len(said(lesson)) == 1


# The notebook


def test_notebook__that_is_behind_its_lesson(lesson: Path) -> None:
    write_notebooks([lesson])
    assert said(lesson) == []
    edit(lesson, ("md", "anybody home?\n```\n\n<!--", "anybody in?\n```\n\n<!--"))
    (problem,) = said(lesson)
    assert problem.startswith("01-boats.ipynb:")
    assert "is older than the lesson: dockyard author build " in problem
    write_notebooks([lesson])
    assert said(lesson) == []


def test_notebook__that_is_no_text(lesson: Path) -> None:
    lesson.with_suffix(".ipynb").write_bytes(b"\xff")
    (problem,) = said(lesson)
    assert problem.startswith("01-boats.ipynb:1: cannot be read")


# The command


@pytest.fixture
def check(lesson: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `dockyard author check` beside the lesson."""

    def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dockyard.cli.main", "author", "check", *words]
        return subprocess.run(
            command, cwd=lesson.parent, env=os.environ | env, capture_output=True, text=True, timeout=PATIENCE
        )

    return run


def test_command__of_a_lesson_that_is_right(check: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = check("01-boats.md")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 lesson checked: nothing is wrong.\n"


def test_command__of_a_lesson_that_is_wrong(
    lesson: Path, check: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    edit(lesson, ("yaml", "is: ran", "is: rann"))
    done = check("01-boats.yaml")
    assert done.returncode == 4
    assert done.stdout.startswith("01-boats.yaml:9: `is: rann` is unknown; did you mean `ran`?")
    data = json.loads(check("--json", ".").stdout)
    (problem,) = data["problems"]
    assert (problem["file"], problem["line"]) == (str(lesson.with_suffix(".yaml")), 9)
    assert data["notes"] == []


def test_command__without_the_tools_for_prose(lesson: Path, tmp_path: Path) -> None:
    code = "import sys; sys.executable = ''; from dockyard.cli.main import main; main()"
    command = [sys.executable, "-c", code, "author", "check", "01-boats.md"]
    env = os.environ | {"PATH": str(tmp_path)}
    done = subprocess.run(
        command, cwd=lesson.parent, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0
    assert "note: `typos` is not installed, so what it checks is left out: pip install" in done.stderr
    assert "note: `rumdl` is not installed, so what it checks is left out: pip install" in done.stderr


# Commands of Docker


COMMANDS = {
    'docker run -it --rm -v a:/b --name x ubuntu:24.04 sh -c "docker rmi z"': ["fetched ubuntu:24.04"],
    "docker run -dp80:80 web": ["fetched web"],
    "docker run -p 80:80 -e A=b web": ["fetched web"],
    "docker -H tcp://a:1 container run --network=none web": ["fetched web"],
    "docker create --name x busybox true": ["fetched busybox"],
    "docker images -q busybox": ["listed busybox"],
    'docker rmi "$(docker images -q a)" b': ["listed a", "used b"],
    "docker rmi $(docker images -q a)": ["listed a"],
    "docker image rm -f a b:1": ["used a", "used b:1"],
    "docker build -q -t a/b:1 --tag=c .": ["made a/b:1", "made c"],
    "docker tag a b && docker push b": ["used a", "made b", "used b"],
    "docker commit -m 'a message' box a/b": ["made a/b"],
    "docker export s | docker import - paper-boat:1.0": ["made paper-boat:1.0"],
    "docker ps -a --filter ancestor=busybox": ["used busybox"],
    "docker image inspect --format '{{json .Os}} x' busybox": ["used busybox"],
    "docker history --quiet busybox | wc -l": ["used busybox"],
    "docker run \\\n  --name a \\\n  busybox true": ["fetched busybox"],
    "# don't\nDOCKER_BUILDKIT=0 sudo docker save -o x.tar a": ["used a"],
    "sh -c '\ndocker rmi a\n'; docker rmi b": ["used b"],
    "docker rmi b8003ead99e6 IMAGE <name> $it '…' *": [],
    "docker": [],
    "docker image": [],
    "docker run": [],
    "docker ps --filter": [],
    "echo it's docker rmi a": [],
}


@pytest.mark.parametrize(("code", "found"), COMMANDS.items(), ids=COMMANDS.keys())
def test_images_of_a_command(code: str, found: list[str]) -> None:
    assert [f"{mention.how} {mention.image}" for mention in mentions(code)] == found


def test_images_of_commands__have_their_lines() -> None:
    code = "docker pull a\n\n# b\ndocker run \\\n  c\ndocker rmi d\n"
    assert [(mention.line, mention.image) for mention in mentions(code, 7)] == [
        (7, "a"),
        (10, "c"),
        (12, "d"),
    ]


# Whatever is in the files: problems with file and line, never another exception, never a hang


PIECES = ["docker ", "run ", "rmi ", "'", '"', "$(", ")", "\\\n", "\n", "| ", "busybox ", "-t ", "--tag", "="]
MARKUP = [
    *("# ", "#### ", "\n\n", "```", "```sh x\n", "~~~\n", "[a](b)", "![](c)", "[x]:", "](#", "> ", "- "),
    *("`docker rmi ", "`", "<!-- step: say-hello -->\n", "<!--", "<img src=", "<img src='a' alt>", "words "),
    *("|a|\n|-|\n", "\0", "dockyard hint ", "http://[", "&#0;", "%zz"),
]
bombs = st.sampled_from(
    ["a: &a [x, x]\nb: *a\n", "[" * 5000, "{a: " * 5000, "? " * 2000, "- " * 5000, "a: |\n" * 9]
)
any_bytes = (
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda text: text.encode("utf-16"))
    | st.text(max_size=80).map(lambda text: text.encode("latin-1", "replace"))
    | bombs.map(str.encode)
)


@given(code=st.lists(st.sampled_from(PIECES)).map("".join))
def test_fuzz__commands(code: str) -> None:
    assert all(mention.how and mention.image for mention in mentions(code))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["md", "yaml"]), start=st.floats(0, 1), stop=st.floats(0, 1), new=any_bytes)
def test_fuzz__files(lesson: Path, part: str, start: float, stop: float, new: bytes) -> None:
    """A piece of a right lesson is lost, and bytes stand in its place."""
    path = lesson.with_suffix(f".{part}")
    before = path.read_bytes()
    first, last = sorted((int(start * len(before)), int(stop * len(before))))
    try:
        path.write_bytes(before[:first] + new + before[last:])
        check_quietly(lesson)
    finally:
        path.write_bytes(before)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(st.sampled_from(MARKUP) | st.text(max_size=4), max_size=30).map("".join))
def test_fuzz__markdown(lesson: Path, text: str) -> None:
    before = lesson.read_bytes()
    try:
        lesson.write_bytes(before + b"\n" + text.encode("utf-8", "surrogatepass"))
        check_quietly(lesson)
    finally:
        lesson.write_bytes(before)


def check_quietly(lesson: Path) -> None:
    found = check_lessons([lesson])
    assert found.notes == ()
    for problem in found.problems:
        lines = len(split_lines(problem.file.read_bytes().decode("latin-1"))) + 1
        assert problem.file.stem == "01-boats"
        assert 1 <= problem.line <= lines + 1
        assert problem.what.strip()
