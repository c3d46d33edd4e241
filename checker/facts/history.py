"""What was seen since a lesson was started. Plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NoReturn

from checker.errors import EventsMissing
from checker.facts.objects import Container, Event, Image, Network, Seen, Volume, full_name
from checker.facts.sightings import Sightings

NOTHING = Sightings()
NONE: frozenset[str] = frozenset()
FORGOTTEN = (
    "The engine remembers only its last events and has forgotten some of this step's. "
    "It cannot be told whether this step is done. Do it once more, and check right after it."
)


class _ForgottenEvents(tuple[Event, ...]):
    """Events that nobody knows: looking at them raises EventsMissing."""

    def __iter__(self) -> NoReturn:
        raise EventsMissing(FORGOTTEN)

    def __len__(self) -> NoReturn:
        raise EventsMissing(FORGOTTEN)


@dataclass(frozen=True)
class History:
    """What was seen since the lesson was started, oldest first.

    `start` is the start state, `seen` every sighting since. `since` (nanoseconds) is when the last
    of the steps before this one was achieved, or else the start: what came after it was done for
    this step.
    """

    start: Sightings = NOTHING
    seen: Sightings = NOTHING
    events: tuple[Event, ...] = ()
    since: int = 0

    def __post_init__(self) -> None:
        """Accept any tuple. Sightings are kept as they are, with the indexes they have built."""
        for name, things in (("start", self.start), ("seen", self.seen)):
            if not isinstance(things, Sightings):
                object.__setattr__(self, name, Sightings(things))

    def noting(self, found: Iterable[object]) -> "History":
        """The history, with the docker objects among these values that were never seen as they are now."""
        values = (each for value in found for each in (value if isinstance(value, tuple) else (value,)))
        objects = dict.fromkeys(each for each in values if isinstance(each, Seen))
        new = [each for each in objects if each not in self.start.known and each not in self.seen.known]
        return replace(self, seen=Sightings((*self.seen, *new))) if new else self

    @property
    def start_images(self) -> tuple[Image, ...]:
        """The images of the start state."""
        return self.start.images

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """Every sighting of an image, the start state included."""
        return self.start.images + self.seen.images

    @property
    def start_containers(self) -> frozenset[str]:
        """The IDs of the containers of the start state."""
        return self.start.container_ids

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Every sighting of a container, the start state included."""
        return self.start.containers + self.seen.containers

    def ids_of(self, name: str) -> frozenset[str]:
        """IDs of all images that were seen under this full name."""
        return self.start.ids.get(name, NONE) | self.seen.ids.get(name, NONE)

    def names_of(self, image_id: str) -> frozenset[str]:
        """All full names under which this image was seen."""
        return self.start.names.get(image_id, NONE) | self.seen.names.get(image_id, NONE)

    def at_start(self, name: str) -> bool:
        """Whether the start state had an image of this full name."""
        return name in self.start.ids

    def had(self, kind: type[Volume] | type[Network], name: str) -> bool:
        """Whether a volume or a network of this name was seen, at the start or since then."""
        return any(isinstance(each, kind) and each.name == name for each in (*self.start, *self.seen))

    def began_with(self, kind: type[Volume] | type[Network], name: str) -> bool:
        """Whether the start state had a volume or a network of this name."""
        return any(isinstance(each, kind) and each.name == name for each in self.start)

    @property
    def is_incomplete(self) -> bool:
        """Whether the engine has forgotten events of this step."""
        return any(each.is_gap and each.time_nano > self.since for each in self.events)

    def certain(self) -> "History":
        """This history; if it is incomplete, with events that raise EventsMissing when they are looked at."""
        return replace(self, events=_ForgottenEvents()) if self.is_incomplete else self

    def of(self, type_: str, *actions: str, recent: bool = False) -> Iterator[Event]:
        """The events of one type and of these actions; `recent`: since the last achievement."""
        for event in self.events:
            fresh = not recent or event.time_nano > self.since
            if fresh and event.type == type_ and event.action in actions:
                yield event

    def tagged(self) -> frozenset[str]:
        """Full names that were given to images here, by a tag or a build."""
        written = (event.attributes.get("name", "") for event in self.of("image", "tag"))
        return frozenset(filter(None, map(full_name, written)))

    def arrivals(self) -> tuple[str, ...]:
        """Full names that were pulled, tagged, built or imported since the lesson was started."""
        written = (
            event.id if event.action == "pull" else event.attributes.get("name", "")
            for event in self.of("image", "pull", "tag")
        )
        return tuple(dict.fromkeys(filter(None, map(full_name, written))))
