"""Laws of judging, on worlds and checks made up from a few words each."""

from dataclasses import replace
from typing import Any

from commands import wrong_with
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_up import KINDS, KINDS_OF_ALL, checks, checks_of_some, leaves, of_all, things, worlds
from world import World, condition, of_kind, step, thing

from checker.conditions.combined import All
from checker.conditions.combined import Any as AnyOf
from checker.conditions.vocabulary import SUBJECTS
from checker.facts.objects import Container, Image, familiar
from checker.judge import goal, judge
from checker.verdict import Outcome, Verdict

UNRELATED_THINGS = [
    "z1 = fern",
    "z2/4 = moss:3 lichen",
    "z3 =",
    "oak fern z1 running",
    "elm moss:3 z2 exited 1",
    "volume bracken",
    "network heath oak",
    {"container": "ash fern z1 running", "ports": {"80/tcp": 7070}, "networks": ["heath"],
     "mounts": [{"target": "/data", "source": "bracken"}]},
]  # fmt: skip
UNRELATED_EVENTS = ["pull fern:latest", "tag z2 lichen:latest", "untag z3", "delete z3", "start oak fern",
                    "die oak fern 0", "destroy oak fern", "miss library/bracken:latest", "push fern:latest",
                    "volume create bracken", "volume destroy bracken", "network create heath",
                    "network destroy heath", "prune volume", "commit elm moss:3 z2", "load z1"]  # fmt: skip
UNRELATED_BESIDE = [
    {"files": {"moss.txt": "green"}},
    {"remote": {"localhost:5000/wood/fern:1": {"digest": "z1"}}},
    {"replies": {7070: {"status": 200, "text": "aboard"}}},
    {"logs": {"oak": "all aboard"}},
    {"rows": {"fern": 3}},
]


def verdict(check: dict[str, Any], world: World) -> Verdict:
    read = condition(check)
    return judge(step(read), world.facts(read))


def test_kinds__are_all_made_up() -> None:
    known = {
        f"{subject} {kind.__struct_config__.tag}" for subject, kinds in SUBJECTS.items() for kind in kinds
    }
    assert known == KINDS.keys() | KINDS_OF_ALL.keys()


@settings(max_examples=300)
@given(checks, worlds)
@example({"answer": "layers", "of": "ubuntu"}, World(now=("u1 = ubuntu",), answer="\x1b[2J"))
@example({"image": "ubuntu", "is": "removed"}, World(now=("u1 = ubuntu",)))  # seen now for the first time
def test_judging__is_never_a_lessons_fault_and_always_explains(check: dict[str, Any], world: World) -> None:
    found = verdict(check, world)
    assert found.outcome in (Outcome.PASSED, Outcome.NOT_YET), found.message
    assert found.message.strip()
    assert all(text.isprintable() for text in (found.message, *found.next))
    if found.outcome is Outcome.PASSED:
        assert found.evidence
        assert (found.reason, found.next) == (None, ())
    else:
        assert found.reason
        assert found.next
        assert [problem for command in found.next if (problem := wrong_with(command))] == []


@given(checks, worlds)
def test_goal__agrees_with_the_verdict_though_it_sees_less(check: dict[str, Any], world: World) -> None:
    read = condition(check)
    seen = goal(step(read), world.facts(read, causes=False))
    assert (seen is not None) == (verdict(check, world).outcome is Outcome.PASSED)


@given(checks_of_some, worlds, st.data())
def test_what_is_unrelated__changes_no_outcome(
    check: dict[str, Any], world: World, data: st.DataObject
) -> None:
    more = tuple(data.draw(st.lists(st.sampled_from(UNRELATED_THINGS), unique_by=str)))
    noise = data.draw(st.lists(st.sampled_from(UNRELATED_EVENTS)))
    lines = list(world.events)
    for line in noise:
        lines.insert(data.draw(st.integers(0, len(lines))), line)
    now = world.start if world.now is None else world.now
    fuller = replace(
        world,
        start=data.draw(st.sampled_from([world.start, (*world.start, *more)])),
        seen=(*world.seen, *more),
        now=(*now, *data.draw(st.sampled_from([(), more]))),
        events=tuple(lines),
    )
    for beside in data.draw(st.lists(st.sampled_from(UNRELATED_BESIDE), max_size=3)):
        fuller = replace(fuller, **{key: {**getattr(fuller, key), **more} for key, more in beside.items()})
    assert verdict(check, fuller).outcome is verdict(check, world).outcome


@given(of_all, worlds, things)
def test_on_a_learners_own_engine__what_was_there_before_is_never_asked_away(
    check: dict[str, Any], world: World, before: tuple[str, ...]
) -> None:
    own = replace(world, start=before, private=False)
    there = list(map(thing, before))
    here = there if own.now is None else list(map(thing, own.now))
    old_images = {old.id for old in of_kind(Image, there)}
    images = [new for new in of_kind(Image, here) if new.id not in old_images]
    old_containers = {old.id for old in of_kind(Container, there)}
    made = {new.name for new in of_kind(Container, here) if new.id not in old_containers}
    removable = {word for image in images for word in (image.short_id, *map(familiar, image.names))}
    for command in verdict(check, own).next:
        match command.split()[1:]:
            case ["rmi", *names]:
                assert removable.issuperset(names)
            case ["rm" | "stop" | "unpause", *names]:
                assert made.issuperset(names)
            case words:
                assert "prune" not in words


@given(worlds, st.sampled_from([All, AnyOf]))
def test_a_check_of_nothing__never_passes(world: World, combine: type[All | AnyOf]) -> None:
    nothing = combine(())
    assert goal(step(nothing), world.facts(nothing)) is None
    assert judge(step(nothing), world.facts(nothing)).outcome is Outcome.LESSON_BUG


@given(checks)
def test_nothing_seen_and_nothing_there__passes_only_what_asks_for_absence(check: dict[str, Any]) -> None:
    if "absent" not in str(check) and "not" not in str(check):
        assert verdict(check, World()).outcome is Outcome.NOT_YET


@given(st.lists(leaves, min_size=1, max_size=3), worlds)
def test_all_and_any__are_what_they_are_called(checks: list[dict[str, Any]], world: World) -> None:
    each = [verdict(check, world).outcome is Outcome.PASSED for check in checks]
    assert (verdict({"all": checks}, world).outcome is Outcome.PASSED) == all(each)
    assert (verdict({"any": checks}, world).outcome is Outcome.PASSED) == any(each)


@given(checks, worlds, st.data())
def test_what_cannot_be_told__turns_no_verdict_round(
    check: dict[str, Any], world: World, data: st.DataObject
) -> None:
    beside = ["registry", "registry-tags", "file", "files", "port"]
    away = data.draw(st.lists(st.sampled_from(beside), min_size=1, unique=True))
    found = verdict(check, replace(world, unknown=dict.fromkeys(away, "registry-unreachable")))
    assert found.outcome is not Outcome.LESSON_BUG, found.message
    if found.outcome is not Outcome.CANNOT_TELL:
        assert found.outcome is verdict(check, world).outcome
    assert found.next or found.outcome is Outcome.PASSED
