"""Made-up facts, to test a condition without an engine: yours or a built-in one.

    from checker.testing import MadeUpFacts, condition

    check = condition({"volume": "notes", "is": "removed"})

    def test_removed():
        verdict = MadeUpFacts(start=("volume notes",), now=()).verdict(check)
        assert verdict.outcome == "passed"

    def test_still_here():
        verdict = MadeUpFacts(start=("volume notes",)).verdict(check)
        assert verdict.reason == "volume-still-here"

What is on the engine and what happened there is written in a few words: see checker.testing.language.
A kind of fact of your own is given as it is: `MadeUpFacts(read={ContainerChanges("box"): changes})`.

Nothing here imitates an engine. A condition is judged by the real judge, on the facts it declares
and no others: a fact that it needs and does not declare is a `lesson-bug`, as on a real engine.
"""

from checker.testing.language import hex_id, ids_in, listed, of_kind, thing
from checker.testing.made_up import MadeUpFacts, condition, step

__all__ = ["MadeUpFacts", "condition", "hex_id", "ids_in", "listed", "of_kind", "step", "thing"]
