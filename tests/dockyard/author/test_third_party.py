"""Conditions that other packages bring: an example package, installed as any other, and wrong ones."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import PATIENCE, Docker, host_of

from checker.conditions.third_party import foreign_kinds, foreign_subjects
from checker.course.course import read_lesson
from checker.errors import LessonError
from dockyard.author.new import new_lesson
from dockyard.engine.kinds.private import PrivateEngine
from dockyard.home import Home

EXAMPLE = Path(__file__).parents[2] / "example_conditions"
JUDGED = """
from pathlib import Path
from checker.course.course import read_lesson
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.judge import judge
from checker.facts.objects import Image

(step,) = read_lesson(Path("01-boats.md")).steps
for size in (None, 10, 10**9):
    image = None if size is None else Image("sha256:" + "0" * 64, size=size)
    verdict = judge(step, Facts(read={InspectImage("busybox"): image}))
    print(verdict.outcome.value, verdict.reason)
"""
READ = """
import sys
from checker.session.plain import check

from checker.sources.reader import READERS
before = len(READERS)
verdict = check(".", "boats", endpoint=sys.argv[1]).steps[0].verdict
print(verdict.outcome.value, verdict.reason, len(READERS) - before)
"""
IMPORTED = """
import sys
from pathlib import Path
from checker.course.course import read_lesson

read_lesson(Path("01-boats.md"))
print("checker.conditions.third_party" in sys.modules)
"""
BROKEN = {
    "no-class": ("weight = example:thing", "thing = 1", "1 is not a condition: it must be a class based on"),
    "no-goal": (
        "weight = example:Thing",
        "class Thing: pass",
        "Thing'> is not a condition: it must be a class",
    ),
    "empty": ("weight = example:things", "things = ()", "an empty tuple holds no condition"),
    "no module": ("weight = nowhere:Thing", "", "cannot be imported: ModuleNotFoundError"),
    "module that fails": ("weight = example:Thing", "1 / 0", "cannot be imported: ZeroDivisionError"),
    "no tag": (
        "weight = example:Thing",
        "from checker.conditions.base import Goal\nclass Thing(Goal, frozen=True):\n    weight: str",
        "Thing has no tag: write `class Thing(Goal, frozen=True, tag=…)`",
    ),
    "no methods": (
        "weight = example:Thing",
        "from checker.conditions.base import Goal\n"
        "class Thing(Goal, frozen=True, tag='below'):\n    weight: str",
        "Thing is not a condition: it has no method `needs`",
    ),
    "no field": (
        "weight = example:Thing",
        "from checker.conditions.base import Goal\nclass Thing(Goal, frozen=True, tag='below'):\n"
        "    needs = evidence = diagnoses = lambda *_: None",
        "Thing has no field `weight`, the subject's word",
    ),
    "same tag": (
        "weight = example:things",
        "from checker.conditions.base import Goal\nclass A(Goal, frozen=True, tag='below'): pass\n"
        "class B(Goal, frozen=True, tag='below'): pass\nthings = (A, B)",
        "two kinds have the same tag",
    ),
    "clash": (
        "image = example:Thing",
        "class Thing: pass",
        "`image` is a word of the built-in vocabulary; choose another",
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the example package is installed."""
    folder = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, EXAMPLE]
    subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE)
    return folder


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson whose check is the example package's."""
    data = new_lesson("boats", tmp_path)[1]
    text = data.read_text()
    check = "container: any\n      from: hello-world\n      is: ran"
    assert check in text
    text = text.replace(check, "weight: busybox\n      is: below\n      bytes: 5000000")
    data.write_text(text.replace("pulled-not-run", "too-heavy"))
    return data.with_suffix(".md")


def python(lesson: Path, site: Path | None, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run code beside the lesson, in a Python of its own that has the site's packages."""
    code = f"import sys; sys.path.insert(0, {str(site)!r})\n{code}" if site else code
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=lesson.parent, capture_output=True, text=True, timeout=PATIENCE)


def dockyard(lesson: Path, site: Path | None, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line in such a Python."""
    code = f"import sys; from dockyard.cli.main import main; sys.argv[1:] = {list(words)!r}; main()"
    return python(lesson, site, code)


def test_example__compiles(lesson: Path, site: Path) -> None:
    done = dockyard(lesson, site, "author", "check", lesson.name)
    assert done.returncode == 0, done.stdout + done.stderr


def test_example__judges(lesson: Path, site: Path) -> None:
    done = python(lesson, site, JUDGED)
    judged = ["not-yet weight-not-here", "passed None", "not-yet too-heavy"]
    assert done.stdout.splitlines() == judged, done.stderr


def test_example__is_in_the_vocabulary_and_the_schema(lesson: Path, site: Path) -> None:
    page = dockyard(lesson, site, "author", "vocabulary").stdout
    assert "### `weight` … `is: below`\n\nThe image is here now, and takes less room" in page
    assert "Reasons: `too-heavy`, `weight-not-here`\n" in page
    schema = json.loads(dockyard(lesson, site, "author", "schema").stdout)
    assert schema["$defs"]["WeightBelow"]["required"] == ["is", "weight", "bytes"]


def test_example__is_told_what_it_says_wrong(lesson: Path, site: Path) -> None:
    data = lesson.with_suffix(".yaml")
    data.write_text(data.read_text().replace("is: below", "is: bellow").replace("too-heavy", "to-heavy"))
    done = dockyard(lesson, site, "author", "check", lesson.name)
    assert done.returncode == 4
    assert "01-boats.yaml:8: `is: bellow` is unknown; did you mean `below`? Allowed: below" in done.stdout


def test_example__reads_a_kind_of_fact_of_its_own(
    lesson: Path,
    site: Path,
    engine: PrivateEngine,
    home: Home,
    docker_at: Callable[[str], Docker],
    tiny_root: bytes,
) -> None:
    data = lesson.with_suffix(".yaml")
    old = "weight: busybox\n      is: below\n      bytes: 5000000"
    text = data.read_text()
    data.write_text(text.replace(old, "changes: scribe\n      is: made\n      path: /tmp/poem"))
    engine.up()
    docker = docker_at(host_of(home))
    docker("import", "-", "box", data=tiny_root)

    def judged() -> list[str]:
        done = python(lesson, site, READ, host_of(home))
        return done.stdout.split() or [done.stderr]

    assert judged() == ["not-yet", "changes-not-here", "1"]
    docker("run", "--name=scribe", "box", "true")
    assert judged() == ["not-yet", "path-not-changed", "1"]
    docker("rm", "scribe")
    docker("run", "--name=scribe", "box", "sh", "-c", "mkdir -p /tmp; echo roses > /tmp/poem")
    assert judged() == ["passed", "None", "1"]


def test_example__passes_its_own_tests(site: Path, tmp_path: Path) -> None:
    tests = tmp_path / "test_example_conditions.py"
    tests.write_text((EXAMPLE / tests.name).read_text())
    code = f"import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {str(tests)!r}]))"
    done = python(tests, site, code)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_the_package__its_subject_is_unknown(lesson: Path) -> None:
    done = dockyard(lesson, None, "author", "check", lesson.name)
    assert done.returncode == 4
    assert (
        "01-boats.yaml:7: `weight` is not a subject of a condition. Allowed: all, answer, any," in done.stdout
    )


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs a package called `broken` with an entry point and a module `example` of this code."""

    def install(point: str, code: str, name: str = "broken") -> None:
        about = tmp_path / f"site/{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[checker.conditions]\n{point}\n")
        (about.parent / "example.py").write_text(code)
        monkeypatch.syspath_prepend(about.parent)

    def forget() -> None:
        foreign_subjects.cache_clear()
        foreign_kinds.cache_clear()
        sys.modules.pop("example", None)

    forget()
    yield install
    forget()


@pytest.mark.parametrize(("point", "code", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_package_that_is_wrong__is_refused_by_name(
    lesson: Path, broken: Callable[..., None], point: str, code: str, said: str
) -> None:
    broken(point, code)
    with pytest.raises(LessonError) as caught:
        read_lesson(lesson)
    (problem,) = caught.value.problems
    assert re.match(r"01-boats\.yaml:[67]: the package broken \(entry point `", problem), problem
    assert said in problem


def test_packages_that_claim_one_word__are_refused(lesson: Path, broken: Callable[..., None]) -> None:
    broken("weight = example:Thing", "")
    broken("weight = example:Other", "", name="rival")
    with pytest.raises(
        LessonError, match=r"the subject `weight` is also claimed by the package (broken|rival)"
    ):
        read_lesson(lesson)


def test_built_in_lessons__never_look_for_packages(tmp_path: Path) -> None:
    lesson = new_lesson("boats", tmp_path)[0]
    done = python(lesson, None, IMPORTED)
    assert done.stdout == "False\n", done.stderr
