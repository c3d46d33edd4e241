"""Laws of the session, on an engine that is made up: what was achieved is never lost."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import checks, worlds
from made_up_session import MadeUp, session_with
from world import World

from checker.session.session import Session
from checker.verdict import Outcome

acts = st.lists(worlds | st.sampled_from(["away", "goals", "go on"]), min_size=1, max_size=5)


@settings(max_examples=60)
@given(st.lists(checks, min_size=1, max_size=4), worlds, acts)
def test_achieved__is_never_lost(written: list[dict[str, Any]], start: World, acts: list[Any]) -> None:
    engine = MadeUp(replace(start, events=()))
    with TemporaryDirectory() as folder, session_with(written, engine, Path(folder)) as session:
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
        case "goals" if not engine.away:
            session.evaluate_goals()
        case "go on" if not engine.away:
            session.begin_tracking("boats", new_run=False)
