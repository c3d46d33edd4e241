"""Worlds and checks made up from a few words each, for the laws of judging."""

from typing import Any

from hypothesis import strategies as st
from world import World, hex_id

from checker.conditions.vocabulary import SUBJECTS
from checker.facts.facts import Elsewhere

Check = dict[str, Any]
Checks = st.SearchStrategy[Check]

NAMES = ["ubuntu", "ubuntu:22.04", "busybox", "hello-world", "localhost:5000/me/ubuntu"]
IDS = ["u1", "u2", "b1", "h1"]
CONTAINERS = ["probe", "prob", "calm", "calm#2"]
STATES = ["created", "created 127", "running", "paused", "restarting", "removing", "exited 0", "exited 1",
          "exited 137", "dead", "exited 0 --rm", "running --rm"]  # fmt: skip
names, ids, containers = map(st.sampled_from, (NAMES, IDS, CONTAINERS))
written = names | ids.map("<{}>".format)
remote_names = st.sampled_from(
    ["localhost:5000/me/ubuntu", "localhost:5000/me/box:1", "localhost:5001/me/ubuntu"]
)
misses = st.sampled_from(["library/ubuntu:9", "library/ubunut:latest", "library/busybx:latest", "x/y:z"])

images = st.tuples(ids, st.integers(0, 3), st.lists(names, max_size=3, unique=True)).map(
    lambda parts: f"{parts[0]}/{parts[1]} = {' '.join(parts[2])}"
)
made = st.tuples(containers, written, ids, st.sampled_from(STATES)).map(" ".join)
detailed = st.fixed_dictionaries(
    {"container": made},
    optional={
        "health": st.sampled_from(["starting", "healthy", "unhealthy"]),
        "networks": st.lists(st.sampled_from(["bridge", "front", "back"]), max_size=2, unique=True),
        "ports": st.sampled_from([{"80/tcp": 8080}, {"80/tcp": 9090}, {"443/tcp": 8080}]),
        "mounts": st.lists(
            st.sampled_from(
                [
                    {"target": "/data", "source": "notes"},
                    {"target": "/data", "source": "nots"},
                    {"target": "/data", "source": "/learner/notes", "kind": "bind"},
                    {"target": "/date", "source": "notes"},
                    {"target": "/data", "source": hex_id("nameless")},
                ]
            ),
            max_size=2,
        ),
        "error": st.just("Bind for 127.0.0.1:8080 failed: port is already allocated"),
    },
)
volumes = st.sampled_from(["notes", "nots", "old"])
networks = st.sampled_from(["front", "fornt", "back"])
members = st.lists(st.sampled_from(["probe", "calm"]), max_size=2, unique=True).map(" ".join)
others = volumes.map("volume {}".format) | st.tuples(st.just("network"), networks, members).map(" ".join)


def what(written: str | dict[str, Any]) -> str:
    """What there is one of: an image of an ID, a container, a volume, a network of a name."""
    text = written if isinstance(written, str) else written["container"]
    return " ".join(text.split()[: 2 if text.startswith(("volume", "network")) else 1])


things = st.lists(images | made | detailed | others, max_size=5, unique_by=what).map(tuple)
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
    | st.tuples(
        st.just("volume"), st.sampled_from(["create", "destroy"]), volumes | st.just(hex_id("nameless"))
    ).map(" ".join)
    | st.tuples(st.just("network"), st.sampled_from(["create", "destroy"]), networks).map(" ".join)
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
    logs=st.dictionaries(st.sampled_from(["probe", "calm"]), st.sampled_from(["", "all aboard"]), max_size=2),
    replies=st.dictionaries(
        st.just(8080), st.sampled_from([{"status": 0}, {"status": 200, "text": "hi"}, {"status": 404}])
    ),
    answer=answers,
    elsewhere=elsewhere,
    private=st.booleans(),
)


# Checks, a strategy for each kind


def kinds(
    subject: str, value: st.SearchStrategy[Any], words: list[str], optional: Any = None, **required: Any
) -> dict[str, Checks]:
    """The kinds of a subject that take the same keys: `subject word` -> checks of it."""
    word_key = str(SUBJECTS[subject][0].__struct_config__.tag_field)
    return {
        f"{subject} {word}": st.fixed_dictionaries(
            {word_key: st.just(word), subject: value, **required}, optional=optional
        )
        for word in words
    }


def questions(words: list[str], **about: Any) -> dict[str, Checks]:
    """Those of `answer`, whose subject is the word itself."""
    return {f"answer {word}": st.fixed_dictionaries({"answer": st.just(word), **about}) for word in words}


named = st.sampled_from(["probe", "calm"])
keep_images = {"keep": st.lists(names, max_size=2, unique=True)}
keep_containers = {"keep": st.lists(named, max_size=2, unique=True)}
image_qualities = {
    **dict.fromkeys(["same-as", "other-than", "built-on", "smaller-than"], names),
    "platform": st.sampled_from(["linux/amd64", "linux/arm64"]),
    "config": st.sampled_from(
        [{"user": "any-but-root"}, {"command": []}, {"exposes": [80], "env": {"A": "b"}}]
    ),
}
container_qualities = {
    "mounts": st.sampled_from([{"/data": "notes"}, {"/data": "./notes"}]),
    "networks": st.lists(networks, max_size=2, unique=True),
    "ports": st.just({80: 8080}),
    "health": st.just("healthy"),
    "answers": st.just(8080),
    "logs": st.just("aboard"),
}
runs = {"times": st.integers(1, 3), "code": st.integers(0, 1)}
parts = st.sampled_from(["host", "namespace", "name", "repository", "tag", "digest", "full-name"])
dockerfiles = st.sampled_from(["Dockerfile", "web/Dockerfile"])
texts = st.lists(st.sampled_from(["FROM", "x/y"]), max_size=2).map(tuple)
of_image = {"from": names}
every, stopped = st.just("any"), st.sampled_from(["all", "stopped"])
unwanted = st.sampled_from(["all", "unused", "dangling"])

KINDS: dict[str, Checks] = {
    **kinds("image", names, ["pulled", "removed", "untagged", "absent"]),
    **kinds(
        "image",
        names,
        ["present", "tagged", "built", "committed", "pulled-by-digest", "pulled-back"],
        image_qualities,
    ),
    **kinds("container", named, ["ran"], of_image | runs),
    **kinds("container", named, ["removed"], of_image),
    **kinds("container", named, ["exists", "running", "exited"], of_image | container_qualities),
    **kinds("volume", volumes, ["present", "created", "removed", "absent"]),
    **kinds("network", networks, ["removed", "absent"]),
    **kinds("network", networks, ["present", "created"], {"connects": st.lists(named, max_size=2)}),
    **kinds("registry", remote_names, ["present", "absent"]),
    **kinds("registry", remote_names, ["pushed"], {"same-as": names}),
    **kinds("file", dockerfiles, ["dockerfile"], {"base": names}),
    **kinds("file", dockerfiles, ["present"], {"contains": texts}),
    **questions(["layers", "image-that-ran", "container-using", "id", "digest", "other-name"], of=names),
    **questions(["part"], of=names, part=parts),
    **questions(["invalid-one"], of=st.just(["ubuntu", "Ubuntu"])),
}
ANY_CONTAINER: list[Checks] = [
    *kinds("container", every, ["ran"], runs, **of_image).values(),
    *kinds("container", every, ["exists", "running"], container_qualities, **of_image).values(),
    *kinds("container", every, ["removed"], **of_image).values(),
]
KINDS_OF_ALL: dict[str, Checks] = {
    **kinds("images", unwanted, ["none"], keep_images),
    **kinds("images", st.just("dangling"), ["made"]),
    **kinds("images", st.just("all"), ["only"], these=st.lists(names, min_size=1, max_size=2)),
    **kinds("containers", stopped, ["none"], keep_containers),
}


def combined(leaves: Checks) -> Checks:
    """Checks made of such checks."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)})
            | st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)})
            | st.fixed_dictionaries({"not": inner})
        ),
        max_leaves=4,
    )


leaves = st.one_of(*KINDS.values(), *ANY_CONTAINER)
of_all = st.one_of(*KINDS_OF_ALL.values())
checks = combined(leaves | of_all)
checks_of_some = combined(leaves)
