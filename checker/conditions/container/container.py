"""`container: NAME` (or `any`), `from: IMAGE`: what all its kinds have in common."""

from collections.abc import Iterable, Iterator

import msgspec

from checker.conditions.base import Goal, is_made_from
from checker.conditions.container.exit_codes import could_not_start
from checker.conditions.image.near_misses import came_instead, misspelt
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container, Event, familiar, full_name
from checker.verdict import Diagnosis

LOOK = ("docker ps --all",)


class AboutContainer(Goal, frozen=True, kw_only=True):
    """A goal about a container: one of a name, or any that was made from an image."""

    container: str
    image: str | None = msgspec.field(name="from", default=None)

    def __post_init__(self) -> None:
        if self.named is None and self.image is None:
            raise ValueError("`container: any` needs `from`: the image that it is made from")

    @property
    def named(self) -> str | None:
        """The name it must have; None for any."""
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
        made = f" made from `{self.short}`" if self.image else ""
        return f"container `{self.named}`{made}" if self.named else f"container{made}"

    def image_names(self) -> Iterable[str]:
        """Its image."""
        return (self.image_name,) if self.image else ()

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """Its image as it is now."""
        return (InspectImage(self.image_name),) if self.image else ()

    def options(self) -> tuple[str, ...]:
        """What `docker run` must be told besides the name."""
        return ()

    def run(self, image: str | None = None) -> tuple[str, ...]:
        """The command that makes such a container, from its image or, if any will do, from this one."""
        made_from = self.short or image
        if not made_from:
            return LOOK
        name = ("--name", self.named) if self.named else ()
        return (shell_command("docker", "run", *self.options(), *name, made_from),)

    def again(self, found: Container) -> tuple[str, ...]:
        """The commands that put a right one in the place of this one."""
        force = () if found.state in ("created", "exited") else ("--force",)
        return (shell_command("docker", "rm", *force, found.name), *self.run(found.image))

    def is_from(self, written: str, image_id: str, facts: Facts) -> bool:
        """Whether a container made from `written` (a name or an ID) is made from the image."""
        return not self.image or is_made_from(self.image_name, written, image_id, facts)

    def is_from_old(self, image_ids: set[str], facts: Facts) -> bool:
        """Whether a container of these image IDs was made before its image's name moved on."""
        now = facts[InspectImage(self.image_name)] if self.image else None
        return now is not None and bool(image_ids) and now.id not in image_ids

    def fits(self, event: Event, facts: Facts) -> bool:
        """Whether a container event speaks of such a container, and not of one of the start state."""
        if self.named and event.attributes.get("name") != self.named:
            return False
        if event.id in facts.history.start_containers:
            return False
        return self.is_from(event.attributes.get("image", ""), "", facts)

    def new(self, facts: Facts) -> tuple[Container, ...]:
        """The containers that are here and were not at the start."""
        return tuple(c for c in facts[CONTAINERS] if c.id not in facts.history.start_containers)

    # Diagnoses

    def wrong_image(self, found: Container, facts: Facts) -> Iterator[Diagnosis]:
        """It was made from another image, or from what the image's name stood for before."""
        if not self.is_from(found.image, found.image_id, facts):
            message = f"`{found.name}` was made from `{familiar(found.image)}`, not from `{self.short}`."
            yield Diagnosis("wrong-image", message, self.again(found))
        elif self.is_from_old({found.image_id}, facts):
            yield self.old_image(found.name, self.again(found))

    def old_image(self, name: str, mend: tuple[str, ...]) -> Diagnosis:
        """It was made before its image was built, pulled or tagged anew."""
        message = f"`{name}` was made before `{self.short}` got the image that it names now."
        return Diagnosis("old-image", f"{message} A container keeps the image that it was made from.", mend)

    def never_started(self, found: Container, *, watch: bool = True) -> Iterator[Diagnosis]:
        """It was created and no more, or it could not be started; as inspected.

        `watch`: it is meant to end, so one may wait for it.
        """
        if found.state == "created" and found.exit_code:
            yield could_not_start(found, *self.again(found))
        elif found.state == "created":
            start = shell_command("docker", "start", *(["--attach"] if watch else []), found.name)
            message = f"The container `{found.name}` was created from `{familiar(found.image)}`,"
            yield Diagnosis("created-not-started", f"{message} and never started.", (start,))

    def gone_again(self, facts: Facts) -> Iterator[Diagnosis]:
        """It was there and has been removed."""
        for event in facts.history.of("container", "destroy", "remove", recent=True):
            if self.named and event.attributes.get("name") == self.named:
                message = f"`{self.named}` was here and is gone: removed by hand, or by `--rm` as it ended."
                yield Diagnosis("container-gone", message, self.run(event.attributes.get("image")))

    def under_another_name(self, facts: Facts) -> Iterator[Diagnosis]:
        """Such a container exists, but is called something else."""
        if not self.named:
            return
        since = {e.id for e in facts.history.of("container", "create", recent=True)}
        made_now = [c for c in self.new(facts) if c.id in since and c.name != self.named]
        fitting = [c.name for c in made_now if self.is_from(c.image, c.image_id, facts)]
        close = [name for name in fitting if is_typo(name, self.named)]
        if others := close or (fitting if self.image else []):
            made = f" from `{self.short}`" if self.image else ""
            message = f"You made {join_words(others)}{made}. This step wants the name `{self.named}`."
            yield Diagnosis(
                "wrong-name", message, (shell_command("docker", "rename", others[-1], self.named),)
            )

    def near_misses(self, facts: Facts) -> Iterator[Diagnosis]:
        """The image was misspelt, another one was run, or it was only pulled."""
        if not self.image:
            return
        yield from misspelt(self.image_name, facts, self.run())
        starts = [e.attributes.get("image", "") for e in facts.history.of("container", "start", recent=True)]
        for other in reversed(dict.fromkeys(starts)):
            if not self.is_from(other, "", facts):
                reason = "typo" if is_typo(other, self.short) else "other-image"
                message = f"You ran a container from `{other}`. This step wants one from `{self.short}`."
                yield Diagnosis(reason, message, self.run())
        ever = (e.attributes.get("image", "") for e in facts.history.of("container", "start"))
        started = any(self.is_from(image, "", facts) for image in ever)
        if (
            not started
            and self.image_name in facts.history.arrivals()
            and facts[InspectImage(self.image_name)]
        ):
            message = f"The image `{self.short}` is here, but no container has run from it."
            yield Diagnosis("pulled-not-run", f"{message} Pulling only fetches.", self.run())
        yield from came_instead(self.image_name, facts, self.run())


def not_ended(found: Container, again: tuple[str, ...]) -> Iterator[Diagnosis]:
    """It should have ended, and lives in one of three ways; or it is on its way out."""
    stop, name = shell_command("docker", "stop", found.name), found.name
    match found.state:
        case "running":
            yield Diagnosis("still-running", f"The container `{name}` is still running.", (stop,))
        case "paused":
            yield paused(found, (shell_command("docker", "unpause", name), stop))
        case "restarting":
            yield restarting(found, (stop,))
        case "dead" | "removing":
            yield dying(found, again)


def paused(found: Container, mend: tuple[str, ...]) -> Diagnosis:
    """It holds still in the middle of its work."""
    message = f"The container `{found.name}` is paused: it neither works nor ends."
    return Diagnosis("container-paused", message, mend)


def restarting(found: Container, mend: tuple[str, ...]) -> Diagnosis:
    """Its restart policy starts it over and over, for it ends each time."""
    message = f"The container `{found.name}` is restarting in a loop: its main process ends each time,"
    look = shell_command("docker", "logs", found.name)
    return Diagnosis("container-restarting", f"{message} and Docker starts it again.", (look, *mend))


def dying(found: Container, mend: tuple[str, ...]) -> Diagnosis:
    """Docker is about to remove it, or failed to."""
    message = f"Docker began to remove the container `{found.name}`, and has not finished."
    return Diagnosis("container-dead", message, mend)
