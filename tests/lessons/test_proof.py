"""The course proves itself on real engines, once; each thing that is tried is a test of its own."""

import pytest

from checker.course import Course
from dockyard.course_files import course_folder
from dockyard.proof import Finding, expected, prove

LESSONS = Course(course_folder()).lessons()
PLACES = [place for lesson in LESSONS for place in expected(lesson)]
ENGINES = 2

pytestmark = pytest.mark.timeout(600)  # whichever test is first waits for all that is tried


@pytest.fixture(scope="module")
def findings() -> dict[tuple[str, str, str], Finding]:
    """What the proof of the whole course found, by place."""
    proof = prove([lesson.path for lesson in LESSONS], ENGINES, print)
    return {finding.place: finding for finding in proof.findings}


@pytest.mark.parametrize("place", PLACES, ids=["/".join(filter(None, place)) for place in PLACES])
def test_lesson__is_as_it_says(
    place: tuple[str, str, str], findings: dict[tuple[str, str, str], Finding]
) -> None:
    assert place in findings, "was not tried: something before it went wrong"
    assert findings[place].problems == ()
