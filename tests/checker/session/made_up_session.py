"""A session on an engine that is made up: no Docker, no network, a journal on disk."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from world import World, condition, listed, of_kind, step, thing

from checker.course.lesson import Lesson
from checker.errors import EngineUnreachable
from checker.facts.needs import Need
from checker.facts.objects import Container, Event, Image
from checker.session.journal import Journal
from checker.session.session import Session
from checker.session.wake import Waker
from checker.sources.endpoint import Endpoint


@dataclass
class MadeUp:
    """An engine and its reader in one: it is as the world of the moment, or it is away."""

    world: World = field(default_factory=World)
    away: bool = False
    happened: list[Event] = field(default_factory=list)

    @property
    def engine(self) -> "MadeUp":
        return self

    def close(self) -> None:
        """There is nothing to let go of."""

    def becomes(self, world: World) -> None:
        """What happens in a world happens now, after all that happened before."""
        self.world, self.away = world, False
        now = time.time_ns()
        self.happened += [replace(event, time_nano=now + n) for n, event in enumerate(world.history().events)]

    def read(self, needs: Iterable[Need[object]]) -> dict[Need[object], Any]:
        self._must_be_there()
        return self.world.find(needs)

    def events(self, since: int) -> tuple[Event, ...]:
        self._must_be_there()
        return tuple(event for event in self.happened if event.time_nano >= since)

    def images(self) -> tuple[Image, ...]:
        return tuple(of_kind(Image, self._here()))

    def containers(self) -> tuple[Container, ...]:
        return tuple(listed(each) for each in of_kind(Container, self._here()))

    def _here(self) -> list[Any]:
        self._must_be_there()
        return list(map(thing, self.world.start if self.world.now is None else self.world.now))

    def _must_be_there(self) -> None:
        if self.away:
            raise EngineUnreachable("It is away.")


@dataclass(frozen=True)
class OneLesson:
    """A course of one lesson."""

    only: Lesson
    id: str = "seamanship"

    def ids(self) -> tuple[str, ...]:
        return (self.only.id,)

    def lesson(self, lesson_id: str) -> Lesson:
        assert lesson_id == self.only.id
        return self.only


def session_with(
    written: list[dict[str, Any]], engine: MadeUp, folder: Path, course: str = "seamanship"
) -> Session:
    """A session of a lesson `boats` with these checks; its journal is in the folder."""
    steps = [replace(step(condition(check)), id=f"step-{n}", number=n) for n, check in enumerate(written, 1)]
    lesson = Lesson("boats", "Boats", 1, (), tuple(steps), "", Path("01-boats.md"))
    journal = Journal(folder / "journal.sqlite", Waker(folder / "wake").wake)
    endpoint = Endpoint("unix:///made-up.sock")
    return Session(OneLesson(lesson, course), endpoint, journal, sources=engine)
