"""A learner's session: a course, an engine and a journal, brought together to get verdicts.

The only place where facts are read, judged and kept. The command line, the notebook and the observer
all ask here, so they all say the same.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from checker.commands import Commands
from checker.course.course import Course
from checker.course.lesson import Lesson
from checker.errors import CannotTell, UsageError
from checker.facts.facts import Elsewhere, Facts
from checker.facts.objects import Event, Seen
from checker.session.elsewhere import look_elsewhere
from checker.session.journal import Journal
from checker.session.judging import Events, Judging
from checker.session.report import Report, report
from checker.session.run import Run, RunState
from checker.session.tracking import not_active, read_start_state
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine
from checker.sources.reader import Reader
from checker.sources.registries import Access, Registries
from checker.sources.workspace import Workspace
from checker.verdict import Verdict


def _none(_since: int) -> Iterable[Event]:
    return ()


@dataclass
class Session(AbstractContextManager["Session"]):
    """Everything needed to judge one learner's lesson.

    `commands` are what the learner types on this surface. `shell` finds the endpoint that the
    learner's shell talks to. `failed_requests` gives what the registries beside the engine refused.
    `begins_by_itself`: a lesson counts from `track_from_now`, or else from its first check. `private`: the
    engine is for the lesson alone; on any other, what was there before a lesson is left out. `folder`
    is where the learner's files are, `registries` how to reach those whose name is not their address.
    `sources` is what facts are read from; by default, all these.
    """

    course: Course
    endpoint: Endpoint
    journal: Journal
    commands: Commands = field(default_factory=Commands)
    shell: Callable[[], Endpoint] | None = None
    failed_requests: Events = _none
    begins_by_itself: bool = False
    private: bool = False
    folder: Path | None = None
    registries: Mapping[str, Access] = field(default_factory=dict)
    sources: Reader | None = None
    reader: Reader = field(init=False)
    _baseline: tuple[int, tuple[Seen, ...]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Open nothing yet: connections are made when something is asked."""
        own = Reader(Engine(self.endpoint), Registries(self.registries), Workspace(self.folder))
        self.reader = self.sources or own

    @property
    def engine(self) -> Engine:
        """The engine that is read."""
        return self.reader.engine

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections and the journal."""
        self.reader.close()
        self.journal.close()

    def active(self) -> Run | None:
        """The run the learner is in, if it is one of this course."""
        run = self.journal.active()
        return run if run and run.course == self.course.id else None

    def latest(self, lesson_id: str | None = None) -> Run | None:
        """The last run of a lesson, or of any lesson of this course."""
        return self.journal.latest(self.course.id, lesson_id)

    def lesson(self, lesson_id: str | None = None) -> Lesson:
        """The lesson asked for, or the one that is active."""
        if lesson_id is None:
            run = self.active() or self.latest()
            if run is None:
                first = next(iter(self.course.ids()), "LESSON")
                message = "No lesson has been started yet."
                raise UsageError(message, self.commands.fill("start", lesson=first))
            lesson_id = run.lesson
        return self.course.lesson(lesson_id)

    def begin_tracking(self, lesson_id: str, *, new_run: bool = True) -> Run:
        """Let a lesson count from now on; its start state is what is on the engine now.

        `new_run` begins a new run. Otherwise the lesson's last run goes on and keeps its achievements.
        Pause the journal before you create the start state; otherwise its commands count as the
        learner's.
        """
        state = read_start_state([self.course.lesson(lesson_id)], self.reader)
        since = time.time_ns()
        last = None if new_run else self.latest(lesson_id)
        if last:
            return self.journal.resume_tracking(last, since, state)
        return self.journal.begin(self.course.id, lesson_id, since, state)

    def track_from_now(self) -> None:
        """Let each lesson count from now on, whenever it is checked first. Raises CannotTell, LessonError."""
        state = read_start_state(self.course.lessons(), self.reader)
        self._baseline = time.time_ns(), state

    def check(
        self, lesson_id: str | None = None, step_id: str | None = None, events: Events | None = None
    ) -> Report:
        """Judge a lesson (default: the active one) or one step of it, and keep what is found.

        `events` gives the engine's events where they are followed; by default, the engine is asked.
        Raises UsageError, LessonError or JournalError; an engine that cannot be read is an outcome.
        """
        lesson = self.lesson(lesson_id)
        steps = (lesson.step(step_id),) if step_id else lesson.steps
        try:
            run = self._run(lesson)
        except CannotTell as error:  # the start state could not be read
            run, otherwise = self.latest(lesson.id), Verdict.unknown(error, self.commands)
        else:
            if run and run.active:
                judged = self._judging(events).judge(lesson, steps, run, self._elsewhere)
                return self._report(lesson, *judged)
            other_active = self.journal.active() is not None
            begun = run is not None
            otherwise = not_active(lesson, self.commands, begun=begun, other_active=other_active)
        state = self.journal.state(run) if run else None
        return self._report(lesson, dict.fromkeys((step.id for step in steps), otherwise), state)

    def evaluate_goals(self, events: Events | None = None) -> tuple[str, ...]:
        """Test the goals of the active lesson's open steps, and keep those that are reached.

        Returns their ids. It is quick because it looks for no cause. Raises CannotTell.
        """
        run = self.active()
        return self._judging(events).evaluate_goals(self.course.lesson(run.lesson), run) if run else ()

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
            raise self._must_be_started(lesson)
        self.journal.put_answer(run, step_id, text)
        return self.check(lesson.id, step_id)

    def hints(self, step_id: str, lesson_id: str | None = None) -> tuple[tuple[str, ...], int]:
        """One more hint than before: those shown by now, and how many there are."""
        lesson = self.lesson(lesson_id)
        step, run = lesson.step(step_id), self._run(lesson)
        if run is None:
            raise self._must_be_started(lesson)
        shown = self.journal.show_hint(run, step_id, len(step.hints))
        return step.hints[:shown], len(step.hints)

    def _run(self, lesson: Lesson) -> Run | None:
        run = self.latest(lesson.id)
        baseline = self._baseline[0] if self._baseline else 0
        counts = run is not None and run.active and run.since >= baseline
        return self._begin(lesson, run) if self.begins_by_itself and not counts else run

    def _begin(self, lesson: Lesson, last: Run | None) -> Run:
        """Begin a lesson, or go on with its last run; both count from `track_from_now`, or else from now."""
        if last and last.since >= (self._baseline[0] if self._baseline else 0):
            return self.journal.resume_tracking(last, last.since)  # another lesson was active meanwhile
        if self._baseline is None:
            return self.begin_tracking(lesson.id)
        since, state = self._baseline
        if last:
            return self.journal.resume_tracking(last, since, state)
        return self.journal.begin(self.course.id, lesson.id, since, state)

    def _judging(self, events: Events | None) -> Judging:
        folder = str(self.folder or "")
        facts = Facts(self.endpoint.host, commands=self.commands, folder=folder, private=self.private)
        read, happened = self.reader.read, events or self.engine.events
        return Judging(self.journal, facts, read, happened, self.engine.events, self.failed_requests)

    def _elsewhere(self, images: Iterable[str]) -> Elsewhere | None:
        if self.shell is None:
            return None
        return look_elsewhere(self.shell, self.endpoint, images)

    def _report(self, lesson: Lesson, verdicts: Mapping[str, Verdict], state: RunState | None) -> Report:
        notices = (self.journal.notice,) if self.journal.notice else ()
        return report(lesson, verdicts, state, self.endpoint.host, notices)

    def _must_be_started(self, lesson: Lesson) -> UsageError:
        message = f"The lesson `{lesson.id}` is not active."
        return UsageError(message, self.commands.fill("start", lesson=lesson.id))
