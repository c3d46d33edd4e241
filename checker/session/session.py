"""A learner's desk: a course, an engine and a journal, brought together to get verdicts.

The only place where facts are read, judged and kept; the command line, the notebook and the
observer all ask here, so they all say the same.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from checker.commands import Commands
from checker.conditions.general import NotStarted
from checker.course.course import Course
from checker.course.lesson import Lesson, Step
from checker.errors import CannotTell, UsageError
from checker.facts.facts import Elsewhere, Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, InspectNetwork, InspectVolume, Need
from checker.facts.objects import Event, Seen
from checker.facts.sightings import Sightings
from checker.judge import diagnostic_needs, goal, judge
from checker.session.journal import Journal
from checker.session.report import Report, StepReport
from checker.session.run import Achievement, Run
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from checker.sources.reader import Reader
from checker.sources.registries import Access, Registries
from checker.sources.workspace import Workspace
from checker.verdict import Outcome, Verdict

WATCHED = (InspectImage, InspectVolume, InspectNetwork)  # what a start state is asked for by name


def _no_failed_requests(_since: int) -> Iterable[Event]:
    return ()


@dataclass
class Session(AbstractContextManager["Session"]):
    """Everything needed to judge one learner's lesson.

    `commands` are what the learner types on this surface. `shell` finds the endpoint that the
    learner's shell talks to; `misses` gives what the hub was asked for in vain since a time (nanoseconds).
    `begins_by_itself`: a lesson that nobody started counts from `track_from_now`, or else from its
    first check. `folder` is where the learner's files are, `registries` how to reach those whose name
    is not their address. `private`: the engine belongs to the lesson with all that is on it; on any
    other, what was there before a lesson does not concern it.
    """

    course: Course
    endpoint: Endpoint
    journal: Journal
    commands: Commands = field(default_factory=Commands)
    shell: Callable[[], Endpoint] | None = None
    failed_requests: Callable[[int], Iterable[Event]] = _no_failed_requests
    begins_by_itself: bool = False
    private: bool = False
    folder: Path | None = None
    registries: Mapping[str, Access] = field(default_factory=dict)
    reader: Reader = field(init=False)
    _baseline: tuple[int, tuple[Seen, ...]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        registries, workspace = Registries(self.registries), Workspace(self.folder)
        self.reader = Reader(Engine(self.endpoint), registries, workspace)

    @property
    def engine(self) -> Engine:
        """The engine that is read."""
        return self.reader.engine

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of engine and journal."""
        self.reader.close()
        self.journal.close()

    def begin_tracking(self, lesson_id: str, *, anew: bool = True) -> Run:
        """Let a lesson count from now on the engine as it stands: its start state.

        `anew` begins a new run; otherwise the lesson's last run goes on, achievements kept. Whoever
        makes the start state lets the journal `rest` before, or that would count as the learner's.
        """
        lesson = self.course.lesson(lesson_id)
        state = self._start_state((lesson,))
        since = time.time_ns()
        last = None if anew else self.journal.latest(lesson_id)
        if last:
            return self.journal.resume_tracking(last, since, state)
        return self.journal.begin(lesson_id, since, state)

    def track_from_now(self) -> None:
        """Let each lesson count from now on, whenever it is checked first. Raises CannotTell, LessonError."""
        state = self._start_state(self.course.lessons())
        self._baseline = time.time_ns(), state

    def lesson(self, lesson_id: str | None = None) -> Lesson:
        """The lesson asked for, or the one that is active."""
        if lesson_id is None:
            run = self.journal.active() or self.journal.latest()
            if run is None:
                first = next(iter(self.course.ids()), "LESSON")
                message = "No lesson has been started yet."
                raise UsageError(message, self.commands.fill("start", lesson=first))
            lesson_id = run.lesson
        return self.course.lesson(lesson_id)

    def check(self, lesson_id: str | None = None, step_id: str | None = None) -> Report:
        """Judge a lesson (default: the active one) or one step of it, and keep what is found.

        Raises UsageError, LessonError or JournalError; an engine that cannot be read is an outcome.
        """
        lesson = self.lesson(lesson_id)
        steps = (lesson.step(step_id),) if step_id else lesson.steps
        run = self.journal.latest(lesson.id)
        try:
            run = self._run(lesson)
            if run is None or not run.active:
                return self._report(lesson, steps, self._idle(lesson, steps, run), run)
            verdicts = self._judged(lesson, steps, run)
        except CannotTell as error:
            verdicts = {
                step.id: Verdict.unknown(error, self.commands.at(lesson.id, step.id)) for step in steps
            }
        if run is None:
            return self._report(lesson, steps, verdicts, None)
        achieved = self.journal.achieved(run)
        for step in steps:
            self._keep(run, step, _latched(verdicts[step.id], achieved.get(step.id)))
        return self._report(lesson, steps, verdicts, run)

    def evaluate_goals(self) -> tuple[str, ...]:
        """Test the goals of the active lesson's open steps, and keep those that are reached.

        Returns their ids. What is quick about it: no cause is looked for. What holds only in the
        middle of a command is not reached. Raises CannotTell.
        """
        run = self.journal.active()
        if run is None:
            return ()
        achieved = self.journal.achieved(run)
        lesson = self.course.lesson(run.lesson)
        steps = tuple(step for step in lesson.steps if step.id not in achieved)
        history = self._caught_up(run)
        while reached := self._reached(lesson, steps, run, history):
            before, history = history, self._caught_up(run)
            if len(history.events) == len(before.events):
                break
            steps = tuple(step for step, _ in reached)  # the others have their turn at the next event
        for step, verdict in reached:
            self._keep(run, step, verdict)
        return tuple(step.id for step, _ in reached)

    def answer(self, step_id: str, text: str, lesson_id: str | None = None) -> Report:
        """Keep a typed answer and judge its step. Raises UsageError when the step asks nothing."""
        lesson = self.lesson(lesson_id)
        step = lesson.step(step_id)
        if not step.is_question:
            questions = [s.id for s in lesson.steps if s.is_question]
            message = f"The step `{step_id}` asks for no answer; do it with Docker. Questions: {questions}."
            raise UsageError(message, self.commands.at(lesson.id, step_id).fill("check_step"))
        run = self._run(lesson)
        if run is None or not run.active:
            raise self._not_active(lesson)
        self.journal.put_answer(run, step_id, text)
        return self.check(lesson.id, step_id)

    def hints(self, step_id: str, lesson_id: str | None = None) -> tuple[tuple[str, ...], int]:
        """One more hint than before: those shown by now, and how many there are."""
        lesson = self.lesson(lesson_id)
        step, run = lesson.step(step_id), self._run(lesson)
        if run is None:
            raise self._not_active(lesson)
        shown = self.journal.show_hint(run, step_id, len(step.hints))
        return step.hints[:shown], len(step.hints)

    def _run(self, lesson: Lesson) -> Run | None:
        run = self.journal.latest(lesson.id)
        baseline = self._baseline[0] if self._baseline else 0
        counts = run is not None and run.active and run.since >= baseline
        if self.begins_by_itself and not counts:
            run = self._begin(lesson, run)
        return run

    def _begin(self, lesson: Lesson, last: Run | None) -> Run:
        """Begin a lesson, or go on with its last run; both count from `track_from_now`, or else from now."""
        if last and last.since >= (self._baseline[0] if self._baseline else 0):
            return self.journal.resume_tracking(last, last.since)  # another lesson was active meanwhile
        if self._baseline is None:
            return self.begin_tracking(lesson.id)
        since, state = self._baseline
        if last:
            return self.journal.resume_tracking(last, since, state)
        return self.journal.begin(lesson.id, since, state)

    def _not_active(self, lesson: Lesson) -> UsageError:
        message = f"The lesson `{lesson.id}` is not active."
        return UsageError(message, self.commands.fill("start", lesson=lesson.id))

    def _judged(self, lesson: Lesson, steps: tuple[Step, ...], run: Run) -> dict[str, Verdict]:
        before = {earlier.id for step in steps for earlier in lesson.before(step)}
        tested = tuple(step for step in lesson.steps if step in steps or step.id in before)
        facts = self._read(tested, run, self._caught_up(run))
        achieved = self.journal.achieved(run)
        goals = {step.id: goal(step, self._for(lesson, step, facts, run)) for step in tested}
        failing = [step for step in steps if not goals[step.id] and step.id not in achieved]
        why = {
            need for step in failing for need in diagnostic_needs(step, self._for(lesson, step, facts, run))
        }
        latest = max((a.at_nano for a in achieved.values()), default=run.since)
        away = self._elsewhere(lesson, facts.history, latest) if failing else None
        facts = replace(facts, read={**facts.read, **self.reader.read(why)}, elsewhere=away)
        done = achieved.keys() | {id_ for id_, verdict in goals.items() if verdict and verdict.true_now}
        verdicts = {
            step.id: goals[step.id] or Verdict.passed(achieved[step.id].evidence, true_now=False)
            for step in steps
            if step not in failing
        }
        for step in failing:
            waiting = [f"step {lesson.step(n).number} (`{n}`)" for n in step.after if n not in done]
            verdicts[step.id] = judge(step, self._for(lesson, step, facts, run), waiting)
        return verdicts

    def _read(self, steps: tuple[Step, ...], run: Run, history: History) -> Facts:
        """What the goals of these steps need, read once; what is new in it is kept."""
        read = self.reader.read(need for step in steps for need in step.check.needs(history))
        history = self._noted(run, history, read)
        more = {need for step in steps for need in step.check.needs(history)} - read.keys()
        read |= self.reader.read(more)  # the IDs of what was just seen for the first time
        folder = str(self.folder or "")
        return Facts(self.endpoint.host, read, history, folder=folder, private=self.private)

    def _reached(
        self, lesson: Lesson, steps: tuple[Step, ...], run: Run, history: History
    ) -> list[tuple[Step, Verdict]]:
        """The steps whose goal holds now, and how that was seen."""
        facts = self._read(steps, run, history)
        found = [(step, goal(step, self._for(lesson, step, facts, run))) for step in steps]
        return [(step, verdict) for step, verdict in found if verdict and verdict.true_now]

    def _keep(self, run: Run, step: Step, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.PASSED:
            self.journal.achieve(run, step.id, self.journal.last_event(run), verdict.evidence or "")
        self.journal.put_verdict(run, step.id, verdict)

    def _for(self, lesson: Lesson, step: Step, facts: Facts, run: Run) -> Facts:
        """The facts as one step sees them: its answer, and what is recent for it."""
        achieved = self.journal.achieved(run)
        before = [achieved[s.id].at_nano for s in lesson.steps[: step.number - 1] if s.id in achieved]
        history = replace(facts.history, since=max((facts.history.since, *before)))
        answer = self.journal.answers(run).get(step.id)
        return replace(facts, history=history, answer=answer, commands=self.commands.at(lesson.id, step.id))

    def _caught_up(self, run: Run) -> History:
        """The history of a run, after noting what happened since anybody looked."""
        known = self.journal.events(run)
        last = max((e.time_nano for e in known if e.type != "hub"), default=run.since)
        new = set(map(_identity, known))
        fresh = [
            e
            for e in (*self.engine.events(last), *self.failed_requests(run.since))
            if _identity(e) not in new
        ]
        self.journal.add_events(run, fresh)
        return History(
            start=self.journal.start_state(run),
            seen=self.journal.sightings(run),
            events=self.journal.events(run) if fresh else known,
            since=run.since,
        )

    def _noted(self, run: Run, history: History, read: dict[Need[object], Any]) -> History:
        """The history with what was seen for the first time, which is kept."""
        lists = (value if isinstance(value, tuple) else (value,) for value in read.values())
        seen = dict.fromkeys(each for found in lists for each in found if isinstance(each, Seen))
        new = [e for e in seen if e not in history.start.known and e not in history.seen.known]
        if not new:
            return history
        self.journal.add_sightings(run, new)
        return replace(history, seen=Sightings((*history.seen, *new)))

    def _start_state(self, lessons: Iterable[Lesson]) -> tuple[Seen, ...]:
        """All images and containers, and whatever else the checks of the lessons ask for."""
        steps = [step for lesson in lessons for step in lesson.steps]
        needs = {need for step in steps for need in step.check.needs(History())}
        named = {InspectImage(name) for step in steps for name in step.check.image_names()}
        read = self.reader.read(need for need in needs | named if isinstance(need, WATCHED))
        every = (*self.engine.images(), *self.engine.containers(), *read.values())
        return tuple(dict.fromkeys(each for each in every if isinstance(each, Seen)))

    def _elsewhere(self, lesson: Lesson, history: History, since: int) -> Elsewhere | None:
        """The other engine that the shell talks to, asked only while nothing happens here."""
        if self.shell is None:
            return None
        try:
            shell = self.shell()
        except CannotTell as error:
            return Elsewhere(f"one that cannot be found: {error.message}", "its settings", True)
        if shell.same_as(self.endpoint):
            return None
        holds: tuple[str, ...] = ()
        if any(event.time_nano > since for event in history.events):
            return Elsewhere(shell.host, shell.source, shell.chosen)
        try:
            with Engine(shell, patience=1) as other:
                holds = tuple(name for name in sorted(lesson.image_names()) if other.image(name))
        except CannotTell:
            holds = ()  # nobody there: nothing was done there either
        return Elsewhere(shell.host, shell.source, shell.chosen, holds)

    def _idle(self, lesson: Lesson, steps: tuple[Step, ...], run: Run | None) -> dict[str, Verdict]:
        """The verdicts while another lesson, or none, is active."""
        what, command = "has not been started", "start"
        if run and self.journal.active():
            what = "is not the active one"
        elif run:
            what, command = "is not in its start state: making that was interrupted", "reset"
        help_ = self.commands.fill(command, lesson=lesson.id)
        verdict = Verdict.not_yet(NotStarted(lesson=lesson.id, state=what, commands=help_))
        return dict.fromkeys((step.id for step in steps), verdict)

    def _report(
        self, lesson: Lesson, steps: tuple[Step, ...], verdicts: dict[str, Verdict], run: Run | None
    ) -> Report:
        achieved = self.journal.achieved(run) if run else {}
        rows = tuple(
            StepReport(
                step.id, step.number, step.task, _latched(verdicts[step.id], achieved.get(step.id)), at
            )
            for step in steps
            for at in [achieved[step.id].at if step.id in achieved else None]
        )
        notices = (self.journal.notice,) if self.journal.notice else ()
        return Report(lesson.id, lesson.title, self.endpoint.host, rows, notices)


def _latched(verdict: Verdict, achieved: Achievement | None) -> Verdict:
    """What was achieved stays achieved; whether it is true now is said beside it, if that is known."""
    if achieved is None or verdict.outcome in (Outcome.PASSED, Outcome.LESSON_BUG):
        return verdict
    unknown = verdict.outcome is Outcome.CANNOT_TELL
    return Verdict.passed(achieved.evidence, true_now=None if unknown else False)


def _identity(event: Event) -> tuple[int, str, str, str]:
    return event.time_nano, event.type, event.action, event.id
