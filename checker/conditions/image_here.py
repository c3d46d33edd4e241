"""`image: NAME` that `is: present` or `is: pulled`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from checker.conditions.base import AboutImage, is_typo
from checker.conditions.qualities import Qualified
from checker.facts import Facts
from checker.objects import familiar, full_name
from checker.reference import ImageReference
from checker.verdict import Diagnosis


class ImagePresent(Qualified, frozen=True, tag="present"):
    """The image is on the engine now, however it came there."""

    example: ClassVar[str] = """
        image: nginx
        is: present
        platform: linux/amd64
        config: {exposes: [80]}
    """

    def evidence(self, facts: Facts) -> str | None:
        """Its ID."""
        image = facts.image(self.image_name)
        if image is None or not self.has_all(image, facts):
            return None
        return f"`{self.short}` is here, with the ID {image.short_id}{self.merits()}."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """What it lacks; near misses, then plain absence."""
        if image := facts.image(self.image_name):
            yield from self.shortcomings(image, facts)
        yield from why_not_here(self.image_name, facts)


class ImagePulled(AboutImage, frozen=True, tag="pulled"):
    """The image came to the engine since the lesson was started."""

    example: ClassVar[str] = """
        image: ubuntu:22.04
        is: pulled
    """

    def evidence(self, facts: Facts) -> str | None:
        """The pull, or its presence where it was missing at the start."""
        pulls = facts.history.of("image", "pull")
        if any(full_name(event.id) == self.image_name for event in pulls):
            return f"`{self.short}` was pulled."
        image = facts.image(self.image_name)
        named_here = self.image_name in facts.history.tagged()
        if image and not named_here and not facts.history.at_start(self.image_name):
            return f"`{self.short}` has arrived, with the ID {image.short_id}."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Near misses first, then plain absence."""
        return why_not_here(self.image_name, facts)


def why_not_here(name: str, facts: Facts) -> Iterator[Diagnosis]:
    """Why an image is not on the engine: what came instead, or what the hub was asked for."""
    short = familiar(name)
    pull = (f"docker pull {short}",)
    yield from misspelt(name, facts, pull)
    yield from came_instead(name, facts, pull)
    if name in facts.history.arrivals() and not facts.image(name):
        yield Diagnosis("gone-again", f"`{short}` was here, and it has been removed again.", pull)
    if facts.image(name) and name in facts.history.tagged():
        message = f"`{short}` is only a name that was given to an image on this engine; nothing was fetched."
        yield Diagnosis("tagged-not-pulled", message, (f"docker rmi {short}", *pull))
    if facts.image(name):
        message = f"`{short}` was here from the start; this step wants it fetched anew."
        yield Diagnosis("already-here", message, pull)
    yield Diagnosis("not-here", f"There is no `{short}` on this engine.", pull)


def misspelt(name: str, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
    """The learner asked the hub for something close that it does not have."""
    wanted = ImageReference.parse(name)
    last = max((event.time_nano for event in facts.history.of("image", "pull", "tag")), default=0)
    for event in reversed(list(facts.history.of("hub", "miss", recent=True))):
        if event.time_nano < last:
            return  # something has come since: that tells more
        repository, tag = event.attributes["repository"], event.attributes["tag"]
        asked = familiar(f"docker.io/{repository}:{tag}")
        if is_typo(repository, wanted.path):
            message = f"The hub was asked for `{asked}`, and it has no such repository: a slip of the keys?"
            yield Diagnosis("typo", f"{message} The image is called `{familiar(name)}`.", mend)
        elif repository == wanted.path and tag != wanted.tag:
            message = f"The hub was asked for `{asked}`, and its `{repository.removeprefix('library/')}`"
            yield Diagnosis("no-such-tag", f"{message} has no tag `{tag}`.", mend)


def came_instead(name: str, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
    """Something close to the wanted image came since the lesson was started."""
    for arrival in reversed(facts.history.arrivals()):
        if near := how_close(arrival, name):
            yield replace(near, next=mend)


def how_close(found: str, name: str) -> Diagnosis | None:
    """What tells a full name from the wanted one, if it is close to it; without commands."""
    has, wanted, short = ImageReference.parse(found), ImageReference.parse(name), familiar(found)
    if found == name:
        return None
    if has.repository == wanted.repository:
        tagged = f"with the tag `{has.tag}`" if has.tag else "by its digest, without a tag"
        message = f"You have `{short}`: the right repository {tagged}."
        wants = f"This step wants the tag `{wanted.tag}`"
        default = ", which is also what you get when you write no tag." if wanted.tag == "latest" else "."
        return Diagnosis("other-tag", f"{message} {wants}{default}")
    if has.path.rpartition("/")[2] == wanted.path.rpartition("/")[2]:
        message = f"You have `{short}`, which is another repository than `{familiar(name)}`."
        return Diagnosis("other-repository", message)
    if is_typo(has.path, wanted.path):
        return Diagnosis("typo", f"You have `{short}`; the one asked for is `{familiar(name)}`.")
    return None
