"""Why there is no such container: it is gone, has another name, was made from another image, or never ran."""

from collections.abc import Iterator

from checker.conditions.container.container import AboutContainer
from checker.conditions.image.near_misses import CLOSE, NoSuchTag, Typo, came_instead, misspelt
from checker.conditions.reasons import Commands, Private, PrivateNames, Reason
from checker.conditions.shared import ContainerGone
from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage


class WrongName(Reason, frozen=True, tag="wrong-name"):
    """Such a container exists, but it has another name."""

    wanted: str
    made: PrivateNames
    image: str = ""
    asked = "This step asks for a container with the name `{wanted}`."
    seen = ("You made {made} from `{image}`.", "You made {made}.")
    next = ("docker rename {latest} {wanted}",)

    @property
    def latest(self) -> str:
        """The one that was made last."""
        return self.made[-1]


class OtherImage(Reason, frozen=True, tag="other-image"):
    """A container was run from another image than the step asks for."""

    image: str
    ran: Private
    next_commands: Commands
    asked = "This step asks for a container made from `{image}`."
    seen = "You ran a container from `{ran}`."
    next = ("{next_commands}",)


class PulledNotRun(Reason, frozen=True, tag="pulled-not-run"):
    """The image came to this engine, and no container was run from it."""

    image: str
    next_commands: Commands
    seen = "The image `{image}` is here, but no container has run from it."
    cause = "Pulling only fetches an image. It runs nothing."
    next = ("{next_commands}",)


IMAGE_NEAR_MISSES = (*CLOSE, NoSuchTag, OtherImage, PulledNotRun)


def gone_again(goal: AboutContainer, facts: Facts) -> Iterator[Reason]:
    """It was here and has been removed."""
    for event in facts.history.of("container", "destroy", "remove", recent=True):
        if goal.named and event.attributes.get("name") == goal.named:
            yield ContainerGone(name=goal.named, next_commands=goal.run(event.attributes.get("image")))


def under_another_name(goal: AboutContainer, facts: Facts) -> Iterator[Reason]:
    """Such a container was made since the last achievement, under another name."""
    if not goal.named:
        return
    recent = {e.id for e in facts.history.of("container", "create", recent=True)}
    made_now = [c for c in goal.new(facts) if c.id in recent and c.name != goal.named]
    fitting = [c.name for c in made_now if goal.is_from(c.image, c.image_id, facts)]
    close = [name for name in fitting if is_typo(name, goal.named)]
    if others := close or (fitting if goal.image else []):
        yield WrongName(wanted=goal.named, made=tuple(others), image=goal.short)


def image_near_misses(goal: AboutContainer, facts: Facts) -> Iterator[Reason]:
    """The name of the image was misspelt, another image was run, or the image was only pulled."""
    if not goal.image:
        return
    yield from misspelt(goal.image_name, facts, goal.run())
    yield from ran_another(goal, facts)
    if is_unused(goal, facts):
        yield PulledNotRun(image=goal.short, next_commands=goal.run())
    yield from came_instead(goal.image_name, facts, goal.run())


def ran_another(goal: AboutContainer, facts: Facts) -> Iterator[Reason]:
    """Containers were run from other images, the latest first."""
    starts = [e.attributes.get("image", "") for e in facts.history.of("container", "start", recent=True)]
    for other in reversed(dict.fromkeys(starts)):
        if goal.is_from(other, "", facts):
            continue
        if is_typo(other, goal.short):
            yield Typo(image=goal.short, ran=other, next_commands=goal.run())
        else:
            yield OtherImage(image=goal.short, ran=other, next_commands=goal.run())


def is_unused(goal: AboutContainer, facts: Facts) -> bool:
    """Whether the image came since the lesson was started, and no container was started from it."""
    starts = (e.attributes.get("image", "") for e in facts.history.of("container", "start"))
    if any(goal.is_from(image, "", facts) for image in starts):
        return False
    came = goal.image_name in facts.history.arrivals()
    return came and facts[InspectImage(goal.image_name)] is not None
