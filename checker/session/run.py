"""A run, one go at a lesson, and all that is known of it: read once, changed as a value, stored once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from checker.facts.history import NOTHING, History
from checker.facts.objects import Event, Seen
from checker.facts.sightings import Sightings
from checker.session import progress
from checker.session.progress import Achievement
from checker.session.record import Record, fields_of
from checker.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Run:
    """One go at a lesson of a course. Its facts count from `since`, on the engine's clock in nanoseconds."""

    id: int
    course: str
    lesson: str
    since: int
    active: bool


@dataclass(frozen=True)
class RunState:
    """What is known of a run. The fields that begin with `new` hold what is not stored yet.

    `start` is the start state, `seen` what was seen since; `events` are in order of time; `answers`
    maps a step to what the learner typed last; `records` has the last record of each step and all that
    passed, `seq` is the highest of their numbers.
    """

    run: Run
    start: Sightings = NOTHING
    seen: Sightings = NOTHING
    events: tuple[Event, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    new_seen: tuple[Seen, ...] = ()
    new_events: tuple[Event, ...] = ()
    new_records: tuple[Record, ...] = ()

    @cached_property
    def achieved(self) -> dict[str, Achievement]:
        """Step -> when and by what it was achieved in this run."""
        return progress.achieved((*self.records, *self.new_records))

    @cached_property
    def latest(self) -> dict[str, Record]:
        """Step -> its last record."""
        return progress.latest((*self.records, *self.new_records))

    @property
    def seq(self) -> int:
        """The number of the last record that was read."""
        return max((record.seq for record in self.records), default=0)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to store."""
        return bool(self.new_seen or self.new_events or self.new_records)

    @property
    def history(self) -> History:
        """What was seen since the run was started."""
        return History(self.start, self.seen, self.events, self.run.since)

    @property
    def last_event(self) -> int:
        """When the engine last did something, or when the run was started."""
        return self.events[-1].time_nano if self.events else self.run.since

    @property
    def last_engine_event(self) -> int:
        """The same, without what registries logged: the engine is asked for what came after it."""
        own = (event.time_nano for event in reversed(self.events) if event.type != "hub")
        return next(own, self.run.since)

    def with_events(self, events: Iterable[Event]) -> "RunState":
        """The state after these events; those that are known or older than the run are left out."""
        known = set(map(_identity, self.events))
        new = {
            _identity(event): event
            for event in events
            if event.time_nano > self.run.since and _identity(event) not in known
        }
        if not new:
            return self
        fresh = tuple(new.values())
        every = tuple(sorted((*self.events, *fresh), key=_identity))
        return replace(self, events=every, new_events=(*self.new_events, *fresh))

    def with_seen(self, seen: Sightings) -> "RunState":
        """The state after more was seen: `seen` is what it was, continued."""
        new = seen[len(self.seen) :]
        return replace(self, seen=seen, new_seen=(*self.new_seen, *new)) if new else self

    def with_verdicts(
        self, verdicts: Mapping[str, Verdict], checks: Mapping[str, str], at: str
    ) -> "RunState":
        """The state after steps were judged: a new record for each verdict that changed.

        `checks` maps a step to the digest of its check; `at` is the time (ISO 8601, UTC).
        """
        records = (
            self._record(step, checks[step], self.latched(step, verdict), at)
            for step, verdict in verdicts.items()
        )
        return replace(self, new_records=progress.changed(records, self.records))

    def stored(self, records: tuple[Record, ...]) -> "RunState":
        """The state with these records, and nothing new that is to be stored."""
        return replace(self, records=records, new_seen=(), new_events=(), new_records=())

    def latched(self, step: str, verdict: Verdict) -> Verdict:
        """What was achieved stays achieved; whether it is true now is said beside it, if that is known."""
        done = self.achieved.get(step)
        if done is None or verdict.outcome in (Outcome.PASSED, Outcome.LESSON_BUG):
            return verdict
        unknown = verdict.outcome is Outcome.CANNOT_TELL
        return Verdict.passed(done.evidence, true_now=None if unknown else False)

    def _record(self, step: str, check: str, verdict: Verdict, at: str) -> Record:
        done = self.achieved.get(step)
        if done and verdict.outcome is Outcome.PASSED and not verdict.true_now:
            check = done.checks[-1]  # it stays passed, and was passed under that one
        return Record(
            self.run.course,
            self.run.lesson,
            step,
            self.run.id,
            check,
            verdict.outcome,
            verdict.reason,
            fields_of(verdict),
            verdict.evidence,
            verdict.true_now,
            at,
            self.last_event,
        )


def _identity(event: Event) -> tuple[int, str, str, str]:
    return event.time_nano, event.type, event.action, event.id
