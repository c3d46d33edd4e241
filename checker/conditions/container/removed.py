"""`container: NAME` (or `any`), `from: IMAGE`, that `is: removed`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.container.container import AboutContainer
from checker.conditions.wording import join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, Need
from checker.facts.objects import Container
from checker.verdict import Diagnosis


class ContainerRemoved(AboutContainer, frozen=True, kw_only=True, tag="removed"):
    """Such a container was seen since the lesson was started, and now none is left."""

    example: ClassVar[str] = "container: greeting\nis: removed"

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image, and all containers."""
        return (*super().needs(history), CONTAINERS)

    def evidence(self, facts: Facts) -> str | None:
        """That it was here, and is not among the containers any more."""
        if self.left(facts) or not self.were_here(facts):
            return None
        return f"The {self.what} was here, and it is gone."

    def were_here(self, facts: Facts) -> set[str]:
        """IDs of all such containers that were seen or heard of."""
        events = facts.history.of("container", "create", "destroy", "remove")
        heard = {
            e.id
            for e in events
            if self.named in (None, e.attributes.get("name"))
            and self.is_from(e.attributes.get("image", ""), "", facts)
        }
        return heard | {c.id for c in facts.history.containers if self.is_it(c, facts)}

    def left(self, facts: Facts) -> tuple[Container, ...]:
        """Those that are still here, whatever they are called by now."""
        gone = self.were_here(facts)
        return tuple(c for c in facts[CONTAINERS] if c.id in gone or self.is_it(c, facts))

    def is_it(self, found: Container, facts: Facts) -> bool:
        """Whether this is such a container: by name and by image."""
        return self.named in (None, found.name) and self.is_from(found.image, found.image_id, facts)

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """It lives, it was only renamed, another was removed, or nothing was done."""
        for found in self.left(facts):
            yield from self.in_the_way(found)
            rm = (shell_command("docker", "rm", found.name),)
            if self.named not in (None, found.name):
                message = f"`{self.named}` is only called `{found.name}` now; it is the same container."
                yield Diagnosis("container-renamed", message, rm)
            if others := self.removed_instead(facts):
                message = f"You removed {join_words(others)}, and `{found.name}` is still here."
                yield Diagnosis("removed-another-container", message, rm)
            message = f"The container `{found.name}` is still here, stopped, and takes its place on the disk."
            yield Diagnosis("container-still-here", message, rm)
        message = f"No {self.what} has been on this engine since the lesson was started."
        yield Diagnosis("container-never-here", f"{message} There was nothing to remove.", self.run())

    def in_the_way(self, found: Container) -> Iterator[Diagnosis]:
        """Docker removes no container that lives, unless it is forced."""
        name, rm = found.name, shell_command("docker", "rm", found.name)
        stop = shell_command("docker", "stop", name)
        if found.state in ("running", "restarting"):
            message = f"The container `{name}` is {found.state}, and Docker removes only what has stopped."
            yield Diagnosis("stop-it-first", message, (stop, rm))
        if found.state == "paused":
            message = f"The container `{name}` is paused, which is not stopped: wake it, stop it, remove it."
            yield Diagnosis("stop-it-first", message, (shell_command("docker", "unpause", name), stop, rm))

    def removed_instead(self, facts: Facts) -> list[str]:
        """Names of the containers that went, and were not meant."""
        gone = facts.history.of("container", "destroy", "remove", recent=True)
        known = {c.id for c in facts.history.containers} - self.were_here(facts)
        return list(dict.fromkeys(e.attributes.get("name", "") for e in gone if e.id in known))
