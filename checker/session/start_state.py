"""The start state of a lesson: what is on the engine, and what its checks name, when it begins."""

from checker.course.lesson import Lesson
from checker.facts.history import History
from checker.facts.needs import InspectImage, InspectNetwork, InspectVolume
from checker.facts.objects import Seen
from checker.sources.reader import Reader

NAMED = (InspectImage, InspectVolume, InspectNetwork)  # read by name; the rest is in the two lists


def read_start_state(lesson: Lesson, reader: Reader) -> tuple[Seen, ...]:
    """All images and containers, and whatever else the checks of the lesson ask for. Raises CannotTell."""
    needs = {need for step in lesson.steps for need in step.check.needs(History())}
    named = {InspectImage(name) for name in lesson.image_names()}
    read = reader.read(need for need in needs | named if isinstance(need, NAMED))
    every = (*reader.engine.images(), *reader.engine.containers(), *read.values())
    return tuple(dict.fromkeys(each for each in every if isinstance(each, Seen)))
