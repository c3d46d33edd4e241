"""What "all" means on an engine of the lesson: everything. Elsewhere: only what came since the start.

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
    """Those that a lesson may ask about: nothing from before, no image that a container from before uses."""
    if facts.private:
        return tuple(things)
    start = facts.history.start
    used = {container.image_id for container in start.containers}
    before = start.container_ids | {image.id for image in start.images} | used
    return tuple(thing for thing in things if thing.id not in before)


def with_bounds(reasons: Iterable[CleanupReason], facts: Facts) -> Iterator[CleanupReason]:
    """The reasons, marked where the engine is the learner's own."""
    for reason in reasons:
        yield msgspec.structs.replace(reason, own_engine=not facts.private)


def bounds(facts: Facts) -> str:
    """The bounds of a clean-up, to stand behind a sentence; nothing if the engine belongs to the lesson."""
    return "" if facts.private else f" {BOUNDS}"
