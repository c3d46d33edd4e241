"""What "all" means: everything on Dockyard's own engine; elsewhere, only what came since the start.

A learner's own engine holds things that are none of a lesson's business, and none of them may ever
be asked away.
"""

from collections.abc import Iterable
from typing import TypeVar

from checker.facts.facts import Facts
from checker.facts.objects import Container, Image

Thing = TypeVar("Thing", Image, Container)


def in_scope(things: Iterable[Thing], facts: Facts) -> tuple[Thing, ...]:
    """Those that a lesson may speak of."""
    if facts.private:
        return tuple(things)
    history = facts.history
    before = history.start_containers | {image.id for image in history.start_images}
    return tuple(thing for thing in things if thing.id not in before)


def bounds(facts: Facts) -> str:
    """A sentence that says so, to be put behind a message; nothing on Dockyard's own engine."""
    if facts.private:
        return ""
    return " (What was on this engine before the lesson began does not count, and is not to be touched.)"
