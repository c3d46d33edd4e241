"""Judges the lesson of a run: catches up with what happened, looks, and stores what is found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from checker.course.digest import check_digest
from checker.course.lesson import Lesson, Step
from checker.errors import CannotTell
from checker.facts.facts import Elsewhere, Facts
from checker.facts.gathering import Read
from checker.facts.objects import Event
from checker.session.journal import Journal, now
from checker.session.look import Look
from checker.session.run import Run, RunState
from checker.verdict import Verdict

Events = Callable[[int], Iterable[Event]]  # gives the events after a time (nanoseconds)


@dataclass(frozen=True)
class Judging:
    """`facts` holds what is the same for every step: the engine, the folder. `events` gives those of the
    engine as they are known here, `ask` asks the engine itself, `failed_requests` gives those of the
    registries beside it.
    """

    journal: Journal
    facts: Facts
    read: Read
    events: Events
    ask: Events
    failed_requests: Events

    def judge(
        self,
        lesson: Lesson,
        steps: tuple[Step, ...],
        run: Run,
        elsewhere: Callable[[Iterable[str]], Elsewhere | None],
    ) -> tuple[dict[str, Verdict], RunState]:
        """Step -> its verdict, and what is known of the run then."""
        look = self._look(lesson, self.journal.state(run))
        try:
            look = self._look(lesson, self._caught_up(look.state))
            verdicts = look.verdicts(steps, elsewhere)
        except CannotTell as error:
            commands = self.facts.commands
            verdicts = {step.id: Verdict.unknown(error, commands.at(lesson.id, step.id)) for step in steps}
        return verdicts, self._stored(lesson, look.state, verdicts)

    def evaluate_goals(self, lesson: Lesson, run: Run) -> tuple[str, ...]:
        """Test the goals of the open steps in order, and keep each one that is reached at once.

        What a step needs is read when it is that step's turn. If something happened meanwhile, it
        looks again: a goal that holds only in the middle of a command is not reached.
        """
        state, reached = self.journal.state(run), []
        look = self._look(lesson, state)
        try:
            look = self._look(lesson, self._caught_up(state))
            for step in lesson.steps:
                while step.id not in state.achieved and (verdict := look.reached(step)):
                    again = self._confirmed(look.state)
                    if again.events == look.state.events:
                        self._stored(lesson, look.state, {step.id: verdict})
                        reached.append(step.id)
                        break
                    look = self._look(lesson, again)
        finally:
            self.journal.store(look.state)  # what was seen and what happened
        return tuple(reached)

    def _look(self, lesson: Lesson, state: RunState) -> Look:
        return Look(lesson, state, self.facts, self.read)

    def _caught_up(self, state: RunState) -> RunState:
        """The state after what has happened since the last look."""
        happened = self.events(state.last_engine_event)
        # Where a saved state was restored, requests from before belong to another attempt.
        resumed = (event.time_nano for event in state.events if event.action == "resumed")
        refused = self.failed_requests(max(resumed, default=state.run.since))
        return state.with_events((*happened, *refused))

    def _confirmed(self, state: RunState) -> RunState:
        """The state after what has happened by now, as the engine itself says.

        A stream may bring an event later than what it tells of can be seen: an image has its name
        before the event `tag` is here. The engine is asked after the look, so it leaves none out.
        """
        asked = (event for event in self.ask(state.last_engine_event) if not event.is_gap)
        return self._caught_up(state).with_events(asked)

    def _stored(self, lesson: Lesson, state: RunState, verdicts: Mapping[str, Verdict]) -> RunState:
        checks = {step: check_digest(lesson.step(step).check) for step in verdicts}
        return self.journal.store(state.with_verdicts(verdicts, checks, now()))
