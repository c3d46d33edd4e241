"""Engines and what was seen on them, in the words of tests/data/judge (see the README.md there)."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, Union

import msgspec

from checker.conditions.base import Condition
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS
from checker.course.lesson import Step
from checker.errors import CannotTell
from checker.facts.facts import Elsewhere, Facts
from checker.facts.gathering import Gathering
from checker.facts.history import History
from checker.facts.needs import (
    CountHistory,
    InspectContainer,
    InspectImage,
    InspectNetwork,
    InspectVolume,
    ListContainers,
    ListDangling,
    ListFiles,
    ListImages,
    ListTags,
    ListVolumes,
    Need,
    ProbePort,
    ReadFile,
    ReadLogs,
    ResolveReference,
)
from checker.facts.objects import (
    Container,
    Event,
    File,
    Image,
    ImageConfig,
    Mount,
    Network,
    RemoteImage,
    Reply,
    Seen,
    Volume,
    full_name,
)
from checker.judge import diagnostic_needs

ENGINE = "unix:///engine.sock"
FOLDER = "/learner"
ANSWER_WITH = "dockyard answer the-step ANSWER"
Written = str | dict[str, Any]
Kind = TypeVar("Kind", bound=Seen)


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


def step(check: Condition, **fields: Any) -> Step:
    return Step("the-step", 2, "Do it.", 1, check, ("Think.",), "docker do", **fields)


def hex_id(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def ids_in(text: str) -> str:
    """The text with `<h1>` and `<<h1>>` replaced by the short and the long ID of the image `h1`."""
    text = re.sub(r"<<(\w+)>>", lambda found: hex_id(found[1]), text)
    return re.sub(r"<(\w+)>", lambda found: hex_id(found[1])[:12], text)


@dataclass(frozen=True)
class World:
    """An engine, and what was seen on it and beside it."""

    start: tuple[Written, ...] = ()
    seen: tuple[Written, ...] = ()
    now: tuple[Written, ...] | None = None
    events: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    remote: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str | None] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    answer: str | None = None
    elsewhere: Elsewhere | None = None
    private: bool = True

    @classmethod
    def of(cls, case: dict[str, Any]) -> "World":
        lists = {key: tuple(case[key]) for key in ("start", "seen", "now", "events") if key in case}
        others = ("rows", "remote", "files", "logs", "replies", "unknown")
        maps = {key: case[key] for key in others if key in case}
        away = case.get("elsewhere")
        there = Elsewhere(**{**away, "holds": tuple(away.get("holds", ()))}) if away else None
        answer = ids_in(case["answer"]) if "answer" in case else None
        return cls(**lists, **maps, answer=answer, elsewhere=there, private=case.get("private", True))

    def history(self) -> History:
        events, since = happened(self.events)
        return History(
            start=tuple(map(listed, map(thing, self.start))),
            seen=tuple(map(listed, map(thing, self.seen))),
            events=events,
            since=since,
        )

    def facts(self, check: Condition, *, causes: bool = True) -> Facts:
        """What a condition gets to see: what it declared and nothing else, as with a real engine.

        `causes`: also what it wants to see for its diagnoses.
        """
        nothing = Facts(ENGINE, {}, self.history(), self.answer, ANSWER_WITH, FOLDER, private=self.private)
        gathering = Gathering(nothing, self.read)
        facts = gathering.for_goals([check])
        if not causes:
            return facts
        facts = gathering.for_causes(diagnostic_needs(step(check), facts))
        return replace(facts, elsewhere=self.elsewhere)

    def read(self, needs: Iterable[Need[object]]) -> dict[Need[object], Any]:
        return {need: self._reading(need) for need in needs}

    def _reading(self, need: Need[object]) -> Any:
        """What a need finds; `unknown` names what cannot be told: `ListImages`, `InspectImage NAME`."""
        kind, key = type(need).__name__, " ".join(map(str, vars(need).values()))
        for what, reason in self.unknown.items():
            if what in (f"{kind} {key}", kind):
                error = CannotTell(f"{what} cannot be told", ("dockyard doctor",))
                error.reason = reason
                return error
        return (self._beside(key) | self._on_the_engine(key))[type(need)]()

    def _on_the_engine(self, key: str) -> dict[type[Need[Any]], Callable[[], Any]]:
        here = list(map(thing, self.start if self.now is None else self.now))
        images, containers = of_kind(Image, here), of_kind(Container, here)
        image = next((i for i in images if key in (i.id, *i.names, *i.digests)), None)
        container = next((c for c in containers if key in (c.id, c.name)), None)
        rows = {full_name(name): number for name, number in self.rows.items()}
        return {
            InspectImage: lambda: image,
            CountHistory: lambda: rows.get(key, len(image.layers)) if image else 0,
            ListImages: lambda: tuple(images),
            ListDangling: lambda: tuple(i for i in images if not i.names and not stood_on(i, images)),
            InspectContainer: lambda: container,
            ListContainers: lambda: tuple(map(listed, containers)),
            ReadLogs: lambda: self.logs.get(container.name, "") if container else None,
            InspectVolume: lambda: next((each for each in of_kind(Volume, here) if each.name == key), None),
            ListVolumes: lambda: tuple(of_kind(Volume, here)),
            InspectNetwork: lambda: next((each for each in of_kind(Network, here) if each.name == key), None),
        }

    def _beside(self, key: str) -> dict[type[Need[Any]], Callable[[], Any]]:
        held = {full_name(name) or "": about for name, about in self.remote.items()}
        tags = (name.rpartition(":") for name in held)
        repository = key.rpartition(":")[0]
        return {
            ResolveReference: lambda: remote(held[key]) if key in held else None,
            ListTags: lambda: tuple(tag for name, _, tag in tags if name == repository),
            ReadFile: lambda: File(key, self.files[key]) if key in self.files else None,
            ListFiles: lambda: tuple(sorted(self.files)),
            ProbePort: lambda: Reply(**self.replies[int(key)]) if int(key) in self.replies else None,
        }


def stood_on(base: Image, images: Iterable[Image]) -> bool:
    return any(image.is_built_on(base) and image.layers != base.layers for image in images)


def of_kind(kind: type[Kind], things: Iterable[Seen]) -> list[Kind]:
    return [each for each in things if isinstance(each, kind)]


def remote(about: dict[str, str]) -> RemoteImage:
    config = about.get("config")
    return RemoteImage(f"sha256:{hex_id(about['digest'])}", f"sha256:{hex_id(config)}" if config else None)


def thing(written: Written) -> Seen:
    """An image, a container, a volume or a network."""
    if isinstance(written, dict):
        return detailed(written)
    if "=" in written:
        return image(written)
    word, name, *rest = written.split()
    if word == "volume":
        return Volume(name)
    if word == "network":
        return Network(name, "bridge", tuple(each for each in rest if each[0] != "-"), "--internal" in rest)
    return container(written)


def image(written: str) -> Image:
    head, _, names = written.partition("=")
    word, _, layers = head.strip().partition("/")
    full = sorted(filter(None, (full_name(name) for name in names.split() if name[0] != "@")))
    digests = sorted(digest(name[1:], word) for name in names.split() if name[0] == "@")
    stack = layers.split("+") if layers and not layers.isdecimal() else range(int(layers or 1))
    return Image(
        f"sha256:{hex_id(word)}",
        tuple(full),
        tuple(f"layer{n}" for n in stack),
        tuple(digests),
        "linux/amd64",
    )


def digest(written: str, word: str) -> str:
    """`docker.io/library/ubuntu@sha256:…` for `ubuntu` (of the image's own word) or `ubuntu!d1`."""
    repository, _, other = written.partition("!")
    full = (full_name(repository) or "").rpartition(":")[0]
    return f"{full}@sha256:{hex_id(other or word)}"


def container(written: str) -> Container:
    name, image_, word, state, *rest = written.split()
    code = next((int(each) for each in rest if each.isdecimal()), None)
    identity, image_id = hex_id(name), f"sha256:{hex_id(word)}"
    return Container(identity, name.partition("#")[0], ids_in(image_), image_id, state, code, "--rm" in rest)


def detailed(written: dict[str, Any]) -> Seen:
    """What an inspection shows: an image with its config, a container with all about it."""
    rest = {key: value for key, value in written.items() if key not in ("image", "container")}
    if "image" in written:
        config = msgspec.convert(rest.pop("config", {}), type=ImageConfig)
        found = image(written["image"])
        layers = tuple(map(ids_in, rest.pop("layers", found.layers)))
        return replace(found, config=config, layers=layers, **rest)
    mounts = tuple(Mount(**each) for each in rest.pop("mounts", ()))
    networks = tuple(rest.pop("networks", ()))
    return replace(container(written["container"]), mounts=mounts, networks=networks, **rest)


def listed(seen: Seen) -> Seen:
    """An object as a list shows it, which is less than an inspection does; an image keeps its layers."""
    if not isinstance(seen, Container):
        return seen
    code = seen.exit_code if seen.state == "exited" else None
    return replace(seen, exit_code=code, auto_remove=False, error="", health="")


def happened(lines: Iterable[str]) -> tuple[tuple[Event, ...], int]:
    events: list[Event] = []
    since = 0
    for nano, line in enumerate(lines, 1):
        if line == "---":
            since = nano
        else:
            events.append(event(nano, *ids_in(line).split()))
    return tuple(events), since


def event(nano: int, action: str, who: str = "", about: str = "", more: str = "") -> Event:
    match action:
        case "miss":
            repository, _, tag = who.partition(":")
            return Event(nano, "hub", "miss", who, {"repository": repository, "tag": tag})
        case "denied" | "login":
            registry, _, repository = who.partition("/")
            return Event(nano, "hub", action, who, {"registry": registry, "repository": repository})
        case "pull" | "push":
            return Event(nano, "image", action, who, {"name": who})
        case "tag" | "untag" | "delete" | "import" | "load":
            return Event(nano, "image", action, f"sha256:{hex_id(who)}", {"name": about} if about else {})
        case "prune":
            return Event(nano, who, "prune", "", {"reclaimed": "1"})
        case "volume":
            return Event(nano, "volume", who, about)
        case "network":
            return Event(nano, "network", who, hex_id(about), {"name": about, "container": hex_id(more)})
    attributes = {"name": who.partition("#")[0], "image": ids_in(about)}
    if action == "commit":
        attributes |= {"imageID": f"sha256:{hex_id(more)}"}
    elif more:
        attributes |= {"exitCode": more}
    return Event(nano, "container", action, hex_id(who), attributes)
