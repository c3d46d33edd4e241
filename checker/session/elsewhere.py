"""The engine that the learner's shell talks to, where that is not the lesson's."""

from collections.abc import Callable, Iterable

from checker.errors import CannotTell
from checker.facts.facts import Elsewhere
from checker.sources.endpoint import Endpoint
from checker.sources.engine import Engine

PATIENCE = 1.0  # seconds that the other engine may take to answer


def look_elsewhere(shell: Callable[[], Endpoint], here: Endpoint, images: Iterable[str]) -> Elsewhere | None:
    """The shell's engine and which of these images it has; None where the shell talks to the lesson's.

    Give no images to ask the other engine nothing.
    """
    try:
        there = shell()
    except CannotTell as error:
        return Elsewhere(f"one that cannot be found: {error.message}", "its settings", True)
    if there.same_as(here):
        return None
    return Elsewhere(there.host, there.source, there.chosen, _held(there, sorted(images)))


def _held(endpoint: Endpoint, images: list[str]) -> tuple[str, ...]:
    if not images:
        return ()
    try:
        with Engine(endpoint, patience=PATIENCE) as engine:
            return tuple(name for name in images if engine.image(name))
    except CannotTell:
        return ()  # no engine answers, so nothing was done there
