"""What every condition is: data from a lesson, what it must see, its judgement, its diagnoses."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Protocol

import msgspec

from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage, Need
from checker.facts.objects import familiar, full_name

SHORTEST_ID = 4  # hex digits; fewer are more likely a name


class Condition(Protocol):
    """A goal about an engine. Judging is pure: data in, data out.

    `needs` and `diagnostic_needs` say what must be read: to judge, and to diagnose once the goal has failed.
    `needs` may depend on the history (an ID that was seen), `diagnostic_needs` on all that was
    read by then.
    """

    @property
    def reasons(self) -> tuple[type[Reason], ...]:
        """All that `diagnoses` can give."""

    @property
    def needs_answer(self) -> bool:
        """Whether it waits for a typed answer."""

    def image_names(self) -> Iterable[str]:
        """Full names of the images it speaks of: the observer watches them."""

    def needs(self, history: History) -> Iterable[Need[object]]:
        """What `evidence` looks at."""

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What `diagnoses` looks at besides."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen that proves the goal, as a sentence; None as long as nothing does."""

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Why the goal fails, most specific first; never empty when it does."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """A condition as written in a lesson: a subject and what it `is`."""

    reasons: ClassVar[tuple[type[Reason], ...]] = ()

    @property
    def needs_answer(self) -> bool:
        """Most look at the engine alone."""
        return False

    def image_names(self) -> Iterable[str]:
        """Most speak of no image."""
        return ()

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - most need nothing more
        """Nothing besides what it needs."""
        return ()


class AboutImage(Goal, frozen=True):
    """A goal about one image; a subclass may write the key of `image` with another word."""

    image: str

    @property
    def image_name(self) -> str:
        """The full name of the image."""
        return full_name(self.image) or self.image

    @property
    def short(self) -> str:
        """The image's name as a learner types it."""
        return familiar(self.image_name)

    def image_names(self) -> Iterable[str]:
        """The image itself."""
        return (self.image_name,)

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The image as it is now."""
        return (InspectImage(self.image_name),)

    def is_from(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container made from `written` (a name or an ID) is made from the image."""
        return is_made_from(self.image_name, written, image_id, facts)


def is_made_from(name: str, written: str, image_id: str, facts: Facts) -> bool:
    """Whether a container made from `written` (a name or an ID) is made from the image of a full name."""
    ids = set(facts.history.ids_of(name))
    if now := facts[InspectImage(name)]:
        ids.add(now.id)
    prefix = written.removeprefix("sha256:")
    by_id = len(prefix) >= SHORTEST_ID and any(
        known.removeprefix("sha256:").startswith(prefix) for known in ids
    )
    return image_id in ids or by_id or full_name(written) == name
