"""Images that were to stay through a clean-up, and did not."""

from collections.abc import Iterable, Iterator

from checker.conditions.image.blockers import describe_containers, names_of
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.facts.objects import Image, familiar
from checker.reference import ImageReference
from checker.verdict import Diagnosis


def lost(stay: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Those of the full names that are not here."""
    return tuple(name for name in stay if facts[InspectImage(name)] is None)


def why_lost(stay: Iterable[str], facts: Facts) -> Iterator[Diagnosis]:
    """Only names that were here can be lost; one whose image is still here is easily given back."""
    gone = [name for name in lost(stay, facts) if facts.history.ids_of(name)]
    for name in gone:
        yield from _only_its_name(name, facts)
    for name in gone:
        yield _altogether(name, facts)
    for name in lost(stay, facts):
        message = f"`{familiar(name)}` should be here at the end, and it has not been seen at all."
        yield Diagnosis("kept-never-here", message, (f"docker pull {familiar(name)}",))


def _only_its_name(name: str, facts: Facts) -> Iterator[Diagnosis]:
    image = next(filter(None, (facts[InspectImage(key)] for key in sorted(facts.history.ids_of(name)))), None)
    if image is None:
        return
    users = facts.containers_of(frozenset({image.id}))
    back = (f"docker tag {names_of(image)[0]} {familiar(name)}",)
    now = (
        f"as {join_words(map(familiar, image.names))}" if image.names else f"{image.short_id}, without a name"
    )
    message = f"The name `{familiar(name)}` is gone, and it was to stay. Its image is still here {now}."
    if users and image.names and _pruned_away(name, facts):
        why = f"It is in use by {describe_containers(users)}, and from an image in use"
        trap = "`docker image prune --all` takes every name but one."
        yield Diagnosis("prune-took-names", f"{message} {why} {trap}", back)
    yield Diagnosis("kept-name-lost", message, back)


def _altogether(name: str, facts: Facts) -> Diagnosis:
    short = familiar(name)
    users = facts.containers_of(facts.history.ids_of(name))
    message = f"`{short}` was to stay, and it is gone."
    if users:
        message += f" It was forced out from under {describe_containers(users)}."
    elif _pruned_away(name, facts):
        message += " `docker image prune --all` takes every image that no container uses."
    return Diagnosis("lost-kept", message, (_fetch(name, facts),))


def _fetch(name: str, facts: Facts) -> str:
    """What came from a registry can be pulled again; what was made here cannot."""
    repository = ImageReference.parse(name).repository
    sightings = (image for image in facts.history.images if name in image.names)
    pulled = any(_is_from(repository, image) for image in sightings)
    return f"docker pull {familiar(name)}" if pulled or not facts.private else "dockyard reset"


def _is_from(repository: str, image: Image) -> bool:
    return any(digest.startswith(f"{repository}@") for digest in image.digests)


def _pruned_away(name: str, facts: Facts) -> bool:
    """Whether it went in a prune: the event of that comes right after those of what it took."""
    ids, taken = facts.history.ids_of(name), False
    for event in facts.history.of("image", "untag", "delete", "tag", "pull", "import", "prune"):
        if event.action == "prune" and taken:
            return True
        taken = event.action in ("untag", "delete") and (taken or event.id in ids)
    return False
