"""The package's own tests: its conditions on made-up facts, without an engine."""

import pytest
from example_conditions import ChangesMade, ContainerChanges, WeightBelow

from checker.testing import MadeUpFacts

MADE = ChangesMade(changes="scribe", path="/tmp/poem")
BELOW = WeightBelow(weight="docker.io/library/busybox:latest", bytes=100)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [(("/tmp", "/tmp/poem"), None), (("/tmp",), "path-not-changed"), ((), "path-not-changed"),
     (None, "changes-not-here")],
)  # fmt: skip
def test_changes_made(changes: tuple[str, ...] | None, reason: str | None) -> None:
    facts = MadeUpFacts(read={ContainerChanges("scribe"): changes})
    verdict = facts.verdict(MADE)
    assert (verdict.outcome == "passed", verdict.reason) == (reason is None, reason)


@pytest.mark.parametrize(("size", "reason"), [(99, None), (100, "too-heavy"), (None, "weight-not-here")])
def test_weight_below(size: int | None, reason: str | None) -> None:
    here = () if size is None else ({"image": "b1 = busybox", "size": size},)
    assert MadeUpFacts(now=here).verdict(BELOW).reason == reason
