"""Why an image is not on the engine: what came instead, or what the registry was asked for."""

from collections.abc import Iterator
from dataclasses import replace

from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import familiar
from checker.reference import ImageReference
from checker.verdict import Diagnosis


def why_not_here(name: str, facts: Facts) -> Iterator[Diagnosis]:
    """Why an image is not on the engine: what came instead, or what the hub was asked for."""
    short = familiar(name)
    pull = (f"docker pull {short}",)
    yield from misspelt(name, facts, pull)
    yield from came_instead(name, facts, pull)
    if name in facts.history.arrivals() and not facts[InspectImage(name)]:
        yield Diagnosis("gone-again", f"`{short}` was here, and it has been removed again.", pull)
    if facts[InspectImage(name)] and name in facts.history.tagged():
        message = f"`{short}` is only a name that was given to an image on this engine; nothing was fetched."
        yield Diagnosis("tagged-not-pulled", message, (f"docker rmi {short}", *pull))
    if facts[InspectImage(name)]:
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
