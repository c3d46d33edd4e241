"""The judge on written-down worlds: facts in, verdict out. The cases are in data/judge."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import wrong_with
from world import World, condition, ids_in, step

from checker.conditions.general import CANNOT_TELL
from checker.conditions.reasons import Private, Reason, declared, id_of
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, CountHistory, InspectContainer, InspectImage, Need
from checker.judge import goal, judge
from checker.verdict import Outcome, Verdict, printable, worst

FILES = sorted((Path(__file__).resolve().parents[1] / "data" / "judge").glob("*.yaml"))
CASES: list[dict[str, Any]] = [case for file in FILES for case in yaml.safe_load(file.read_text("utf-8"))]


def verdict_on(case: dict[str, Any]) -> Verdict:
    check = condition(case["check"])
    return judge(step(check), World.of(case).facts(check), case.get("waiting", ()))


PASSING = [case for case in CASES if not {"reason", "cannot"} & case.keys()]
FAILING = [case for case in CASES if "reason" in case]
UNKNOWN = [case for case in CASES if "cannot" in case]


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


@pytest.mark.parametrize("case", UNKNOWN, ids=[case["title"] for case in UNKNOWN])
def test_cannot_tell(case: dict[str, Any]) -> None:
    verdict = verdict_on(case)
    assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_TELL, case["cannot"]), verdict.message
    assert verdict.next


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_goal_needs_nothing_but_what_is_declared_for_it(case: dict[str, Any]) -> None:
    check = condition(case["check"])
    found = goal(step(check), World.of(case).facts(check, causes=False))
    assert (found is None) == ("reason" in case)
    assert found is None or found.outcome is verdict_on(case).outcome


def test_cases__are_told_apart_by_their_titles() -> None:
    titles = [case["title"] for case in CASES]
    assert sorted(set(titles)) == sorted(titles)


def test_cases__name_commands_that_exist() -> None:
    commands = {ids_in(command) for case in FAILING for command in case["next"]}
    assert [problem for command in sorted(commands) if (problem := wrong_with(command))] == []


def test_cases__cover_every_reason() -> None:
    ours = {id_ for id_, kind in declared().items() if kind.__module__.startswith("checker.")}
    by_error = {id_of(kind) for kind in CANNOT_TELL}
    apart = {"not-started", "lesson-bug"}  # tested with the session, and below
    covered = {case["reason"] for case in FAILING}
    assert ours - by_error - apart == covered - by_error


# Waiting


def test_waiting__gives_way_to_a_goal_that_is_reached() -> None:
    check = condition({"image": "ubuntu", "is": "present"})
    facts = World(now=("u1 = ubuntu",)).facts(check)
    assert judge(step(check), facts, ["step 1 (`one`)"]).outcome is Outcome.PASSED


# Lesson bugs


class Surprise(Reason, frozen=True, tag="surprise"):
    """A reason that only these tests give."""

    name: Private = "x"
    seen = "`{name}` is wrong."
    next = ("docker rm {name}",)


@dataclass(frozen=True)
class Careless:
    """A condition that reads what it has not declared, and is otherwise as told."""

    looks_at: str
    declares: tuple[Need[object], ...] = ()
    reasons: tuple[type[Reason], ...] = (Surprise,)

    def image_names(self) -> Iterable[str]:
        return ()

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the protocol's
        return self.declares

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the protocol's
        return ()

    def evidence(self, facts: Facts) -> str | None:
        looks = {
            "image": lambda: facts[InspectImage("docker.io/library/ubuntu:latest")],
            "rows": lambda: facts[CountHistory("docker.io/library/ubuntu:latest")],
            "container": lambda: facts[InspectContainer("probe")],
            "containers": lambda: facts[CONTAINERS],
            "key": lambda: {}["missing"],
            "number": lambda: 1 // 0,
            "nothing": lambda: None,
        }
        looks[self.looks_at]()
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:  # noqa: ARG002 - the protocol's
        return iter(())


@pytest.mark.parametrize(
    ("looks_at", "says"),
    [
        ("image", "InspectImage(key='docker.io/library/ubuntu:latest') was not read"),
        ("rows", "CountHistory(key='docker.io/library/ubuntu:latest') was not read"),
        ("container", "InspectContainer(key='probe') was not read"),
        ("containers", "ListContainers() was not read"),
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
        def diagnoses(self, facts: Facts) -> Iterator[Reason]:
            yield Surprise(name=str(facts[CONTAINERS][0]))

    check = Blunt("nothing")
    verdict = judge(step(check), World().facts(check))
    assert verdict.outcome is Outcome.LESSON_BUG
    assert goal(step(check), World().facts(check)) is None


def test_lesson_bug__a_reason_that_the_condition_does_not_declare() -> None:
    @dataclass(frozen=True)
    class Undeclared(Careless):
        def diagnoses(self, facts: Facts) -> Iterator[Reason]:  # noqa: ARG002 - the protocol's
            yield Surprise()

    facts = World().facts(Undeclared("nothing"))
    assert judge(step(Undeclared("nothing")), facts).reason == "surprise"
    verdict = judge(step(Undeclared("nothing", reasons=())), facts)
    assert verdict.outcome is Outcome.LESSON_BUG
    assert "`surprise`" in verdict.message


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
        Verdict.not_yet(Surprise(name=text)),
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
