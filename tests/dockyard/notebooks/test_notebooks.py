"""Notebooks from lessons: what is in them, the same to the byte, valid, light and quick to make."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.course.course import Course, read_lesson
from checker.course.lesson import Lesson
from checker.course.lesson_reader import read_draft
from checker.errors import LessonError
from dockyard.author.check.page import read_page
from dockyard.author.check.steps import step_problems
from dockyard.courses import built_in_folder
from dockyard.notebooks.build import build, file_name, solved
from dockyard.notebooks.format import dump

COURSE = Course(built_in_folder())
ROOT = Path(__file__).parents[3]
MAGIC = re.compile(r"%(answer|check|hint|solution) ([a-z][\w-]*)")  # not the placeholder STEP
TEXT = """\
# One

Hello.

## Why

> [!WARNING]
> Mind the gap.

![A whale](pictures/a%20whale.svg) and <img alt="" src="pictures/a%20whale.svg">
See [the next](02-two.md#why), [elsewhere](https://example.org/02-two.md).

```sh
echo '![no](pictures/none.svg) [!NOTE]'
```

<!-- step: fetch -->
**Your turn.** Fetch it.

> [!TIP]
> Think.

Well done.

<!-- step: name-it -->
Name it.

Bye.
"""
YAML = """
title: One
minutes: 1
steps:
  fetch:
    check: {image: ubuntu, is: present}
    hints: [Think., Think harder.]
    solution: docker pull ubuntu
  name-it:
    check: {answer: image-that-ran, of: hello-world}
    hints: [Look., Look harder.]
    solution: dockyard answer name-it "$(docker images --quiet hello-world)"
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    folder = tmp_path / "lessons"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "a whale.svg").write_text("<svg/>")
    (folder / "01-one.md").write_text(TEXT)
    (folder / "01-one.yaml").write_text(YAML)
    return read_lesson(folder / "01-one.md")


def sources(notebook: dict[str, Any]) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in notebook["cells"] if each["id"] == name)
    return found


def test_build__has_its_cells_in_order(lesson: Lesson) -> None:
    made = sources(build(lesson))
    assert [name.removeprefix("one-") for name in made] == [
        *("opening", "how", "setup"),
        *("fetch-prose", "fetch-task", "fetch-work", "fetch-check"),
        *("name-it-prose", "name-it-task", "name-it-work", "name-it-check"),
        "end",
    ]
    assert made["one-opening"] == "# One\n\nHello."
    assert made["one-setup"] == "%load_ext checker"
    assert made["one-fetch-task"].startswith("**Your turn.** Fetch it.")
    assert "Think." in made["one-fetch-task"]
    assert made["one-fetch-check"] == "%check fetch"
    assert made["one-name-it-prose"] == "Well done."
    assert "# %answer name-it your answer" in made["one-name-it-work"]
    assert made["one-end"] == "Bye."
    assert "<!--" not in "".join(made.values())


@pytest.mark.parametrize(("task", "in_task"), [("Fetch it.", False), ("Fetch it, so that this works:", True)])
def test_build__tells_code_that_is_the_task_from_what_comes_of_it(
    task: str, in_task: bool, lesson: Lesson
) -> None:
    text = TEXT.replace("Well done.", "```sh\ndocker images\n```\n\nWell done.").replace("Fetch it.", task)
    (path := lesson.path).write_text(text)
    made = sources(build(read_lesson(path)))
    assert ("docker images" in made["one-fetch-task"]) is in_task
    assert ("docker images" in made["one-name-it-prose"]) is not in_task
    assert "Think." in made["one-fetch-task"]


ODD = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # no ends of lines
BLOCKS = [
    *(
        "<!-- step: fetch -->",
        "<!-- step: name-it -->",
        "Fetch it.",
        "Name it\nwell.",
        "# One",
        "## Why",
        "Words.",
    ),
    *(
        "- an item",
        "> quoted",
        "<details>",
        "</details>",
        "```sh\ndocker ps\n```",
        "    code",
        "---",
        "[a]: b",
    ),
]
pieces = st.sampled_from(BLOCKS) | st.text(ODD, min_size=1, max_size=2)
inserted = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(ODD)), max_size=3)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=8), st.sampled_from(["\n", "\n\n", "\r\n\r\n", "\r\r"]), inserted)
def test_build__has_the_task_of_every_step_that_the_check_accepts(
    lesson: Lesson, blocks: list[str], gap: str, odd: list[tuple[float, str]]
) -> None:
    """Text with odd characters anywhere: before the steps, within words, in the lines of markers."""
    both = [*blocks, *(block for block in BLOCKS[:2] if block not in blocks)]
    text = "".join(f"{block}{gap}{'It is so.' + gap if 'step' in block else ''}" for block in both)
    for place, character in odd:
        at = int(place * len(text))
        text = text[:at] + character + text[at:]
    lesson.path.write_bytes(text.encode())
    draft = read_draft(lesson.path)
    if (read := draft.lesson("one")) is None:
        return
    if list(step_problems(draft, read_page(draft.text))):
        with suppress(LessonError):  # the check refuses it, and nothing else may go wrong
            build(read)
        return
    tasks = sources(build(read))
    for step in read.steps:
        assert by_parser(tasks[f"one-{step.id}-task"]) == step.task


def by_parser(markdown: str) -> str:
    """The paragraph that a text begins with, in one line."""
    opening, inline, *_ = MarkdownIt("commonmark").parse(markdown)
    assert opening.type == "paragraph_open"
    return " ".join(line.strip(" \t") for line in inline.content.split("\n")).strip()


@pytest.mark.parametrize("odd", ODD)
def test_build__knows_one_kind_of_lines(lesson: Lesson, odd: str) -> None:
    lesson.path.write_text(TEXT.replace("Hello.", f"Hello,{odd}you."))
    made = sources(build(read_lesson(lesson.path)))
    assert made["one-opening"] == f"# One\n\nHello,{odd}you."
    assert made["one-fetch-task"].startswith("**Your turn.** Fetch it.")
    assert made["one-end"] == "Bye."


def test_build__names_a_course_that_has_a_file(lesson: Lesson) -> None:
    assert build(lesson)["metadata"]["dockyard"] == {"lesson": "one"}
    declare(lesson)
    assert build(lesson)["metadata"]["dockyard"] == {"course": "small-boats", "lesson": "one"}


def declare(lesson: Lesson) -> None:
    course = "id: small-boats\ntitle: Small boats\nlanguage: en\nlessons: [one]\n"
    (lesson.path.parent / "course.yaml").write_text(course)


def test_build__marks_its_cells(lesson: Lesson) -> None:
    check = cell(build(lesson), "one-fetch-check")
    assert check["metadata"] == {
        "deletable": False,
        "editable": False,
        "dockyard": {"lesson": "one", "role": "check", "step": "fetch"},
    }


def test_build__reads_well_where_alerts_are_unknown(lesson: Lesson) -> None:
    prose = sources(build(lesson))["one-fetch-prose"]
    assert "> **Warning**\n>\n> Mind the gap." in prose
    assert "[!NOTE]" in prose  # code stays as it is


def test_build__leads_to_pictures_and_lessons(lesson: Lesson) -> None:
    prose = sources(build(lesson))["one-fetch-prose"]
    assert "![A whale](../lessons/pictures/a%20whale.svg)" in prose
    assert 'src="../lessons/pictures/a%20whale.svg"' in prose
    assert "(02-two.ipynb#why)" in prose
    assert "(https://example.org/02-two.md)" in prose
    assert "![no](pictures/none.svg)" in prose


@pytest.mark.parametrize("wrong", ["gone.svg", "../secret.svg"])
def test_build__refuses_a_picture_that_is_not_there(wrong: str, lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "secret.svg").touch()
    with pytest.raises(LessonError, match=r"01-one\.md: there is no picture"):
        build(replace(lesson, text=TEXT.replace("pictures/a%20whale.svg", wrong)))


def test_build__refuses_a_task_that_markdown_does_not_show_as_a_paragraph(lesson: Lesson) -> None:
    in_list = "- Last:\n\n  <!-- step: name-it -->\n  Name it."
    lesson.path.write_text(TEXT.replace("<!-- step: name-it -->\nName it.\n\nBye.", in_list))
    with pytest.raises(LessonError, match=r"01-one\.md:\d+: the task of `name-it` is not a plain paragraph"):
        build(read_lesson(lesson.path))


def test_build__keeps_ids_short_and_distinct(lesson: Lesson) -> None:
    first, second = lesson.steps
    steps = (replace(first, id="x" * 80 + "a"), replace(second, id="x" * 80 + "b"))
    names = [each["id"] for each in build(replace(lesson, steps=steps))["cells"]]
    assert max(map(len, names)) <= 64
    assert len(set(names)) == len(names)


def test_solved__runs_the_solutions_strictly(lesson: Lesson) -> None:
    made = sources(solved(build(lesson), lesson))
    assert made["one-fetch-work"] == "%%bash -e\ndocker pull ubuntu"
    assert made["one-fetch-check"] == "%check --strict fetch"


def author_build(*lessons: str, **more: str) -> str:
    """What `dockyard author build` prints, run in a process of its own."""
    command = [sys.executable, "-m", "dockyard.cli.main", "author", "build", *lessons]
    env = os.environ | {"PYTHONPATH": str(ROOT)} | more
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=more.get("PWD"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_author_build__is_the_same_to_the_byte(lesson: Lesson, tmp_path: Path) -> None:
    lesson.path.write_text(f"{TEXT}\n«Ahoi», said the 🐳.\n", encoding="utf-8")
    made = lesson.path.with_suffix(".ipynb")
    seen = set()
    for more in (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "de_DE.ISO-8859-1", "PYTHONUTF8": "0", "PWD": str(tmp_path)},
        {"PYTHONHASHSEED": "3", "PYTHONIOENCODING": "utf-16", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
    ):
        author_build(str(lesson.path), **more)
        seen.add(made.read_bytes())
        made.unlink()
    assert len(seen) == 1
    assert "«Ahoi», said the 🐳.".encode() in seen.pop()


def test_author_build__prints_what_it_wrote_and_leads_to_the_pictures(lesson: Lesson) -> None:
    made = lesson.path.with_suffix(".ipynb")
    assert author_build(str(lesson.path)).split() == [str(made)]
    assert "(./pictures/a%20whale.svg)" in made.read_text()


def test_author_build__makes_the_whole_course_far_below_a_second() -> None:
    before = os.times()
    author_build()
    after = os.times()
    assert after.children_user + after.children_system < before.children_user + before.children_system + 1


def test_author_build__is_light() -> None:
    code = """
import sys
from dockyard.author.build import write_notebooks
from dockyard.author.lessons import find_lessons
write_notebooks(find_lessons(()))
print(*({"nbformat", "nbclient", "IPython", "docker", "jupyter_server"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", COURSE.ids())
def test_course__is_committed_as_it_is_generated(name: str) -> None:
    lesson = COURSE.lesson(name)
    committed = built_in_folder("notebooks") / file_name(lesson)
    assert committed.exists(), f"run: dockyard author build {name}"
    assert committed.read_text(encoding="utf-8") == dump(build(lesson)), f"run: dockyard author build {name}"


def test_course__has_no_other_notebooks() -> None:
    expected = {file_name(lesson) for lesson in COURSE.lessons()}
    assert {file.name for file in built_in_folder("notebooks").glob("*.ipynb")} == expected


@pytest.mark.parametrize("name", COURSE.ids())
def test_course__speaks_of_magics_that_work(name: str) -> None:
    """What the text and the cells say about `%answer`, `%check`, `%hint` and `%solution`."""
    lesson = COURSE.lesson(name)
    steps = {step.id: step for step in lesson.steps}
    spoken = [MAGIC.findall(text) for text in sources(build(lesson)).values()]
    for magic, step in {found for each in spoken for found in each}:
        assert step in steps, f"%{magic} {step}"
        assert magic != "answer" or steps[step].is_question, f"%{magic} {step}"


@pytest.mark.jupyter
def test_course__is_valid_and_survives_a_run_without_an_engine(tmp_path: Path) -> None:
    """In a process of its own: Jupyter's libraries warn of things that are not ours."""
    code = """
import sys, nbformat
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
kernel, client = start_new_kernel()
for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=None, km=kernel).execute()
    checks = [c for c in notebook.cells if c.source.startswith("%check")]
    print(len(checks), sum("cannot tell" in c.outputs[0].data["text/html"] for c in checks))
client.stop_channels()
kernel.shutdown_kernel()
"""
    files = [str(built_in_folder("notebooks") / file_name(lesson)) for lesson in COURSE.lessons()]
    env = os.environ | {
        "CHECKER_LESSONS": str(COURSE.folder),
        "CHECKER_STRICT": "",
        "DOCKER_HOST": f"unix://{tmp_path}/no.sock",
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *files], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    counts = [len(lesson.steps) for lesson in COURSE.lessons()]
    assert done.stdout.splitlines() == [f"{count} {count}" for count in counts]
