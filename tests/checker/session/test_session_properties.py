"""Laws of the desk, on an engine that is made up: what was achieved is never lost."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import checks, worlds
from world import World, condition, listed, of_kind, step, thing

from checker.course.lesson import Lesson
from checker.errors import EngineUnreachable
from checker.facts.needs import Need
from checker.facts.objects import Container, Event, Image
from checker.session.journal import Journal
from checker.session.session import Session
from checker.sources.endpoint import Endpoint
from checker.verdict import Outcome


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

    def ids(self) -> tuple[str, ...]:
        return (self.only.id,)

    def lesson(self, lesson_id: str) -> Lesson:
        assert lesson_id == self.only.id
        return self.only


@contextmanager
def desk_with(written: list[dict[str, Any]], engine: MadeUp) -> Iterator[Session]:
    steps = [replace(step(condition(check)), id=f"step-{n}", number=n) for n, check in enumerate(written, 1)]
    lesson = Lesson("boats", "Boats", 1, (), tuple(steps), "", Path("01-boats.md"))
    with TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite")
        with Session(OneLesson(lesson), Endpoint("unix:///made-up.sock"), journal) as session:
            session.reader = engine
            yield session


acts = st.lists(worlds | st.sampled_from(["away", "glance", "go on"]), min_size=1, max_size=5)


@settings(max_examples=60)
@given(st.lists(checks, min_size=1, max_size=4), worlds, acts)
def test_achieved__is_never_lost(written: list[dict[str, Any]], start: World, acts: list[Any]) -> None:
    engine = MadeUp(replace(start, events=()))
    with desk_with(written, engine) as session:
        session.begin_tracking("boats")
        achieved: dict[str, str] = {}
        for act in acts:
            do(act, session, engine)
            report = {step.step: step for step in session.check().steps}
            for step_id, at in achieved.items():
                assert report[step_id].achieved_at == at
                assert report[step_id].verdict.outcome is Outcome.PASSED
            achieved = {step.step: step.achieved_at for step in report.values() if step.achieved_at}
            passed = {step.step for step in report.values() if step.verdict.outcome is Outcome.PASSED}
            assert passed == achieved.keys()


def do(act: Any, session: Session, engine: MadeUp) -> None:
    """The world changes, the engine goes away, or the observer or a restart intervenes."""
    match act:
        case World():
            engine.becomes(act)
            for asked in session.lesson().steps:
                if asked.is_question and act.answer is not None:
                    session.answer(asked.id, act.answer)
        case "away":
            engine.away = True
        case "glance" if not engine.away:
            session.evaluate_goals()
        case "go on" if not engine.away:
            session.begin_tracking("boats", anew=False)
