"""Facts that are made up: what an engine would have told, had it been asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, Union

import msgspec

from checker.commands import Commands
from checker.conditions.base import Condition
from checker.conditions.subjects import kinds_of
from checker.conditions.vocabulary import COMBINATIONS
from checker.course.lesson import Step
from checker.errors import CannotTell
from checker.facts import needs
from checker.facts.facts import Elsewhere, Facts
from checker.facts.gathering import Gathering
from checker.facts.history import History
from checker.facts.needs import Need
from checker.facts.objects import Container, File, Image, Network, RemoteImage, Reply, Volume, full_name
from checker.facts.sightings import Sightings
from checker.judge import diagnostic_needs, judge
from checker.testing.language import Written, happened, hex_id, ids_in, listed, of_kind, thing
from checker.verdict import Verdict

ENGINE = "unix:///engine.sock"
FOLDER = "/learner"
Answers = dict[type[Need[Any]], Callable[[], Any]]


def condition(written: dict[str, Any]) -> Condition:
    """A check as it stands in a lesson, such as `{"image": "ubuntu", "is": "present"}`."""
    for word, combine in COMBINATIONS.items():
        if word in written:
            inner = [written[word]] if word == "not" else written[word]
            combined: Any = combine  # a combination has no reasons of its own, as the protocol asks
            made: Condition = combined(tuple(map(condition, inner)))
            return made
    kinds = next(kinds for kinds in map(kinds_of, written) if kinds)
    found: Condition = msgspec.convert(written, type=Union[kinds])  # noqa: UP007 - known at run time
    return found


def step(check: Condition, **fields: Any) -> Step:
    """A step with this check; its id is `the-step`."""
    return Step("the-step", 2, "Do it.", 1, check, ("Think.",), "docker do", **fields)


@dataclass(frozen=True)
class MadeUpFacts:
    """An engine, what was seen on it, and what is beside it, in the words of checker.testing.language.

    `start` is what was there when the lesson began, `seen` what was seen since, `now` what is there
    now (None: the same as at the start), `events` what happened, oldest first. `rows` are those of
    `docker history`; `remote` maps a full reference to what a registry holds, `{"digest": WORD,
    "config": WORD}`; `files` maps a path to its text (None: not text); `logs` maps a container to
    what it printed; `replies` maps a port to `{"status": 200, "text": …}`. `unknown` maps what cannot
    be told, `KIND` or `KIND KEY` of a need, to the reason. `read` maps any need to what is found.
    """

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
    read: Mapping[Need[Any], Any] = field(default_factory=dict)
    answer: str | None = None
    elsewhere: Elsewhere | None = None
    private: bool = True
    commands: Commands = field(default_factory=Commands)

    @classmethod
    def of(cls, case: Mapping[str, Any]) -> Self:
        """The facts of a written case: a mapping, as in a YAML file, with the names of the fields above."""
        others = ("rows", "remote", "files", "logs", "replies", "unknown", "private")
        fields: dict[str, Any] = {key: case[key] for key in others if key in case}
        lists = ("start", "seen", "now", "events")
        fields |= {key: tuple(case[key]) for key in lists if key in case}
        if "answer" in case:
            fields["answer"] = ids_in(case["answer"])
        if away := case.get("elsewhere"):
            fields["elsewhere"] = Elsewhere(**{**away, "holds": tuple(away.get("holds", ()))})
        return cls(**fields)

    def verdict(self, check: Condition, waiting_for: Iterable[str] = ()) -> Verdict:
        """What the judge says of a step with this check."""
        return judge(step(check), self.facts(check), waiting_for)

    def facts(self, check: Condition, *, causes: bool = True) -> Facts:
        """What the condition gets to see: what it declares and nothing else, as with a real engine.

        `causes`: also what it declares for its diagnoses.
        """
        nothing = Facts(
            ENGINE,
            {},
            self.history(),
            answer=self.answer,
            commands=self.commands.at("the-lesson", "the-step"),
            folder=FOLDER,
            private=self.private,
        )
        gathering = Gathering(nothing, self.find)
        facts = gathering.for_goals([check])
        if not causes:
            return facts
        facts = gathering.for_causes(diagnostic_needs(step(check), facts))
        return replace(facts, elsewhere=self.elsewhere)

    def history(self) -> History:
        """What was seen and what happened."""
        events, since = happened(self.events)
        start, seen = (Sightings(map(listed, map(thing, part))) for part in (self.start, self.seen))
        return History(start, seen, events, since)

    def find(self, wanted: Iterable[Need[object]]) -> dict[Need[object], Any]:
        """What each need finds; a CannotTell for what is `unknown`."""
        return {need: self._find_one(need) for need in wanted}

    def _find_one(self, need: Need[object]) -> Any:
        kind, key = type(need).__name__, " ".join(map(str, vars(need).values()))
        for what, reason in self.unknown.items():
            if what in (f"{kind} {key}", kind):
                error = CannotTell(f"{what} cannot be told", ("docker info",))
                error.reason = reason
                return error
        if need in self.read:
            return self.read[need]
        answers = self._on_the_engine(key) | self._beside_the_engine(key)
        if type(need) not in answers:
            raise LookupError(f"give MadeUpFacts(read={{{need}: …}}): {kind} is not a built-in kind of fact")
        return answers[type(need)]()

    def _on_the_engine(self, key: str) -> Answers:
        here = list(map(thing, self.start if self.now is None else self.now))
        images, containers = of_kind(Image, here), of_kind(Container, here)
        volumes, networks = of_kind(Volume, here), of_kind(Network, here)
        image = next((i for i in images if key in (i.id, *i.names, *i.digests)), None)
        container = next((c for c in containers if key in (c.id, c.name)), None)
        rows = {full_name(name): number for name, number in self.rows.items()}
        return {
            needs.InspectImage: lambda: image,
            needs.CountHistory: lambda: rows.get(key, len(image.layers)) if image else 0,
            needs.ListImages: lambda: tuple(images),
            needs.ListDangling: lambda: tuple(i for i in images if not i.names and not _is_base(i, images)),
            needs.InspectContainer: lambda: container,
            needs.ListContainers: lambda: tuple(map(listed, containers)),
            needs.ReadLogs: lambda: self.logs.get(container.name, "") if container else None,
            needs.InspectVolume: lambda: next((each for each in volumes if each.name == key), None),
            needs.ListVolumes: lambda: tuple(volumes),
            needs.InspectNetwork: lambda: next((each for each in networks if each.name == key), None),
        }

    def _beside_the_engine(self, key: str) -> Answers:
        held = {full_name(name) or "": about for name, about in self.remote.items()}
        tags = (name.rpartition(":") for name in held)
        repository = key.rpartition(":")[0]
        return {
            needs.ResolveReference: lambda: _remote(held[key]) if key in held else None,
            needs.ListTags: lambda: tuple(tag for name, _, tag in tags if name == repository),
            needs.ReadFile: lambda: File(key, self.files[key]) if key in self.files else None,
            needs.ListFiles: lambda: tuple(sorted(self.files)),
            needs.ProbePort: lambda: Reply(**self.replies[int(key)]) if int(key) in self.replies else None,
        }


def _is_base(image: Image, images: Iterable[Image]) -> bool:
    return any(other.is_built_on(image) and other.layers != image.layers for other in images)


def _remote(about: dict[str, str]) -> RemoteImage:
    config = about.get("config")
    return RemoteImage(f"sha256:{hex_id(about['digest'])}", f"sha256:{hex_id(config)}" if config else None)
