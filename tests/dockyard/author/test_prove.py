"""The proof catches bad lessons, each with its own words, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import pytest
from support import PATIENCE, host_of, processes_of, wait_for

from checker.conditions.base import AboutImage
from checker.conditions.image.near_misses import NotHere
from checker.conditions.reasons import Reason
from checker.conditions.vocabulary import SUBJECTS
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.session.journal import Journal
from checker.session.run import Run
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from dockyard.author.prove.known_commands import unknown
from dockyard.author.prove.proof import Proof, Result, prove
from dockyard.author.prove.snapshot import changes, take
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.hub import contents
from dockyard.session import lifecycle

pytestmark = pytest.mark.engine

DOCKYARD = Path(sys.executable).with_name("dockyard")
PULLED = {"image": "busybox", "is": "pulled"}
PULL = "docker pull busybox"


def step(check: dict[str, Any] = PULLED, solution: str = PULL, **more: Any) -> dict[str, Any]:
    return {"check": check, "hints": ["Try.", "Try harder."], "solution": solution, **more}


def write(folder: Path, name: str, steps: dict[str, Any], start: Sequence[str] = ()) -> Path:
    """Write a lesson; returns its Markdown file."""
    text = "".join(f"<!-- step: {each} -->\n\n**Your turn.** Do {each}.\n\n" for each in steps)
    file = folder / f"{name}.md"
    file.write_text(f"# {name}\n\n{text}")
    data = {"title": name, "minutes": 5, "start": list(start), "steps": steps}
    file.with_suffix(".yaml").write_text(json.dumps(data, indent=2))  # JSON is YAML
    return file


class NotFetched(Reason, frozen=True, tag="not-fetched"):
    """The image is not here. The command to type does not exist."""

    image: str
    seen = "There is no `{image}`."
    next = ("docker image fetch {image}",)


class Misleading(AboutImage, frozen=True, tag="misled"):
    """A condition that sends the learner to a command that does not exist."""

    reasons: ClassVar[tuple[type[Reason], ...]] = (NotFetched,)

    def evidence(self, facts: Facts) -> str | None:
        return "It is here." if facts[InspectImage(self.image_name)] else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:  # noqa: ARG002 - nothing else is looked at
        yield NotFetched(image=self.short)


class Meddling(AboutImage, frozen=True, tag="meddled"):
    """A condition that makes something on the engine."""

    reasons: ClassVar[tuple[type[Reason], ...]] = (NotHere,)

    def evidence(self, facts: Facts) -> str | None:
        command = ["docker", "--host", facts.engine, "create", "--pull=never", self.image]
        subprocess.run(command, capture_output=True, check=False)
        return "It is here." if facts[InspectImage(self.image_name)] else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:  # noqa: ARG002 - nothing else is looked at
        yield NotHere(image=self.short)


def bad_lessons(folder: Path) -> list[Path]:
    """One lesson for each way to be bad; those about attempts share one."""
    attempts = step(
        routes=["docker pull docker.io/library/busybox", "docker pull hello-world"],
        mistakes={
            "that is none": {"run": PULL, "reason": "not-here"},
            "with another reason": {"run": "docker pull busybox:musl", "reason": "not-here"},
            "with other words": {"run": "docker pull busybox:musl", "reason": "other-tag", "says": ["ahoy"]},
            "as it says": {
                "run": "docker pull busybox:musl",
                "reason": "other-tag",
                "says": ["busybox:musl"],
            },
        },
    )
    broken = write(folder, "broken", {"pull": step()})
    broken.with_suffix(".yaml").write_text("title: Broken\nminutes: many\n")
    return [
        broken,
        write(folder, "attempts", {"pull": attempts}),
        write(folder, "vacuous", {"pull": step({"image": "busybox", "is": "present"})}, [PULL]),
        write(folder, "early", {"pull": step(), "pull-again": step()}),
        write(folder, "unsolved", {"pull": step(solution="docker pull hello-world")}),
        write(folder, "no-start", {"pull": step()}, ["docker start nobody"]),
        write(folder, "shy", {"keep-quiet": step()}),
        write(folder, "meddling", {"make": step({"image": "busybox", "is": "meddled"})}),
        write(folder, "misleading", {"pull": step({"image": "busybox", "is": "misled"})}),
    ]


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    """What the proof says of all bad lessons."""
    show_hint = Journal.show_hint

    def hide(journal: Journal, run: Run, step: str, stages: int) -> int:
        return show_hint(journal, run, step, 1 if step == "keep-quiet" else stages)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SUBJECTS, "image", (*SUBJECTS["image"], Meddling, Misleading))
        patch.setattr(Journal, "show_hint", hide)
        yield prove(bad_lessons(tmp_path_factory.mktemp("bad")), 1, print)


@pytest.fixture
def problems(proof: Proof) -> Callable[..., str]:
    """Gives what is wrong with a place, in one text."""
    found = {result.place: result for result in proof.results}
    return lambda *place: "\n".join(found[place].problems)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("broken", "", "it compiles"), "broken.yaml:2"),
        (("no-start", "", "start state"), "`docker start nobody` failed"),
        (("vacuous", "pull", "refused before"), "passes on the start state, with nothing done"),
        (("early", "pull-again", "refused before"), "passes before its turn"),
        (("unsolved", "pull", "solution"), "does not solve the step"),
        (("shy", "keep-quiet", "hints"), "hint 2 of 2 is never reached: Try harder."),
        (("meddling", "make", "solution"), "the check changes what it looks at: container create"),
        (("misleading", "pull", "refused before"), "`docker image fetch busybox`, but there is no such"),
        (("attempts", "pull", "mistake: that is none"), "passes, but must not"),
        (("attempts", "pull", "mistake: with another reason"), "the reason `other-tag`, not `not-here`"),
        (("attempts", "pull", "mistake: with other words"), "does not mention `ahoy`: This step asks for"),
        (("attempts", "pull", "route 2"), "does not solve the step"),
    ],
    ids=lambda value: "/".join(filter(None, value)) if isinstance(value, tuple) else "",
)
def test_bad_lesson__is_refused_in_words(
    problems: Callable[..., str], place: tuple[str, str, str], words: str
) -> None:
    assert words in problems(*place)


def test_bad_lessons__nothing_else_is_blamed(proof: Proof) -> None:
    """What a bad lesson does right is not held against it."""
    blamed = {result.place for result in proof.results if not result.ok}
    assert blamed == {
        ("attempts", "pull", "mistake: that is none"),
        ("attempts", "pull", "mistake: with another reason"),
        ("attempts", "pull", "mistake: with other words"),
        ("attempts", "pull", "route 2"),
        ("broken", "", "it compiles"),
        ("early", "pull-again", "refused before"),
        ("meddling", "make", "solution"),
        ("misleading", "pull", "refused before"),
        ("no-start", "", "start state"),
        ("shy", "keep-quiet", "hints"),
        ("unsolved", "pull", "solution"),
        ("vacuous", "pull", "refused before"),
    }


def test_untried__is_never_proven(proof: Proof) -> None:
    """A lesson that cannot be started is not proven by having found nothing wrong with its steps."""
    assert {place[:2] for place in proof.untried} == {
        ("meddling", "make"),
        ("no-start", "pull"),
        ("unsolved", "pull"),
    }
    fine = tuple(result for result in proof.results if result.ok)
    assert not Proof(proof.lessons, fine, 1, 1).ok


def test_twins__are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    twins = [write(folder, "twin", {"pull": step()}) for folder in (tmp_path, tmp_path / "other")]
    with pytest.raises(Exception, match="both called `twin`"):
        prove(twins, 1, print)


@pytest.mark.parametrize(
    ("command", "known"),
    [
        ("docker ps --all", True),
        ("docker image rm busybox", True),
        ("docker run --rm busybox date", True),
        ("docker system prune --all", True),
        ("dockyard hub release", True),
        ("dockyard answer a-step 'two words'", True),
        ('eval "$(dockyard env)"', True),
        ("DOCKER_HOST=unix:///x docker ps; ls -l", True),
        ("docker rmi $(docker images -q)", True),
        ("docker remvoe busybox", False),
        ("docker image", False),
        ("docker image fetch busybox", False),
        ("dockyard anwser a-step text", False),
        ("dockyard hub", False),
        ("docker ps; dokcer ps", False),
        ("echo 'open", False),
        ("", False),
    ],
)
def test_unknown__looks_at_program_and_sub_command(command: str, known: bool) -> None:
    assert unknown([command]) == (() if known else (command,))


def test_changes__tells_what_ends_by_itself_from_what_is_done(home: Home) -> None:
    """A container that ends while a check looks is not the check's doing; one that is removed is."""
    lifecycle.up(home, print)
    lifecycle.run(
        home, "docker run --detach --rm --name brief busybox sleep 0.5; docker create --name idle busybox"
    )
    with Engine(Endpoint(host_of(home))) as engine:
        before = take(home, engine)
        wait_for(lambda: engine.container("brief") is None)
        assert changes(home, engine, before) == ()
        lifecycle.run(home, "docker rm idle; docker tag busybox mine; touch file")
        told = " ".join(changes(home, engine, before))
    for thing in ("the container idle has gone", "the image mine", "the file file", "image tag"):
        assert thing in told


def test_changes__sees_a_moved_tag_of_the_hub(home: Home) -> None:
    contents.fill(home, print)
    engine_of(home).up()
    with Engine(Endpoint(host_of(home))) as engine:
        before = take(home, engine)
        next(home.hub.glob("**/busybox/_manifests/tags/musl/current/link")).write_text("sha256:0")
        assert "the hub's library/busybox:musl" in changes(home, engine, before)[0]


def run(*words: object, **env: str) -> subprocess.Popen[str]:
    """`dockyard author prove …` as an author types it."""
    return subprocess.Popen(
        [DOCKYARD, "author", "prove", *map(str, words)],
        env=os.environ | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A good lesson that is in no course, with a question and a state that two attempts share."""
    question = {
        "check": {"answer": "container-using", "of": "busybox"},
        "hints": ["Look.", "Look closer."],
        "solution": "dockyard answer who keeper",
        "after": ["pull"],
        "mistakes": {
            "the image": {"run": "dockyard answer who busybox", "reason": "answer-is-image"},
            "nobody": {"run": "dockyard answer who moby", "reason": "answer-wrong", "says": ["moby"]},
        },
    }
    pull = step({"image": "hello-world", "is": "pulled"}, "docker pull hello-world")
    start = ["docker create --name keeper busybox"]
    return write(tmp_path, "draft", {"pull": pull, "who": question}, start)


def test_prove__a_lesson_of_ones_own(draft: Path, tmp_path: Path) -> None:
    """It is found by its path, proven, told in every form, and nothing of it is left."""
    (tmp_path / "t").mkdir()
    report = tmp_path / "report.xml"
    process = run(draft, "--jobs", 2, "--json", "--junit", report, "--verbose", TMPDIR=str(tmp_path / "t"))
    said, told = process.communicate()
    assert process.returncode == 0, said + told
    found = json.loads(said)
    assert found["ok"]
    assert {each["tried"] for each in found["findings"] if each["step"] == "who"} == {
        *("refused before", "solution", "hints", "stays achieved"),
        *("mistake: the image", "mistake: nobody"),
    }
    assert "✓ draft/who: mistake: nobody" in told
    suite = ElementTree.parse(report).getroot()
    assert suite.attrib["tests"] == str(len(found["findings"]))
    assert suite.attrib["failures"] == "0"
    assert not list((tmp_path / "t").iterdir())
    assert not processes_of(Home(tmp_path / "t"))


@pytest.mark.parametrize(
    ("sign", "numbers"),
    [
        ("*", [signal.SIGTERM]),
        ("*/home-*/engine", [signal.SIGINT]),
        ("*/home-*/observer.lock", [signal.SIGTERM]),
        ("*/home-*/saved", [signal.SIGINT, signal.SIGINT]),
        ("*/home-*/workspace/here", [signal.SIGINT]),
        ("*/home-*/workspace/here", [signal.SIGTERM, signal.SIGHUP]),
    ],
    ids=["begun", "engine starts", "observer starts", "impatient", "at work", "terminal closed"],
)
def test_prove__leaves_nothing_when_it_is_ended(
    draft: Path, tmp_path: Path, sign: str, numbers: list[signal.Signals]
) -> None:
    """The signals are sent as soon as this file exists; `here` is written by a command that takes a day."""
    place = tmp_path / "t"
    place.mkdir()
    if sign.endswith("here"):
        settings = draft.with_suffix(".yaml")
        settings.write_text(
            settings.read_text().replace("docker pull", "touch here; sleep 86400; docker pull")
        )
    process = run(draft, "--jobs", 2, TMPDIR=str(place))
    wait_for(lambda: list(place.glob(sign)))
    homes = [Home(folder) for folder in place.glob("*/home-*")]
    for number in numbers:
        process.send_signal(number)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode not in (0, None)
    assert "Traceback" not in told
    assert not list(place.iterdir())
    assert not [home for home in homes if home.runtime.exists()]
    assert not processes_of(Home(place))
    assert str(place) not in Path("/proc/self/mountinfo").read_text()


def test_prove__says_what_is_wrong(tmp_path: Path) -> None:
    """A lesson that does not compile needs no engine to be refused."""
    file = write(tmp_path, "broken", {"pull": step()})
    file.with_suffix(".yaml").write_text("title: Broken\nminutes: many\n")
    process = run(file)
    said, _ = process.communicate()
    assert process.returncode == 4
    assert "broken.yaml:2" in said
    assert "Not proven" in said


def test_prove__cannot_tell_without_practice_images(draft: Path, tmp_path: Path) -> None:
    """Where there can be no hub, nothing is said of the lesson."""
    (tmp_path / "t").mkdir()
    (tmp_path / "no-folder").touch()
    process = run(draft, DOCKYARD_CACHE=str(tmp_path / "no-folder"), TMPDIR=str(tmp_path / "t"))
    said, told = process.communicate()
    assert (process.returncode, said) == (3, ""), told
    assert "try: " in told
    assert not list((tmp_path / "t").iterdir())


def test_finding__is_ok_without_problems() -> None:
    assert Result("a", "b", "c").ok
    assert not Result("a", "b", "c", ("wrong",)).ok
