"""What every condition is: data from a lesson, what it must see, its judgement, its diagnoses."""

import shlex
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from checker.facts import Facts, History, Need
from checker.objects import familiar, full_name
from checker.verdict import Diagnosis

LISTED = 8  # words in one sentence; nobody reads more
SHORTEST_ID = 4  # hex digits; fewer are more likely a name


class Condition(Protocol):
    """A goal about an engine. Judging is pure: data in, data out.

    `needs` and `suspects` say what must be read: to judge, and to diagnose once the goal has failed.
    `needs` may depend on the history (an ID that was seen), `suspects` on all that was read by then.
    """

    @property
    def asks(self) -> bool:
        """Whether it waits for a typed answer."""

    def references(self) -> Iterable[str]:
        """Full names of the images it speaks of: the observer watches them."""

    def needs(self, history: History) -> Iterable[Need]:
        """What `evidence` looks at."""

    def suspects(self, facts: Facts) -> Iterable[Need]:
        """What `diagnoses` looks at besides."""

    def evidence(self, facts: Facts) -> str | None:
        """What was seen that proves the goal, as a sentence; None as long as nothing does."""

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Why the goal fails, most specific first; never empty when it does."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """A condition as written in a lesson: a subject and what it `is`."""

    @property
    def asks(self) -> bool:
        """Most look at the engine alone."""
        return False

    def references(self) -> Iterable[str]:
        """Most speak of no image."""
        return ()

    def suspects(self, facts: Facts) -> Iterable[Need]:  # noqa: ARG002 - most need nothing more
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

    def references(self) -> Iterable[str]:
        """The image itself."""
        return (self.image_name,)

    def needs(self, history: History) -> Iterable[Need]:  # noqa: ARG002 - the same at any time
        """The image as it is now."""
        return (Need("image", self.image_name),)

    def is_from(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container made from `written` (a name or an ID) is made from the image."""
        return is_made_from(self.image_name, written, image_id, facts)


def is_made_from(name: str, written: str, image_id: str, facts: Facts) -> bool:
    """Whether a container made from `written` (a name or an ID) is made from the image of a full name."""
    ids = set(facts.history.ids_of(name))
    if now := facts.image(name):
        ids.add(now.id)
    prefix = written.removeprefix("sha256:")
    by_id = len(prefix) >= SHORTEST_ID and any(
        known.removeprefix("sha256:").startswith(prefix) for known in ids
    )
    return image_id in ids or by_id or full_name(written) == name


def edits(one: str, other: str) -> int:
    """Letters to insert, drop, change or swap to get from one word to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def is_typo(written: str, meant: str) -> bool:
    """Within two letters, and not simply another short word."""
    return written != meant and edits(written, meant) <= min(2, len(meant) // 2)


def typed(*words: str) -> str:
    """A command ready to be typed: names from outside are quoted, so that none can run something else."""
    return shlex.join(words)


def listed(words: Iterable[str]) -> str:
    """`a`, `b` and `c`; of very many only the first, and how many more."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > LISTED:
        quoted = [*quoted[: LISTED - 1], f"{len(quoted) - LISTED + 1} more"]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))
