"""`container: NAME` (or `any`), `from: IMAGE`: what all kinds of this subject have in common."""

from collections.abc import Iterable, Iterator

import msgspec

from checker.conditions.base import Goal, is_made_from
from checker.conditions.reasons import Commands, Private, Reason
from checker.conditions.wording import shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container, Event, familiar, full_name

LIST_CONTAINERS = ("docker ps --all",)


class WrongImage(Reason, frozen=True, tag="wrong-image"):
    """The container was made from another image than the step asks for."""

    name: Private
    image: str
    made_from: Private
    replace_commands: Commands
    seen = "`{name}` was made from `{made_from}`, not from `{image}`."
    next = ("{replace_commands}",)


class OldImage(Reason, frozen=True, tag="old-image"):
    """The container was made from the image that the name stood for before it moved to a new image."""

    name: Private
    image: str
    next_commands: Commands
    seen = "`{name}` was made before `{image}` was built, pulled or tagged again."
    cause = "A container keeps the image that it was made from."
    next = ("{next_commands}",)


class NoSuchContainer(Reason, frozen=True):
    """Base of the reasons about a container that is not there: of a name, made from an image, or both."""

    name: str = ""
    image: str = ""
    next_commands: Commands = ()
    next = ("{next_commands}",)

    @property
    def what(self) -> str:
        """The container in words."""
        return describe(self.name, self.image)


class AboutContainer(Goal, frozen=True, kw_only=True):
    """A goal about a container: the one of a name, or any that was made from an image."""

    container: str
    image: str | None = msgspec.field(name="from", default=None)

    def __post_init__(self) -> None:
        if self.named is None and self.image is None:
            raise ValueError("`container: any` needs `from`: the image that it is made from")

    @property
    def named(self) -> str | None:
        """The name that it must have; None for any name."""
        return None if self.container == "any" else self.container

    @property
    def image_name(self) -> str:
        """The full name of its image; "" for any image."""
        return (full_name(self.image) or self.image) if self.image else ""

    @property
    def short(self) -> str:
        """The image's name as a learner types it."""
        return familiar(self.image_name)

    @property
    def what(self) -> str:
        """What the goal is about, in words."""
        return describe(self.named or "", self.short)

    def image_names(self) -> Iterable[str]:
        """Its image."""
        return (self.image_name,) if self.image else ()

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """Its image as it is now."""
        return (InspectImage(self.image_name),) if self.image else ()

    # Commands

    def options(self) -> tuple[str, ...]:
        """The options that `docker run` needs besides the name."""
        return ()

    def run(self, image: str | None = None) -> tuple[str, ...]:
        """The command that makes such a container, from its image; from `image` where any image will do."""
        made_from = self.short or image
        if not made_from:
            return LIST_CONTAINERS
        name = ("--name", self.named) if self.named else ()
        return (shell_command("docker", "run", *self.options(), *name, made_from),)

    def replace_commands(self, found: Container) -> tuple[str, ...]:
        """The commands that remove this container and make a right one."""
        force = () if found.state in ("created", "exited") else ("--force",)
        return (shell_command("docker", "rm", *force, found.name), *self.run(found.image))

    # Which containers are meant

    def is_from(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container made from `written` (a name or an ID) is made from the image."""
        return not self.image or is_made_from(self.image_name, written, image_id, facts)

    def is_from_old(self, image_ids: set[str], facts: Facts) -> bool:
        """Whether a container of these image IDs was made before the image's name moved to a new image."""
        now = facts[InspectImage(self.image_name)] if self.image else None
        return now is not None and bool(image_ids) and now.id not in image_ids

    def is_it(self, found: Container, facts: Facts) -> bool:
        """Whether this is such a container: by name and by image."""
        return self.named in (None, found.name) and self.is_from(found.image, found.image_id, facts)

    def fits(self, event: Event, facts: Facts) -> bool:
        """Whether a container event is about such a container, and not about one of the start state."""
        if self.named and event.attributes.get("name") != self.named:
            return False
        if event.id in facts.history.start_containers:
            return False
        return self.is_from(event.attributes.get("image", ""), "", facts)

    def new(self, facts: Facts) -> tuple[Container, ...]:
        """The containers that exist now and did not at the start."""
        return tuple(c for c in facts[CONTAINERS] if c.id not in facts.history.start_containers)

    # Reasons

    def wrong_image(self, found: Container, facts: Facts) -> Iterator[Reason]:
        """It was made from another image, or from the image that the name stood for before."""
        replace = self.replace_commands(found)
        if not self.is_from(found.image, found.image_id, facts):
            yield WrongImage(
                name=found.name, image=self.short, made_from=familiar(found.image), replace_commands=replace
            )
        elif self.is_from_old({found.image_id}, facts):
            yield OldImage(name=found.name, image=self.short, next_commands=replace)


def describe(name: str, image: str) -> str:
    """A container in words; an empty name or image stands for any."""
    made = f" made from `{image}`" if image else ""
    return f"container `{name}`{made}" if name else f"container{made}"
