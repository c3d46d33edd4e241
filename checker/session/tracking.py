"""When a lesson counts: its start state as it begins, and what is said while it is not the active one."""

from collections.abc import Iterable

from checker.commands import Commands
from checker.conditions.general import NotStarted
from checker.course.lesson import Lesson
from checker.facts.history import History
from checker.facts.needs import InspectImage, InspectNetwork, InspectVolume
from checker.facts.objects import Seen
from checker.sources.reader import Reader
from checker.verdict import Verdict

NAMED = (InspectImage, InspectVolume, InspectNetwork)  # read by name; the rest is in the two lists


def read_start_state(lessons: Iterable[Lesson], reader: Reader) -> tuple[Seen, ...]:
    """All images and containers, and whatever else the checks of the lessons ask for. Raises CannotTell."""
    checks = [step.check for lesson in lessons for step in lesson.steps]
    needs = {need for check in checks for need in check.needs(History())}
    named = {InspectImage(name) for check in checks for name in check.image_names()}
    read = reader.read(need for need in needs | named if isinstance(need, NAMED))
    every = (*reader.engine.images(), *reader.engine.containers(), *read.values())
    return tuple(dict.fromkeys(each for each in every if isinstance(each, Seen)))


def not_active(lesson: Lesson, commands: Commands, *, begun: bool, other_active: bool) -> Verdict:
    """The verdict while another lesson, or none, is active. `begun`: this one was started at some time."""
    state, command = "has not been started", "start"
    if begun and other_active:
        state = "is not the active one"
    elif begun:
        state, command = "is not in its start state: making that was interrupted", "reset"
    next_commands = commands.fill(command, lesson=lesson.id)
    return Verdict.not_yet(NotStarted(lesson=lesson.id, state=state, commands=next_commands))
