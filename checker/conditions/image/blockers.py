"""What keeps an image on the engine: containers made from it, and its other names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec

from checker.conditions.reasons import PRIVATE, Commands, Private, PrivateNames, Reason, Texts
from checker.conditions.wording import join_words
from checker.facts.objects import Container, Image, familiar

ALIVE = ("running", "paused", "restarting")
BOUNDS = "What was on this engine before the lesson was started does not count: leave it as it is."


class UserContainer(msgspec.Struct, frozen=True):
    """A container that uses an image: its name and its state."""

    name: str
    state: str

    @staticmethod
    def describe(containers: Sequence["UserContainer"]) -> str:
        """The containers by state: the running container `a` and the stopped containers `b` and `c`."""
        parts = []
        for state in dict.fromkeys(container.state for container in containers):
            names = [container.name for container in containers if container.state == state]
            noun = "container" if len(names) == 1 else "containers"
            parts.append(f"the {'stopped' if state == 'exited' else state} {noun} {join_words(names)}")
        return " and ".join(parts)


UserContainers = Annotated[tuple[UserContainer, ...], PRIVATE]


class CleanupReason(Reason, frozen=True, kw_only=True):
    """Base of the reasons that a clean-up can give.

    `own_engine`: the engine is the learner's own, so the clean-up stops at what the lesson brought.
    """

    own_engine: bool = False

    @property
    def texts(self) -> Texts:
        """What is said of it, with the bounds of the clean-up behind the cause."""
        texts = super().texts
        return texts._replace(cause=f"{texts.cause} {BOUNDS}".strip()) if self.own_engine else texts


class InUse(CleanupReason, frozen=True):
    """Base of the reasons that name containers in the way, one for each state."""

    image: Private
    containers: UserContainers
    next_commands: Commands
    seen = "`{image}` is still here: {containers} {containers:was|were} made from it."
    cause = "Docker keeps an image as long as a container made from it exists."
    next = ("{next_commands}",)


class InUseRunning(InUse, frozen=True, tag="image-in-use-running"):
    """A running container made from the image is in the way."""


class InUsePaused(InUse, frozen=True, tag="image-in-use-paused"):
    """A paused container made from the image is in the way."""


class InUseRestarting(InUse, frozen=True, tag="image-in-use-restarting"):
    """A container made from the image is in the way, and it restarts again and again."""


class InUseCreated(InUse, frozen=True, tag="image-in-use-created"):
    """A container that was made from the image and never started is in the way."""


class InUseStopped(InUse, frozen=True, tag="image-in-use-stopped"):
    """A stopped container made from the image is in the way."""


class InUseDead(InUse, frozen=True, tag="image-in-use-dead"):
    """A container made from the image is in the way; Docker has failed to remove it."""


class SeveralTags(CleanupReason, frozen=True, tag="several-tags"):
    """The image has several names, so it cannot be removed by its ID."""

    names: PrivateNames  # all of them
    next_commands: Commands
    image: str = ""  # the name that the step asks about
    seen = (
        "`{image}` is still here, and its image is also called {others}.",
        "{names} name one image, so `docker images -q` prints its ID {count} times.",
    )
    cause = "By its ID, an image cannot be removed while it has more than one name. By its names, it can."
    next = ("{next_commands}",)

    @property
    def others(self) -> tuple[str, ...]:
        """The names besides the one that the step asks about."""
        return tuple(name for name in self.names if name != self.image)

    @property
    def count(self) -> int:
        """How many names it has."""
        return len(self.names)


IN_USE: Mapping[str, type[InUse]] = {  # what weighs most comes first
    "running": InUseRunning,
    "paused": InUsePaused,
    "restarting": InUseRestarting,
    "created": InUseCreated,
    "exited": InUseStopped,
    "dead": InUseDead,
}


def in_use(short: str, users: tuple[Container, ...], next_commands: tuple[str, ...]) -> Iterator[InUse]:
    """Containers made from the image are in the way: one reason for each of their states, running first."""
    for state, kind in IN_USE.items():
        if blocking := tuple(user for user in users if user.state == state):
            yield kind(image=short, containers=user_containers(blocking), next_commands=next_commands)


def several_tags(image: Image, name: str, next_commands: tuple[str, ...]) -> Iterator[SeveralTags]:
    """The image has more names than the one asked about."""
    if set(image.names) - {name}:
        names = tuple(map(familiar, sorted(image.names)))
        yield SeveralTags(names=names, next_commands=next_commands, image=familiar(name))


def called(image: Image) -> str:
    """What a learner would call it: its first name, or its ID."""
    return names_of(image)[0]


def names_of(image: Image) -> tuple[str, ...]:
    """All that must be removed for it to go: its names, or its ID where it has none."""
    return tuple(sorted(map(familiar, image.names))) or (image.short_id,)


def user_containers(containers: Sequence[Container]) -> tuple[UserContainer, ...]:
    """What a reason says of the containers."""
    return tuple(UserContainer(container.name, container.state) for container in containers)


def unblock(users: Sequence[Container]) -> tuple[str, ...]:
    """Commands that remove the containers, without force."""
    names = " ".join(user.name for user in users)
    alive = " ".join(user.name for user in users if user.state in ALIVE)
    paused = " ".join(user.name for user in users if user.state == "paused")
    steps = (paused and f"docker unpause {paused}", alive and f"docker stop {alive}")
    return tuple(step for step in (*steps, names and f"docker rm {names}") if step)
