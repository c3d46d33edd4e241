"""Reading lessons: what is right is read as written, what is wrong is told with file and line."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from checker.conditions.combined import All, Not
from checker.conditions.container.ran import ContainerRan
from checker.conditions.image.present import ImagePresent
from checker.conditions.image.pulled import ImagePulled
from checker.conditions.image.untagged import ImageUntagged
from checker.course.course import Course, read_lesson
from checker.course.course_file import lesson_name
from checker.course.yaml_source import SIZE_LIMIT
from checker.errors import LessonError, UsageError

COURSE = Path(__file__).parents[3] / "lessons"

TEXT = """\
# Boats

<!-- step: fetch -->
**Your turn.** Fetch `ubuntu`
from the hub.

Some words in between.

<!-- step: run -->
Run it.
"""
DATA = """\
title: Boats
minutes: 5
start:
  - docker pull busybox
steps:
  fetch:
    check:
      image: ubuntu
      is: pulled
    hints:
      - Think.
      - Think harder.
    solution: docker pull ubuntu
  run:
    after: [fetch]
    check:
      container: any
      from: ubuntu
      is: ran
    hints: [Run.]
    solution: docker run ubuntu
    routes:
      - docker run --rm ubuntu
    mistakes:
      another image:
        run: docker run busybox
        reason: other-image
        says: [busybox]
"""
PROBLEM = re.compile(r"01-boats\.(md|yaml):[1-9]\d*: \S.*", re.DOTALL)


def lesson_in(folder: Path, data: str | bytes = DATA, text: str | bytes = TEXT) -> Path:
    file = folder / "01-boats.md"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    yaml_file = folder / "01-boats.yaml"
    yaml_file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def problems(file: Path) -> tuple[str, ...]:
    with pytest.raises(LessonError) as caught:
        read_lesson(file)
    assert caught.value.problems
    assert caught.value.message == "\n".join(caught.value.problems)
    assert all(PROBLEM.fullmatch(problem) for problem in caught.value.problems), caught.value.problems
    return caught.value.problems


# What is right


def test_lesson__is_read_as_written(tmp_path: Path) -> None:
    lesson = read_lesson(lesson_in(tmp_path))
    assert (lesson.id, lesson.title, lesson.minutes) == ("boats", "Boats", 5)
    assert lesson.start == ("docker pull busybox",)
    assert lesson.text == TEXT
    fetch, run = lesson.steps
    assert (fetch.id, fetch.number, fetch.line) == ("fetch", 1, 3)
    assert fetch.task == "**Your turn.** Fetch `ubuntu` from the hub."
    assert fetch.check == ImagePulled("ubuntu")
    assert fetch.hints == ("Think.", "Think harder.")
    assert (fetch.after, fetch.routes, fetch.mistakes) == ((), (), ())
    assert (run.id, run.number, run.line, run.task) == ("run", 2, 9, "Run it.")
    assert run.check == ContainerRan(image="ubuntu", container="any")
    assert run.after == ("fetch",)
    assert run.routes == ("docker run --rm ubuntu",)
    (mistake,) = run.mistakes
    assert (mistake.name, mistake.run, mistake.reason) == (
        "another image",
        "docker run busybox",
        "other-image",
    )
    assert lesson.image_names() == {"docker.io/library/ubuntu:latest"}


def test_lesson__of_combined_conditions(tmp_path: Path) -> None:
    check = "all: [{image: a, is: untagged}, {not: {image: b, is: present}}]"
    lesson = read_lesson(lesson_in(tmp_path, DATA.replace("image: ubuntu\n      is: pulled", check)))
    assert lesson.steps[0].check == All((ImageUntagged("a"), Not((ImagePresent("b"),))))
    assert {"docker.io/library/a:latest", "docker.io/library/b:latest"} < lesson.image_names()


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "dos"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_lesson__from_any_editor(tmp_path: Path, ending: str, mark: bytes) -> None:
    data, text = (mark + each.replace("\n", ending).encode() for each in (DATA, TEXT))
    lesson = read_lesson(lesson_in(tmp_path, data, text))
    assert [step.task for step in lesson.steps] == ["**Your turn.** Fetch `ubuntu` from the hub.", "Run it."]


def test_step__that_does_not_exist(tmp_path: Path) -> None:
    lesson = read_lesson(lesson_in(tmp_path))
    assert lesson.step("run").number == 2
    with pytest.raises(UsageError, match=r"`boats` has no step `swim`. It has: fetch, run."):
        lesson.step("swim")


def test_course__orders_lessons_by_their_file_names(tmp_path: Path) -> None:
    for name in ("10-last", "02-second", "01-first"):
        (tmp_path / f"{name}.md").write_text(TEXT)
        (tmp_path / f"{name}.yaml").write_text(DATA)
    (tmp_path / "README.md").write_text("No lesson.")
    course = Course(tmp_path)
    assert course.ids() == ("first", "second", "last")
    assert [lesson.id for lesson in course.lessons()] == ["first", "second", "last"]


def test_course__that_has_no_such_lesson(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no lesson `boats`. There is: none at all"):
        Course(tmp_path).lesson("boats")
    lesson_in(tmp_path)
    with pytest.raises(UsageError, match=r"no lesson `ships`. There is: boats."):
        Course(tmp_path).lesson("ships")


@pytest.mark.parametrize(
    ("file", "name"),
    [("01-images.md", "images"), ("5-docker-hub.md", "docker-hub"), ("12-2nd-go.md", "2nd-go")],
)
def test_lesson_name(file: str, name: str) -> None:
    assert lesson_name(Path(file)) == name


REAL = sorted(COURSE.glob("[0-9]*-*.yaml"))


def test_the_real_course__has_text_and_data_for_every_lesson() -> None:
    assert REAL
    assert [file.stem for file in REAL] == [file.stem for file in sorted(COURSE.glob("[0-9]*-*.md"))]


@pytest.mark.parametrize("data", REAL, ids=[data.stem for data in REAL])
def test_the_real_course__is_read_whole(data: Path) -> None:
    lesson = read_lesson(data.with_suffix(".md"))
    assert [step.id for step in lesson.steps] == list(yaml.safe_load(data.read_text("utf-8"))["steps"])
    assert all(step.task and step.hints and step.solution for step in lesson.steps)


# What is wrong: an edit of the lesson above, and what is said of it

YAML_ERRORS: list[tuple[str, str, str, str]] = [
    (
        "unknown key",
        "minutes: 5",
        "minutes: 5\nauthor: me",
        "yaml:3: unknown key `author`. Allowed: minutes, start,",
    ),
    (
        "unknown key of a step",
        "hints: [Run.]",
        "hint: [Run.]",
        "yaml:20: unknown key `hint`; did you mean `hints`? Allowed: after, check, hints,",
    ),
    (
        "unknown key of a check",
        "is: pulled",
        "is: pulled\n      tag: x",
        "yaml:10: unknown key `tag`. Allowed: ",
    ),
    (
        "unknown key of a mistake",
        "says: [",
        "say: [",
        "yaml:28: unknown key `say`; did you mean `says`? Allowed: reason, run, says",
    ),
    ("missing key", "title: Boats\n", "", "yaml:1: `title` is missing"),
    ("missing key of a step", "    hints: [Run.]\n", "", "yaml:14: `hints` is missing"),
    ("missing key of a check", "      from: ubuntu\n", "", "yaml:16: `container: any` needs `from`"),
    ("wrong type", "minutes: 5", "minutes: five", "yaml:2: `minutes`: expected a whole number, got text"),
    ("wrong type of title", "title: Boats", "title: [Boats]", "yaml:1: `title`: expected text, got a list"),
    (
        "wrong type in a list",
        "- docker pull busybox",
        "- docker: pull",
        "yaml:4: `start`: expected text, got a mapping",
    ),
    (
        "wrong type of a hint",
        "- Think harder.",
        "- 7",
        "yaml:12: `hints`: expected text, got a whole number: put it in quotes",
    ),
    ("wrong type of hints", "hints: [Run.]", "hints: Run.", "yaml:20: `hints`: expected a list, got text"),
    (
        "wrong type of steps",
        DATA[DATA.index("steps:") :],
        "steps: [1]",
        "yaml:5: `steps`: expected a mapping (`key: value`), got a list",
    ),
    (
        "step that is no mapping",
        DATA[DATA.index("  run:") :],
        "  run: 1",
        "yaml:14: `run`: expected a mapping (`key: value`), got a whole number",
    ),
    ("no steps", DATA[DATA.index("steps:") :], "steps: {}", "md:3: the step `fetch` is not in 01-boats.yaml"),
    (
        "unknown subject",
        "image: ubuntu",
        "picture: ubuntu",
        "yaml:8: `picture` is not a subject of a condition. Allowed: all, answer,",
    ),
    (
        "two subjects",
        "image: ubuntu",
        "image: ubuntu\n      answer: layers",
        "yaml:9: a condition has one subject, not 2: image, answer. ",
    ),
    (
        "wrong is",
        "is: pulled",
        "is: shiny",
        "yaml:9: `is: shiny` is unknown. Allowed: absent, ",
    ),
    (
        "is of another type",
        "is: pulled",
        "is: [pulled]",
        "yaml:9: `is: ['pulled']` is unknown; did you mean `pulled`?",
    ),
    ("missing is", "      is: pulled\n", "", "yaml:7: `is` is missing. Allowed: absent, "),
    (
        "wrong question",
        "image: ubuntu\n      is: pulled",
        "answer: why\n      of: a",
        "yaml:8: `answer: why` is unknown. Allowed: ",
    ),
    ("ran no times", "is: ran", "is: ran\n      times: 0", "yaml:20: `times`: expected a whole number >= 1"),
    (
        "exited without a name",
        "is: ran",
        "is: exited",
        "yaml:16: `exited` needs the container's name, not `any`",
    ),
    (
        "check that is no mapping",
        "check:\n      image: ubuntu\n      is: pulled",
        "check: ubuntu",
        "yaml:7: a condition is a mapping, such as",
    ),
    ("empty all", "image: ubuntu\n      is: pulled", "all: []", "yaml:8: `all` holds a list of at least one"),
    ("all of a mapping", "image: ubuntu\n      is: pulled", "all: {image: a}", "yaml:8: `all` holds a list"),
    ("not of a list", "image: ubuntu\n      is: pulled", "not: [a]", "yaml:8: a condition is a mapping"),
    (
        "any beside a subject",
        "is: pulled",
        "any: [{image: a, is: absent}]",
        "yaml:8: `any` stands alone; put `image` inside it",
    ),
    (
        "error deep inside",
        "image: ubuntu\n      is: pulled",
        "any:\n        - image: a\n          is: shiny",
        "yaml:10: `is: shiny` is unknown.",
    ),
    (
        "step without a marker",
        "  run:\n",
        "  walk:\n",
        "yaml:14: the step `walk` has no `<!-- step: walk -->`",
    ),
    (
        "marker without a step",
        DATA[DATA.index("  run:") :],
        "",
        "md:9: the step `run` is not in 01-boats.yaml",
    ),
    (
        "after a later step",
        "  fetch:\n",
        "  fetch:\n    after: [run]\n",
        "yaml:7: `run` is not a step before `fetch`",
    ),
    ("after itself", "after: [fetch]", "after: [run]", "yaml:15: `run` is not a step before `run`"),
    ("after nothing known", "after: [fetch]", "after: [swim]", "yaml:15: `swim` is not a step before `run`"),
    ("no hints", "hints: [Run.]", "hints: []", "yaml:20: a step has at least one hint"),
    (
        "empty hint",
        "hints: [Run.]",
        'hints: [Run., " "]',
        "yaml:20: a step has at least one hint, and none is",
    ),
    ("empty solution", "solution: docker run ubuntu", 'solution: " "', "yaml:21: the solution is empty"),
    (
        "bad reference",
        "image: ubuntu",
        "image: Ubuntu",
        "yaml:8: `Ubuntu` is not an image reference: a repository name must be lower case",
    ),
    (
        "bad reference of from",
        "from: ubuntu",
        'from: "a:b:c"',
        "yaml:18: `a:b:c` is not an image reference: ':' is not allowed in a tag",
    ),
    (
        "empty reference",
        "image: ubuntu",
        'image: ""',
        "yaml:8: `` is not an image reference: the repository name is missing",
    ),
    ("invalid YAML", "minutes: 5", "minutes: [5", "yaml:3: is not valid YAML"),
    ("tab", "title: Boats", "\ttitle: Boats", "yaml:1: is not valid YAML: "),
    ("control character", "title: Boats", "title: Bo\x00ats", "yaml:1: is not valid YAML: "),
    ("two documents", "steps:", "---\nsteps:", "yaml:5: is not valid YAML: "),
    ("alias", "hints: [Run.]", "hints: &h [Run., *h]", "yaml:20: aliases (`*h`) are not allowed"),
    ("duplicate key", "minutes: 5", "minutes: 5\nminutes: 6", "yaml:3: `minutes` is written twice"),
    ("duplicate step", "  run:\n", "  fetch:\n", "yaml:14: `fetch` is written twice"),
    ("key that is no word", "minutes: 5", "minutes: 5\n? [a]\n: b", "yaml:1: a key must be a word"),
    (
        "code",
        "title: Boats",
        "title: !!python/object/apply:os.system [id]",
        "yaml:1: tags (`tag:yaml.org,2002:python",
    ),
    ("local tag", "minutes: 5", "minutes: !int 5", "yaml:2: tags (`!int`) are not allowed"),
    (
        "standard tag",
        "minutes: 5",
        "minutes: !!bool perhaps",
        "yaml:2: tags (`tag:yaml.org,2002:bool`) are not",
    ),
    ("no such day", "minutes: 5", "minutes: 2001-02-31", "yaml:2: `2001-02-31` cannot be read as"),
    ("no such number", "minutes: 5", "minutes: 0x_", "yaml:2: `0x_` cannot be read as"),
    ("empty", DATA, "", "yaml:1: expected a mapping (`key: value`), got nothing"),
    ("only a word", DATA, "boats", "yaml:1: expected a mapping (`key: value`), got text"),
    ("nested bomb", DATA, "[" * 100_000, "yaml:1: is nested more than 32 levels deep"),
    ("deep bomb", "minutes: 5", f"minutes: {'[' * 900}{']' * 900}", "yaml:2: is nested more than"),
    (
        "deep conditions",
        "image: ubuntu\n      is: pulled",
        "{not: " * 900 + "1" + "}" * 900,
        "yaml:8: is nested more than",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "said"), [case[1:] for case in YAML_ERRORS], ids=[case[0] for case in YAML_ERRORS]
)
def test_error_in_the_yaml(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert DATA.count(old) == 1
    found = problems(lesson_in(tmp_path, DATA.replace(old, new)))
    assert any(problem.startswith(f"01-boats.{said}") for problem in found), found


TEXT_ERRORS: list[tuple[str, str, str, str]] = [
    (
        "no marker",
        "<!-- step: run -->\n",
        "",
        "yaml:14: the step `run` has no `<!-- step: run -->` in the text",
    ),
    (
        "marker at the end",
        "<!-- step: run -->\nRun it.\n",
        "<!-- step: run -->\n",
        "md:9: the paragraph after a step's",
    ),
    (
        "marker before a heading",
        "Run it.",
        "## Run it",
        "md:9: the paragraph after a step's marker is its task",
    ),
    ("marker before a fence", "Run it.", "```sh\nrun\n```", "md:9: the paragraph after a step's marker"),
    (
        "marked twice",
        "Some words",
        "<!-- step: fetch -->\nSome words",
        "md:7: the step `fetch` is marked twice",
    ),
    ("misspelt id", "step: run", "step: Run_It", "md:9: a step is marked `<!-- step: its-id -->`"),
    ("no id", "step: run", "step", "md:9: a step is marked"),
    (
        "words beside the marker",
        "<!-- step: run -->\n",
        "<!-- step: run --> Run.\n",
        "md:9: a step is marked",
    ),
    ("unknown step", "step: run", "step: swim", "md:9: the step `swim` is not in 01-boats.yaml"),
    (
        "another order",
        TEXT,
        "<!-- step: run -->\nA.\n\n<!-- step: fetch -->\nB.\n",
        "md:1: the step here is `run`, but 01-boats.yaml has `fetch` next",
    ),
    ("empty", TEXT, "", "yaml:6: the step `fetch` has no `<!-- step: fetch -->`"),
]


@pytest.mark.parametrize(
    ("old", "new", "said"), [case[1:] for case in TEXT_ERRORS], ids=[case[0] for case in TEXT_ERRORS]
)
def test_error_in_the_text(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert TEXT.count(old) == 1
    found = problems(lesson_in(tmp_path, text=TEXT.replace(old, new)))
    assert any(problem.startswith(f"01-boats.{said}") for problem in found), found


@pytest.mark.parametrize("part", ["md", "yaml"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title: a\nminutes: \xff\n", "2: is not UTF-8 text"),
        (b"\xfe\xff\x00t", "1: is not UTF-8 text"),
        (b"#" * (SIZE_LIMIT + 1), f"1: has more than {SIZE_LIMIT} bytes, which is the limit"),
    ],
    ids=["latin", "utf-16", "huge"],
)
def test_file__that_cannot_be_text(tmp_path: Path, part: str, content: bytes, said: str) -> None:
    file = lesson_in(tmp_path)
    file.with_suffix(f".{part}").write_bytes(content)
    assert f"01-boats.{part}:{said}" in problems(file)


@pytest.mark.parametrize("part", ["md", "yaml"])
def test_file__that_is_missing(tmp_path: Path, part: str) -> None:
    file = lesson_in(tmp_path)
    file.with_suffix(f".{part}").unlink()
    assert f"01-boats.{part}:1: cannot be read: No such file or directory" in problems(file)


def test_file__that_is_a_folder(tmp_path: Path) -> None:
    file = lesson_in(tmp_path)
    file.with_suffix(".yaml").unlink()
    file.with_suffix(".yaml").mkdir()
    assert "01-boats.yaml:1: cannot be read: Is a directory" in problems(file)


@pytest.mark.parametrize("odd", ["\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines__are_those_of_an_editor(tmp_path: Path, odd: str, end: str) -> None:
    """YAML counts some characters as ends of lines that Markdown and editors do not."""
    data = DATA.replace("title: Boats", 'title: "Bo\u2028ats" # \u2028\u2029').replace("is: ran", "is: rann")
    text = TEXT.replace("# Boats", f"# Bo{odd}ats").replace("step: run", "step: Run")
    found = problems(lesson_in(tmp_path, data.replace("\n", end), text.replace("\n", end)))
    assert [problem.split(": ")[0] for problem in found] == [
        "01-boats.md:9",
        "01-boats.yaml:14",
        "01-boats.yaml:19",
    ]


def test_problems__are_told_all_at_once(tmp_path: Path) -> None:
    data = DATA
    for old, new in [
        ("image: ubuntu", "image: Ubuntu"),
        ("- Think harder.", '- ""'),
        ("solution: docker run ubuntu", 'solution: ""'),
        ("after: [fetch]", "after: [swim]"),
        ("reason: other-image", "reason: [1]"),
        ("is: ran", "is: walked"),
    ]:
        data = data.replace(old, new)
    text = f"{TEXT}\n<!-- step: swim -->\nSwim.\n\n<!-- step: -->\nOh.\n"
    found = problems(lesson_in(tmp_path, data, text))
    expected = [
        "md:12: ",
        "md:15: ",
        "yaml:8: ",
        "yaml:10: ",
        "yaml:15: ",
        "yaml:19: ",
        "yaml:21: ",
        "yaml:27: ",
    ]
    assert sorted(problem.removeprefix("01-boats.").partition(" ")[0] + " " for problem in found) == sorted(
        expected
    )


# Whatever is in the files, nothing but LessonError comes out


WORDS = ["ubuntu", "any", "removed", "fetch", "1", "~", "=", "<<", "0x", "1e9", "2001-02-31"]
KEYS = [
    "title",
    "minutes",
    "start",
    "steps",
    "fetch",
    "run",
    "check",
    "image",
    "is",
    "all",
    "any",
    "not",
    "container",
    "from",
    "times",
    "code",
    "answer",
    "of",
    "hints",
    "solution",
    "after",
    "routes",
    "mistakes",
    "reason",
    "says",
]
YAML_SIGNS = [
    ": ",
    "- ",
    "\n",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "!!int ",
    "|\n",
    "'",
    '"',
    "? ",
    "%",
]
MARKS = ["<!-- step: run -->", "<!-- step", "-->", "\n", "\n\n", "words", "# ", "- ", "> ", "    ", "```"]

scalars = st.sampled_from(WORDS) | st.integers().map(str) | st.text(max_size=5)
keys = st.sampled_from(KEYS) | st.text(max_size=3)
trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
yaml_texts = st.lists(scalars | keys | st.sampled_from(YAML_SIGNS), max_size=20).map("".join)
markdown_texts = st.lists(st.sampled_from(MARKS), max_size=12).map("".join)


def read_quietly(file: Path) -> None:
    try:
        read_lesson(file)
    except LessonError as error:
        found = error.problems
    else:
        return
    assert found
    assert all(PROBLEM.fullmatch(problem) for problem in found), found


@given(data=st.text(max_size=80) | yaml_texts)
@example(data="!!bool x")
@example(data="!!int ''")
@example(data="? {a: b}\n: c")
@example(data="<<: {a: b}")
def test_fuzz__any_text(tmp_path_factory: pytest.TempPathFactory, data: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    read_quietly(lesson_in(folder, data.encode("utf-8", "surrogatepass")))


@given(tree=trees)
@example(tree={"title": "a", "minutes": 1, "steps": {"fetch": {"check": {"image": "a", "is": None}}}})
def test_fuzz__any_data(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    read_quietly(lesson_in(tmp_path_factory.getbasetemp(), yaml.safe_dump(tree)))


@given(place=st.sampled_from(["step", "check", "mistakes", "steps"]), tree=trees)
def test_fuzz__any_data_in_a_place(tmp_path_factory: pytest.TempPathFactory, place: str, tree: Any) -> None:
    lesson = yaml.safe_load(DATA)
    if place == "steps":
        lesson["steps"] = tree
    elif place == "step":
        lesson["steps"]["run"] = tree
    else:
        lesson["steps"]["run"][place] = tree
    read_quietly(lesson_in(tmp_path_factory.getbasetemp(), yaml.safe_dump(lesson)))


@given(text=st.text(max_size=40) | markdown_texts)
def test_fuzz__any_markdown(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    read_quietly(lesson_in(folder, text=text.encode("utf-8", "surrogatepass")))


def test_course__two_lessons_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("01-boats.md", "02-boats.md"):
        (tmp_path / name).write_text("")
    with pytest.raises(LessonError, match=r"02-boats\.md:1: has the same name as 01-boats\.md"):
        Course(tmp_path).ids()
