"""The judge: a step and what was seen, in; a verdict, out. Pure: no engine, no screen, no clock."""

from collections.abc import Iterable

from checker.conditions.general import CANNOT_TELL, Waiting, WrongEngine, reason_for
from checker.conditions.reasons import Reason
from checker.course.lesson import Step
from checker.errors import CannotTell
from checker.facts.facts import Facts, NotRead
from checker.facts.needs import Need
from checker.facts.objects import familiar
from checker.verdict import Verdict

BUGS = (NotRead, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def judge(step: Step, facts: Facts, waiting_for: Iterable[str] = ()) -> Verdict:
    """The verdict on one step.

    The goal is tested silently first, so any route that reaches it passes. Only when it fails are
    the causes tried, most specific first. `waiting_for` names the steps, not achieved yet, that
    this one builds on.
    """
    try:
        return goal(step, facts) or _not_yet(step, facts, tuple(waiting_for))
    except BUGS as error:
        return _bug(step, facts, error)


def goal(step: Step, facts: Facts) -> Verdict | None:
    """PASSED if the goal is reached, None if it is not; CANNOT_TELL or LESSON_BUG if it cannot be tested."""
    try:
        evidence = step.check.evidence(facts)
        if evidence is None and facts.history.is_incomplete:
            step.check.evidence(facts.with_certain_history())  # raises EventsMissing if an event decides
    except CannotTell as error:
        return Verdict.unknown(error, facts.commands)
    except BUGS as error:
        return _bug(step, facts, error)
    return Verdict.passed(evidence) if evidence else None


def diagnostic_needs(step: Step, facts: Facts) -> frozenset[Need[object]]:
    """What must be read besides to say why the goal is not reached."""
    try:
        return frozenset(step.check.diagnostic_needs(facts)) - facts.read.keys()
    except (CannotTell, *BUGS):
        return frozenset()  # the same will come up again in judging, and be told there


def _bug(step: Step, facts: Facts, error: Exception) -> Verdict:
    return Verdict.lesson_bug(f"The check of the step `{step.id}` fails itself: {error!r}.", facts.commands)


def _not_yet(step: Step, facts: Facts, waiting_for: tuple[str, ...]) -> Verdict:
    if waiting_for:
        return Verdict.not_yet(Waiting(steps=waiting_for, commands=facts.commands.fill("check")))
    cause = _cause(step, facts)
    if cause is None:
        message = f"The check of the step `{step.id}` fails and names no cause."
        return Verdict.lesson_bug(message, facts.commands)
    if type(cause) not in (*step.check.reasons, *CANNOT_TELL):
        message = f"The check of the step `{step.id}` does not declare the reason `{cause.id}`."
        return Verdict.lesson_bug(message, facts.commands)
    return _seen_from_elsewhere(cause, facts)


def _cause(step: Step, facts: Facts) -> Reason | None:
    """The most specific diagnosis. That the goal fails is sure, even if the cause cannot be told."""
    try:
        return next(iter(step.check.diagnoses(facts)), None)
    except CannotTell as error:
        return reason_for(error, error.advice(facts.commands), cause_only=True)


def _seen_from_elsewhere(cause: Reason, facts: Facts) -> Verdict:
    """Blame the wrong engine only where nothing at all was done on the right one."""
    away = facts.elsewhere
    busy = any(event.time_nano > facts.history.since for event in facts.history.events)
    if away is None:
        return Verdict.not_yet(cause)
    back = facts.commands.fill("use_engine")
    if busy or facts.answer or not (away.chosen or away.holds):
        return Verdict.not_yet(cause, first=back)
    return Verdict.not_yet(
        WrongEngine(
            engine=facts.engine,
            address=away.address,
            source=away.source,
            image=familiar(away.holds[0]) if away.holds else "",
            commands=(*back, *cause.texts.next),
        )
    )
