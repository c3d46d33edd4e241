"""Laws of judging, on worlds and conditions made up from a few words each."""

from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from world import World, condition, hex_id, of_kind, step, thing

from checker.conditions.combined import All
from checker.facts import Elsewhere
from checker.judge import goal, judge
from checker.objects import Container, Image, familiar
from checker.verdict import Outcome, Verdict

NAMES = ["ubuntu", "ubuntu:22.04", "busybox", "hello-world", "localhost:5000/me/ubuntu"]
IDS = ["u1", "u2", "b1", "h1"]
CONTAINERS = ["probe", "prob", "calm", "calm#2"]
STATES = ["created", "created 127", "running", "paused", "restarting", "removing", "exited 0", "exited 1",
          "exited 137", "dead", "exited 0 --rm", "running --rm"]  # fmt: skip
names, ids, containers = st.sampled_from(NAMES), st.sampled_from(IDS), st.sampled_from(CONTAINERS)
written = names | ids.map("<{}>".format)
remote_names = st.sampled_from(
    ["localhost:5000/me/ubuntu", "localhost:5000/me/box:1", "localhost:5001/me/ubuntu"]
)
misses = st.sampled_from(["library/ubuntu:9", "library/ubunut:latest", "library/busybx:latest", "x/y:z"])

images = st.tuples(ids, st.integers(0, 3), st.lists(names, max_size=3, unique=True)).map(
    lambda parts: f"{parts[0]}/{parts[1]} = {' '.join(parts[2])}"
)
made = st.tuples(containers, written, ids, st.sampled_from(STATES)).map(" ".join)
things = st.lists(images | made, max_size=5, unique_by=lambda line: line.split()[0]).map(tuple)
events = st.lists(
    st.just("---")
    | names.map("pull {}".format)
    | misses.map("miss {}".format)
    | (remote_names | names).map("push {}".format)
    | st.sampled_from(["denied localhost:5001", "denied localhost:5001/me/ubuntu", "login localhost:5001"])
    | st.tuples(st.just("tag"), ids, remote_names).map(" ".join)
    | st.tuples(st.just("pull"), st.sampled_from(["ubuntu@sha256:<<u1>>", "busybox@sha256:<<b1>>"])).map(
        " ".join
    )
    | st.tuples(st.just("commit"), containers, written, ids).map(" ".join)
    | st.sampled_from(["import", "load"]).flatmap(lambda word: ids.map(f"{word} {{}}".format))
    | st.tuples(st.sampled_from(["tag", "untag", "delete"]), ids, names).map(" ".join)
    | st.tuples(st.sampled_from(["create", "start", "destroy"]), containers, written).map(" ".join)
    | st.tuples(st.just("die"), containers, written, st.sampled_from(["0", "1", "127", ""])).map(" ".join),
    max_size=8,
).map(tuple)
hashes = ids.map(hex_id)
answers = (
    st.none()
    | st.sampled_from(["", " ", "0", "3", "ubuntu", "calm", "a b", "latest", "none", "Ubuntu"])
    | hashes
    | st.tuples(hashes, st.integers(1, 12)).map(lambda cut: cut[0][: cut[1]])
    | hashes.map("ubuntu@sha256:{}".format)
    | st.text(max_size=8)
)
elsewhere = st.none() | st.builds(
    Elsewhere,
    st.just("tcp://far:2375"),
    st.just("DOCKER_HOST"),
    st.booleans(),
    st.just("dockyard shell"),
    st.lists(names, max_size=1).map(tuple),
)
worlds = st.builds(
    World,
    start=things,
    seen=things,
    now=st.none() | things,
    events=events,
    rows=st.dictionaries(names, st.integers(0, 9), max_size=2),
    files=st.dictionaries(
        st.sampled_from(["Dockerfile", "dockerfile.txt", "web/Dockerfile"]),
        st.none() | st.sampled_from(["", "RUN true", "FROM ubuntu", "FROM x/y:z AS a\nFROM a", "FROM $A"]),
        max_size=2,
    ),
    remote=st.dictionaries(
        remote_names, st.fixed_dictionaries({"digest": ids}, optional={"config": ids}), max_size=2
    ),
    answer=answers,
    elsewhere=elsewhere,
    private=st.booleans(),
)

gone_or_here = st.sampled_from(["present", "pulled", "removed", "untagged", "absent"])
questions = st.sampled_from(["layers", "image-that-ran", "container-using", "id", "digest", "other-name"])
parts = st.sampled_from(["host", "namespace", "name", "repository", "tag", "digest", "full-name"])
named = st.sampled_from(["probe", "calm"])
qualities = {
    **dict.fromkeys(["same-as", "other-than", "built-on", "smaller-than"], names),
    "platform": st.sampled_from(["linux/amd64", "linux/arm64"]),
    "config": st.sampled_from(
        [{"user": "any-but-root"}, {"command": []}, {"exposes": [80], "env": {"A": "b"}}]
    ),
}
made_here = st.sampled_from(["present", "tagged", "built", "committed", "pulled-by-digest"])
leaves: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries({"image": names, "is": made_here}, optional=qualities)
    | st.fixed_dictionaries(
        {"file": st.just("Dockerfile"), "is": st.just("dockerfile")}, optional={"base": names}
    )
    | st.fixed_dictionaries(
        {"file": st.sampled_from(["Dockerfile", "web/Dockerfile"]), "is": st.just("present")},
        optional={"contains": st.lists(st.sampled_from(["FROM", "x/y"]), max_size=2).map(tuple)},
    )
    | st.fixed_dictionaries({"image": names, "is": gone_or_here})
    | st.fixed_dictionaries({"answer": questions, "of": names})
    | st.fixed_dictionaries({"answer": st.just("part"), "of": names, "part": parts})
    | st.just({"answer": "invalid-one", "of": ["ubuntu", "Ubuntu"]})
    | st.fixed_dictionaries(
        {"container": named | st.just("any"), "from": names, "is": st.just("ran")},
        optional={"times": st.integers(1, 3), "code": st.integers(0, 1)},
    )
    | st.fixed_dictionaries({"container": named, "from": names, "is": st.just("exited")})
    | st.fixed_dictionaries({"registry": remote_names, "is": st.sampled_from(["present", "absent"])})
    | st.fixed_dictionaries({"registry": remote_names, "is": st.just("pushed")}, optional={"same-as": names})
)
kept = {"keep": st.lists(names, max_size=2, unique=True)}
of_all: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries(
        {"images": st.sampled_from(["all", "unused", "dangling"]), "is": st.just("none")}, optional=kept
    )
    | st.just({"images": "dangling", "is": "made"})
    | st.fixed_dictionaries(
        {"images": st.just("all"), "is": st.just("only"), "these": st.lists(names, min_size=1, max_size=2)}
    )
    | st.fixed_dictionaries(
        {"containers": st.sampled_from(["all", "stopped"]), "is": st.just("none")},
        optional={"keep": st.lists(named, max_size=2, unique=True)},
    )
)


def combined(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)})
            | st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)})
            | st.fixed_dictionaries({"not": inner})
        ),
        max_leaves=4,
    )


checks = combined(leaves | of_all)
checks_of_some = combined(leaves)

UNRELATED_THINGS = [
    "z1 = fern",
    "z2/4 = moss:3 lichen",
    "z3 =",
    "oak fern z1 running",
    "elm moss:3 z2 exited 1",
]
UNRELATED_EVENTS = ["pull fern:latest", "tag z2 lichen:latest", "untag z3", "delete z3", "start oak fern",
                    "die oak fern 0", "destroy oak fern", "miss library/bracken:latest"]  # fmt: skip


def verdict(check: dict[str, Any], world: World) -> Verdict:
    read = condition(check)
    return judge(step(read), world.facts(read))


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
        assert all(command.strip() for command in found.next)


@given(checks, worlds)
def test_goal__agrees_with_the_verdict_though_it_sees_less(check: dict[str, Any], world: World) -> None:
    read = condition(check)
    seen = goal(step(read), world.facts(read, causes=False))
    assert (seen is not None) == (verdict(check, world).outcome is Outcome.PASSED)


@given(checks_of_some, worlds, st.data())
def test_what_is_unrelated__changes_no_outcome(
    check: dict[str, Any], world: World, data: st.DataObject
) -> None:
    more = tuple(data.draw(st.lists(st.sampled_from(UNRELATED_THINGS), unique=True)))
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


@given(worlds)
def test_an_empty_all__never_passes(world: World) -> None:
    nothing = All(())
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
