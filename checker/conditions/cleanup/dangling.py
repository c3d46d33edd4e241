"""An image that lost its name and stays: whether there is one, and what was done instead."""

from collections.abc import Iterator

from checker.conditions.reasons import Commands, Private, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, InspectImage
from checker.facts.objects import Image, familiar, full_name


class StillNamed(Reason, frozen=True, tag="still-named"):
    """A name moved to another image, but the image that it left has further names."""

    name: Private
    others: PrivateNames
    move_others: Commands
    seen = "The name `{name}` moved on, but the image that it left is still called {others}."
    next = ("{move_others}",)


class OneNameMore(Reason, frozen=True, tag="one-name-more"):
    """An image was given a further name that no other image had."""

    name: Private
    asked = "This step asks you to make an image lose its name."
    seen = "`{name}` is one more name for that image, and no other image lost one."
    cause = "A name can be moved: give an image the name that another image has now."
    next = ("docker images",)


class RemovedNotDangling(Reason, frozen=True, tag="removed-not-dangling"):
    """The image was removed with its name, so nothing dangles."""

    removed: PrivateNames
    seen = "You removed {removed}: the name and the image are both gone, and nothing dangles."
    next = ("docker images --all",)


class DanglingFromStart(Reason, frozen=True, tag="dangling-from-start"):
    """The images that dangle did so when the lesson was started."""

    image_ids: tuple[str, ...]
    asked = "This step asks you to make another image lose its name."
    seen = "{image_ids} had no name when the lesson was started."
    next = ("docker images --all",)


class NothingDangling(Reason, frozen=True, tag="nothing-dangling"):
    """No image has lost its name."""

    seen = "No image has lost its name and stayed here since the lesson was started."
    next = ("docker images --all",)


NOT_MADE: tuple[type[Reason], ...] = (
    StillNamed,
    OneNameMore,
    RemovedNotDangling,
    DanglingFromStart,
    NothingDangling,
)


def dangling_since(facts: Facts) -> tuple[Image, ...]:
    """The images that dangle now and did not when the lesson was started."""
    before = {image.id for image in facts.history.start_images if not image.names}
    return tuple(image for image in facts[DANGLING] if image.id not in before)


def why_not_made(facts: Facts) -> Iterator[Reason]:
    """Another name is left, one more name was given, all of it was removed, or nothing was done."""
    yield from _still_named(facts)
    yield from _one_name_more(facts)
    yield from _removed(facts)
    if facts[DANGLING]:
        yield DanglingFromStart(image_ids=tuple(image.short_id for image in facts[DANGLING]))
    yield NothingDangling()


def _still_named(facts: Facts) -> Iterator[StillNamed]:
    """A name moved on, but it was not the only one of the image that it left."""
    for name in reversed(facts.history.arrivals()):
        seen = [facts[InspectImage(image_id)] for image_id in sorted(facts.history.ids_of(name))]
        left = [image for image in seen if image and image.names and name not in image.names]
        now = facts[InspectImage(name)]
        if left and now:
            short, others = familiar(name), tuple(map(familiar, left[0].names))
            yield StillNamed(
                name=short,
                others=others,
                move_others=tuple(f"docker tag {short} {other}" for other in others),
            )


def _one_name_more(facts: Facts) -> Iterator[OneNameMore]:
    """A name that no image had before is taken from no image."""
    for event in reversed(list(facts.history.of("image", "tag", recent=True))):
        name = full_name(event.attributes.get("name", ""))
        image = facts[InspectImage(name)] if name else None
        if name and image and facts.history.ids_of(name) <= {image.id}:
            yield OneNameMore(name=familiar(name))


def _removed(facts: Facts) -> Iterator[RemovedNotDangling]:
    for event in facts.history.of("image", "delete", recent=True):
        if names := facts.history.names_of(event.id):
            yield RemovedNotDangling(removed=tuple(map(familiar, sorted(names))))
