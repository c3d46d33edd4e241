"""One look at a lesson: facts are gathered and its steps are judged, from what is known of its run.

It reads through the function that it is given and keeps nothing; the session stores `state` afterwards.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from checker.course.lesson import Lesson, Step
from checker.facts.facts import Elsewhere, Facts
from checker.facts.gathering import Gathering, Read
from checker.judge import diagnostic_needs, goal, judge
from checker.session.run import RunState
from checker.verdict import Verdict

Steps = tuple[Step, ...]


class Look:
    """Judges steps of a lesson. `facts` holds what is the same for every step: the engine, the folder."""

    def __init__(self, lesson: Lesson, state: RunState, facts: Facts, read: Read) -> None:
        self._lesson = lesson
        self._state = state
        self._gathering = Gathering(replace(facts, history=state.history), read)

    @property
    def state(self) -> RunState:
        """What is known of the run by now, with all that was seen in this look."""
        return self._state.with_seen(self._gathering.facts.history.seen)

    def reached(self, step: Step) -> Verdict | None:
        """The verdict on a step whose goal holds now; None for any other. No cause is looked for."""
        verdict = self._goals((step,))[step.id]
        return verdict if verdict and verdict.true_now else None

    def verdicts(
        self, steps: Steps, elsewhere: Callable[[Iterable[str]], Elsewhere | None]
    ) -> dict[str, Verdict]:
        """Step -> the verdict on it, with the cause.

        `elsewhere` gives the engine that the learner's shell talks to; it is asked for the lesson's
        images there while nothing happens here.
        """
        achieved = self._state.achieved
        goals = self._goals(self._with_those_before(steps))
        failing = tuple(step for step in steps if not goals[step.id] and step.id not in achieved)
        if failing:
            self._gather_causes(failing)
            away = elsewhere(() if self._is_busy() else self._lesson.image_names())
            self._gathering.facts = replace(self._gathering.facts, elsewhere=away)
        done = achieved.keys() | {step for step, found in goals.items() if found and found.true_now}
        return {
            step.id: self._judged(step, done)
            if step in failing
            else goals[step.id] or Verdict.passed(achieved[step.id].evidence, true_now=False)
            for step in steps
        }

    def _with_those_before(self, steps: Steps) -> Steps:
        """The steps and those that they build on, in order."""
        before = {earlier.id for step in steps for earlier in self._lesson.before(step)}
        return tuple(step for step in self._lesson.steps if step in steps or step.id in before)

    def _goals(self, steps: Steps) -> dict[str, Verdict | None]:
        self._gathering.for_goals(step.check for step in steps)
        return {step.id: goal(step, self._facts_for(step)) for step in steps}

    def _gather_causes(self, failing: Steps) -> None:
        needs = (need for step in failing for need in diagnostic_needs(step, self._facts_for(step)))
        self._gathering.for_causes(needs)

    def _is_busy(self) -> bool:
        """Whether something happened on the engine since the last achievement."""
        achieved = self._state.achieved.values()
        latest = max((each.at_nano for each in achieved), default=self._state.run.since)
        return self._state.last_event > latest

    def _judged(self, step: Step, done: AbstractSet[str]) -> Verdict:
        missing = (self._lesson.step(each) for each in step.after if each not in done)
        waiting = (f"step {each.number} (`{each.id}`)" for each in missing)
        return judge(step, self._facts_for(step), waiting)

    def _facts_for(self, step: Step) -> Facts:
        """The facts as one step sees them: its answer, and what is recent for it."""
        facts, achieved = self._gathering.facts, self._state.achieved
        earlier = (each.id for each in self._lesson.steps[: step.number - 1])
        since = max([facts.history.since, *(achieved[each].at_nano for each in earlier if each in achieved)])
        return replace(
            facts,
            history=replace(facts.history, since=since),
            answer=self._state.answers.get(step.id),
            commands=facts.commands.at(self._lesson.id, step.id),
        )
