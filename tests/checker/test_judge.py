"""The judge on written-down worlds: facts in, verdict out. The cases are in data/judge-cases.yaml."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Union

import msgspec
import pytest
import yaml

from checker.conditions import COMBINATIONS, SUBJECTS, Condition
from checker.facts import Container, Elsewhere, Event, Facts, History, Image, Need, full_name
from checker.judge import goal, judge
from checker.lesson import Step
from checker.verdict import Diagnosis, Outcome, Verdict, printable, worst

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "data" / "judge-cases.yaml").read_text("utf-8")
)
ENGINE = "unix:///engine.sock"
ANSWER_WITH = "dockyard answer the-step ANSWER"


def condition(written: dict[str, Any]) -> Condition:
    """A check as it stands in a lesson."""
    for word, combine in COMBINATIONS.items():
        if word in written:
            inner = [written[word]] if word == "not" else written[word]
            made: Condition = combine(tuple(map(condition, inner)))
            return made
    (subject,) = (word for word in written if word in SUBJECTS)
    found: Condition = msgspec.convert(written, type=Union[SUBJECTS[subject]])  # noqa: UP007 - known at run time
    return found


def hex_id(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


@dataclass(frozen=True)
class World:
    """An engine and what was seen on it, in the words of judge-cases.yaml (see its head)."""

    start: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    now: tuple[str, ...] | None = None
    events: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    answer: str | None = None
    elsewhere: Elsewhere | None = None

    @classmethod
    def of(cls, case: dict[str, Any]) -> "World":
        lists = {key: tuple(case[key]) for key in ("start", "seen", "now", "events") if key in case}
        away = case.get("elsewhere")
        there = Elsewhere(**{**away, "holds": tuple(away.get("holds", ()))}) if away else None
        return cls(
            **lists,
            rows=case.get("rows", {}),
            answer=ids_in(case["answer"]) if "answer" in case else None,
            elsewhere=there,
        )

    def history(self) -> History:
        began, seen = list(map(thing, self.start)), list(map(thing, self.seen))
        events, since = happened(self.events)
        return History(
            start_images=tuple(each for each in began if isinstance(each, Image)),
            start_containers=frozenset(each.id for each in began if isinstance(each, Container)),
            images=tuple(each for each in (*began, *seen) if isinstance(each, Image)),
            containers=tuple(listed(each) for each in (*began, *seen) if isinstance(each, Container)),
            events=events,
            since=since,
        )

    def facts(self, check: Condition, *, causes: bool = True) -> Facts:
        """What a condition gets to see: what it declared and nothing else, as with a real engine.

        `causes`: also what it wants to see for its diagnoses.
        """
        read = self.read(check.needs(self.history()))
        history = self.noting(read)
        read |= self.read(check.needs(history))
        if causes:
            read |= self.read(check.suspects(history))
        kinds = {"image": "images", "image-history": "image_rows", "container": "inspected"}
        found: dict[str, Any] = {name: {} for name in kinds.values()}
        for need, value in read.items():
            if need.kind == "containers":
                found["containers_now"] = value
            else:
                found[kinds[need.kind]][need.key] = value
        away = self.elsewhere if causes else None
        return Facts(
            ENGINE, history=history, answer=self.answer, answer_with=ANSWER_WITH, elsewhere=away, **found
        )

    def read(self, needs: Iterable[Need]) -> dict[Need, Any]:
        here = list(map(thing, self.start if self.now is None else self.now))
        images = [each for each in here if isinstance(each, Image)]
        containers = [each for each in here if isinstance(each, Container)]

        def reading(need: Need) -> Any:
            if need.kind == "containers":
                return tuple(map(listed, containers))
            if need.kind == "container":
                return next((c for c in containers if need.key in (c.id, c.name)), None)
            found = next((i for i in images if need.key == i.id or need.key in i.names), None)
            if need.kind == "image":
                return found
            rows = {full_name(name): number for name, number in self.rows.items()}
            return rows.get(need.key, len(found.layers)) if found else 0

        return {need: reading(need) for need in needs}

    def noting(self, read: dict[Need, Any]) -> History:
        before = self.history()
        images = tuple(each for each in read.values() if isinstance(each, Image))
        containers = tuple(c for each in read.values() if isinstance(each, tuple) for c in each)
        return replace(
            before,
            images=tuple(dict.fromkeys((*before.images, *images))),
            containers=tuple(dict.fromkeys((*before.containers, *containers))),
        )


def thing(words: str) -> Image | Container:
    head, equals, names = words.partition("=")
    if equals:
        word, _, layers = head.strip().partition("/")
        full = sorted(filter(None, map(full_name, names.split())))
        return Image(
            f"sha256:{hex_id(word)}", tuple(full), tuple(f"layer{n}" for n in range(int(layers or 1)))
        )
    name, image, word, state, *rest = words.split()
    code = next((int(each) for each in rest if each.isdecimal()), None)
    return Container(
        hex_id(name),
        name.partition("#")[0],
        ids_in(image),
        f"sha256:{hex_id(word)}",
        state,
        code,
        "--rm" in rest,
    )


def listed(container: Container) -> Container:
    """A container as a list shows it, which is less than an inspection does."""
    code = container.exit_code if container.state == "exited" else None
    return replace(container, exit_code=code, auto_remove=False)


def happened(lines: Iterable[str]) -> tuple[tuple[Event, ...], int]:
    events: list[Event] = []
    since = 0
    for nano, line in enumerate(lines, 1):
        if line == "---":
            since = nano
        else:
            events.append(event(nano, *line.split()))
    return tuple(events), since


def event(nano: int, action: str, who: str, about: str = "", code: str = "") -> Event:
    if action == "miss":
        repository, _, tag = who.partition(":")
        return Event(nano, "hub", "miss", who, {"repository": repository, "tag": tag})
    if action == "pull":
        return Event(nano, "image", "pull", who, {"name": who})
    if action in ("tag", "untag", "delete"):
        return Event(nano, "image", action, f"sha256:{hex_id(who)}", {"name": about} if about else {})
    attributes = {"name": who.partition("#")[0], "image": ids_in(about)}
    return Event(nano, "container", action, hex_id(who), attributes | ({"exitCode": code} if code else {}))


def ids_in(text: str) -> str:
    """The text with `<h1>` replaced by the short ID of the image `h1`."""
    return re.sub(r"<(\w+)>", lambda found: hex_id(found[1])[:12], text)


def step(check: Condition, **fields: Any) -> Step:
    return Step("the-step", 2, "Do it.", 1, check, ("Think.",), "docker do", **fields)


def verdict_on(case: dict[str, Any]) -> Verdict:
    check = condition(case["check"])
    return judge(step(check), World.of(case).facts(check), case.get("waiting", ()))


PASSING = [case for case in CASES if "reason" not in case]
FAILING = [case for case in CASES if "reason" in case]


@pytest.mark.parametrize("case", PASSING, ids=[case["title"] for case in PASSING])
def test_passed(case: dict[str, Any]) -> None:
    verdict = verdict_on(case)
    assert (verdict.outcome, verdict.reason, verdict.true_now) == (Outcome.PASSED, None, True), (
        verdict.message
    )
    assert verdict.next == ()
    assert verdict.evidence == verdict.message
    for word in case["says"]:
        assert ids_in(word) in verdict.message


@pytest.mark.parametrize("case", FAILING, ids=[case["title"] for case in FAILING])
def test_not_yet(case: dict[str, Any]) -> None:
    verdict = verdict_on(case)
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_YET, case["reason"]), verdict.message
    assert not verdict.true_now
    for word in case["says"]:
        assert ids_in(word) in verdict.message
    assert list(verdict.next) == [ids_in(command) for command in case["next"]]
    assert all(verdict.next)


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_goal_needs_nothing_but_what_is_declared_for_it(case: dict[str, Any]) -> None:
    check = condition(case["check"])
    found = goal(step(check), World.of(case).facts(check, causes=False))
    assert (found is not None) == ("reason" not in case)
    assert found is None or found.outcome is Outcome.PASSED


def test_cases__are_told_apart_by_their_titles() -> None:
    titles = [case["title"] for case in CASES]
    assert sorted(set(titles)) == sorted(titles)


def test_cases__cover_every_reason() -> None:
    sources = [*Path(__file__).parents[2].joinpath("checker/conditions").glob("*.py")]
    text = "\n".join(source.read_text() for source in sources)
    covered = {case["reason"] for case in FAILING}
    for reason in covered - {"waiting", "wrong-engine"}:
        assert f'"{reason}"' in text or reason.startswith("image-in-use-")
    written = {
        line.split('Diagnosis("')[1].split('"')[0] for line in text.splitlines() if 'Diagnosis("' in line
    }
    assert written <= covered, "a reason without a case in judge-cases.yaml"


# Waiting


def test_waiting__gives_way_to_a_goal_that_is_reached() -> None:
    check = condition({"image": "ubuntu", "is": "present"})
    facts = World(now=("u1 = ubuntu",)).facts(check)
    assert judge(step(check), facts, ["step 1 (`one`)"]).outcome is Outcome.PASSED


# Lesson bugs


@dataclass(frozen=True)
class Careless:
    """A condition that reads what it has not declared, and is otherwise as told."""

    looks_at: str
    declares: tuple[Need, ...] = ()

    def references(self) -> Iterable[str]:
        return ()

    def needs(self, history: History) -> Iterable[Need]:  # noqa: ARG002 - the protocol's
        return self.declares

    def suspects(self, history: History) -> Iterable[Need]:  # noqa: ARG002 - the protocol's
        return ()

    def evidence(self, facts: Facts) -> str | None:
        looks = {
            "image": lambda: facts.image("docker.io/library/ubuntu:latest"),
            "rows": lambda: facts.rows("docker.io/library/ubuntu:latest"),
            "container": lambda: facts.container("probe"),
            "containers": lambda: facts.containers,
            "key": lambda: {}["missing"],
            "number": lambda: 1 // 0,
            "nothing": lambda: None,
        }
        looks[self.looks_at]()
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:  # noqa: ARG002 - the protocol's
        return iter(())


@pytest.mark.parametrize(
    ("looks_at", "says"),
    [
        ("image", "docker.io/library/ubuntu:latest was not read"),
        ("rows", "the history of docker.io/library/ubuntu:latest was not read"),
        ("container", "the container probe was not read"),
        ("containers", "the containers were not read"),
        ("key", "KeyError('missing')"),
        ("number", "ZeroDivisionError"),
        ("nothing", "names no cause"),
    ],
)
def test_lesson_bug__is_the_authors_fault_not_the_learners(looks_at: str, says: str) -> None:
    check = Careless(looks_at)
    verdict = judge(step(check), World(now=("u1 = ubuntu",)).facts(check))
    assert (verdict.outcome, verdict.reason) == (Outcome.LESSON_BUG, "lesson-bug")
    assert "`the-step`" in verdict.message
    assert says in verdict.message
    assert verdict.next


def test_lesson_bug__in_a_diagnosis_only() -> None:
    @dataclass(frozen=True)
    class Blunt(Careless):
        def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
            yield Diagnosis("x", str(facts.containers[0]), ("docker ps",))

    check = Blunt("nothing")
    verdict = judge(step(check), World().facts(check))
    assert verdict.outcome is Outcome.LESSON_BUG
    assert goal(step(check), World().facts(check)) is None


# Names that come from outside

NASTY = [
    ("colour", "\x1b[31mred\x1b[0m"),
    ("cursor", "a\rb"),
    ("line", "one\ntwo"),
    ("bell", "\a\b\x7f"),
    ("c1 control", "\x9b2J"),
    ("title", "\x1b]0;owned\x07"),
    ("right to left", "\u202egnp.exe"),
    ("half a pair", "\udcff"),
]


@pytest.mark.parametrize("text", [text for _, text in NASTY], ids=[title for title, _ in NASTY])
def test_names__cannot_move_the_cursor(text: str) -> None:
    verdicts = [
        verdict_on(
            {"check": {"answer": "layers", "of": "ubuntu"}, "now": ["u1 = ubuntu"]} | {"answer": text}
        ),
        Verdict.not_yet(Diagnosis("x", f"`{text}` is wrong.", (f"docker rm {text}",))),
        Verdict.passed(f"`{text}` is here."),
    ]
    for verdict in verdicts:
        written = "".join((verdict.message, *verdict.next, verdict.evidence or ""))
        assert written.isprintable()
        assert "\N{REPLACEMENT CHARACTER}" in written


def test_printable__leaves_what_people_write() -> None:
    assert printable("`żółw`, 海, 3 😀") == "`żółw`, 海, 3 😀"


@pytest.mark.parametrize(
    ("outcomes", "decides"),
    [
        ("passed passed", "passed"),
        ("passed not-yet passed", "not-yet"),
        ("not-yet cannot-tell passed", "cannot-tell"),
        ("cannot-tell lesson-bug not-yet", "lesson-bug"),
    ],
)
def test_worst__decides_for_the_lesson(outcomes: str, decides: str) -> None:
    assert worst([Outcome(word) for word in outcomes.split()]) == decides
