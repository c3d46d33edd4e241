"""Why an image is not on the engine: something close to it came instead, or nothing came."""

from collections.abc import Iterator
from typing import Literal

from checker.conditions.reasons import Commands, Private, Reason
from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import familiar
from checker.reference import ImageReference


class Typo(Reason, frozen=True, tag="typo"):
    """A name was used that is within two letters of the right one."""

    image: str
    next_commands: Commands
    requested: Private = ""  # from the hub, which does not have it
    found: Private = ""  # on the engine
    ran: Private = ""  # in a container
    asked = "The image is called `{image}`."
    seen = (
        "The hub was asked for `{requested}`, and it has no such repository.",
        "You have `{found}`.",
        "You ran a container from `{ran}`.",
    )
    cause = "This looks like a typing mistake."
    next = ("{next_commands}",)


class NoSuchTag(Reason, frozen=True, tag="no-such-tag"):
    """The hub was asked for the right repository with a tag that it does not have."""

    image: str
    next_commands: Commands
    requested: Private
    repository: str
    tag: Private
    asked = "This step asks for `{image}`."
    seen = "The hub was asked for `{requested}`, and its repository `{repository}` has no tag `{tag}`."
    next = ("{next_commands}",)


class OtherTag(Reason, frozen=True, tag="other-tag"):
    """An image of the right repository came, with another tag or with none."""

    image: str
    next_commands: Commands
    found: Private
    found_tag: Private
    tag: str
    asked = (
        "This step asks for the tag `{default_tag}`, which is also what you get when you write no tag.",
        "This step asks for the tag `{tag}`.",
        "This step asks for `{image}`.",
    )
    seen = (
        "You have `{found}`: the right repository with the tag `{found_tag}`.",
        "You have `{found}`: the right repository by its digest, without a tag.",
    )
    next = ("{next_commands}",)

    @property
    def default_tag(self) -> str:
        """The wanted tag, if it is the one that Docker fills in."""
        return self.tag if self.tag == "latest" else ""


class OtherRepository(Reason, frozen=True, tag="other-repository"):
    """An image of another repository came."""

    image: str
    next_commands: Commands
    found: Private
    asked = "This step asks for `{image}`."
    seen = "Your `{found}` belongs to another repository."
    next = ("{next_commands}",)


class GoneAgain(Reason, frozen=True, tag="gone-again"):
    """The image, or its name, was here and has been removed again."""

    image: str
    next_commands: Commands
    digest: Private = ""
    what: Literal["image", "name"] = "image"
    seen = (
        "The {what} `{image}@{digest}` was here, and it has been removed again.",
        "The {what} `{image}` was here, and it has been removed again.",
    )
    next = ("{next_commands}",)


class TaggedNotPulled(Reason, frozen=True, tag="tagged-not-pulled"):
    """The name was given to an image on this engine, and nothing was pulled."""

    image: str
    seen = "`{image}` is only a name that was given to an image on this engine. Nothing was pulled."
    next = ("docker rmi {image}", "docker pull {image}")


class AlreadyHere(Reason, frozen=True, tag="already-here"):
    """The image was here before; the step wants something done with it."""

    image: str
    next_commands: Commands
    wanted: Literal["pulled", "tagged"]
    seen = "`{image}` is here, but you have not {deed} since the lesson was started."
    next = ("{next_commands}",)

    @property
    def deed(self) -> str:
        """What the learner has not done, in words."""
        return {"pulled": "pulled it", "tagged": "given this name to an image"}[self.wanted]


class NotHere(Reason, frozen=True, tag="not-here"):
    """The image is not on this engine, and nothing close to it has come."""

    image: str
    seen = "There is no `{image}` on this engine."
    next = ("docker pull {image}",)


MISSPELT = (Typo, NoSuchTag)
CLOSE = (OtherTag, OtherRepository, Typo)
NOT_HERE = (*MISSPELT, OtherTag, OtherRepository, GoneAgain, TaggedNotPulled, AlreadyHere, NotHere)


def why_not_here(name: str, facts: Facts) -> Iterator[Reason]:
    """Why the image of this full name is not on the engine, or has not come there."""
    short = familiar(name)
    pull = (f"docker pull {short}",)
    yield from misspelt(name, facts, pull)
    yield from came_instead(name, facts, pull)
    if facts[InspectImage(name)]:
        if name in facts.history.tagged():
            yield TaggedNotPulled(image=short)
        yield AlreadyHere(image=short, wanted="pulled", next_commands=pull)
    elif name in facts.history.arrivals():
        yield GoneAgain(image=short, next_commands=pull)
    yield NotHere(image=short)


def misspelt(name: str, facts: Facts, next_commands: tuple[str, ...]) -> Iterator[Reason]:
    """The learner asked the hub for something close that it does not have."""
    wanted, short = ImageReference.parse(name), familiar(name)
    last = max((event.time_nano for event in facts.history.of("image", "pull", "tag")), default=0)
    for event in reversed(list(facts.history.of("hub", "miss", recent=True))):
        if event.time_nano < last:
            return  # something has come since: that tells more
        repository, tag = event.attributes["repository"], event.attributes["tag"]
        requested = familiar(f"docker.io/{repository}:{tag}")
        if is_typo(repository, wanted.path):
            yield Typo(image=short, requested=requested, next_commands=next_commands)
        elif repository == wanted.path and tag != wanted.tag:
            yield NoSuchTag(
                image=short,
                requested=requested,
                repository=repository.removeprefix("library/"),
                tag=tag,
                next_commands=next_commands,
            )


def came_instead(name: str, facts: Facts, next_commands: tuple[str, ...]) -> Iterator[Reason]:
    """Something close to the wanted image came since the lesson was started, the latest first."""
    for arrival in reversed(facts.history.arrivals()):
        if reason := how_close(arrival, name, next_commands):
            yield reason


def how_close(found: str, name: str, next_commands: tuple[str, ...] = ()) -> Reason | None:
    """What sets a full name apart from the wanted one, if the two are close."""
    has, wanted = ImageReference.parse(found), ImageReference.parse(name)
    yours, short = familiar(found), familiar(name)
    if found == name:
        return None
    if has.repository == wanted.repository:
        return OtherTag(
            image=short,
            found=yours,
            found_tag=has.tag or "",
            tag=wanted.tag or "",
            next_commands=next_commands,
        )
    if has.path.rpartition("/")[2] == wanted.path.rpartition("/")[2]:
        return OtherRepository(image=short, found=yours, next_commands=next_commands)
    if is_typo(has.path, wanted.path):
        return Typo(image=short, found=yours, next_commands=next_commands)
    return None
