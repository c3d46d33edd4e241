"""The course proves itself on real engines, once; each thing that is tried is a test of its own."""

import pytest

from checker.course.course import Course
from dockyard.author.prove.proof import Result, expected, prove
from dockyard.courses import built_in_folder

Place = tuple[str, str, str]

COURSE = Course(built_in_folder())
PLACES = [place for lesson in COURSE.lessons() for place in expected(lesson)]
ENGINES = 2

# The first test waits for everything that is tried; on a busy machine that takes many minutes.
pytestmark = [pytest.mark.engine, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[Place, Result]:
    """What the proof of the lessons that are asked for found, by place."""
    asked = {item.callspec.params["place"][0] for item in request.session.items if item.path == request.path}
    proof = prove([COURSE.file(lesson) for lesson in COURSE.ids() if lesson in asked], ENGINES, print)
    return {result.place: result for result in proof.results}


@pytest.mark.parametrize("place", PLACES, ids=["/".join(filter(None, place)) for place in PLACES])
def test_lesson__is_as_it_says(place: Place, results: dict[Place, Result]) -> None:
    assert place in results, "was not tried, because something before it failed"
    assert results[place].problems == ()
