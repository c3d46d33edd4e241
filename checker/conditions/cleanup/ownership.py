"""What "all" means: everything on Dockyard's own engine; elsewhere, only what came since the start.

A learner's own engine holds things that do not belong to the lesson, and no reason may ever ask the
learner to remove them.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from checker.conditions.image.blockers import BOUNDS, CleanupReason
from checker.facts.facts import Facts
from checker.facts.objects import Container, Image

Thing = TypeVar("Thing", Image, Container)


def in_scope(things: Iterable[Thing], facts: Facts) -> tuple[Thing, ...]:
    """Those that a lesson may ask about."""
    if facts.private:
        return tuple(things)
    history = facts.history
    before = history.start_containers | {image.id for image in history.start_images}
    return tuple(thing for thing in things if thing.id not in before)


def with_bounds(reasons: Iterable[CleanupReason], facts: Facts) -> Iterator[CleanupReason]:
    """The reasons, marked where the engine is the learner's own."""
    for reason in reasons:
        yield msgspec.structs.replace(reason, own_engine=not facts.private)


def bounds(facts: Facts) -> str:
    """The bounds of a clean-up, to stand behind a sentence; nothing on Dockyard's own engine."""
    return "" if facts.private else f" {BOUNDS}"
