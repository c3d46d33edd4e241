"""The demo, played as `make demo` plays it."""

import pytest

from dockyard.courses import built_in
from dockyard.session.demo import demonstrate

pytestmark = pytest.mark.engine


def test_demo__plays_every_step_of_the_course() -> None:
    said: list[str] = []
    demonstrate(built_in(), said.append)
    lessons = built_in().lessons()
    ticks = [line for line in said if line.startswith("✓ ")]
    assert len(ticks) == sum(len(lesson.steps) for lesson in lessons)
    shown = "\n".join(said)
    for lesson in lessons:
        for step in lesson.steps:
            for command in step.solution.strip().splitlines():
                assert f"\n$ {command}\n" in shown or f"\n> {command}\n" in shown
