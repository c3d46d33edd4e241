"""An image that lost its name and stays: whether there is one, and what was done instead."""

from collections.abc import Iterator

from checker.conditions.image.blockers import called
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import DANGLING, InspectImage
from checker.facts.objects import Image, familiar, full_name
from checker.verdict import Diagnosis

LOOK = ("docker images --all",)


def dangling_since(facts: Facts) -> tuple[Image, ...]:
    """The images that dangle now and did not when the lesson was started."""
    before = {image.id for image in facts.history.start_images if not image.names}
    return tuple(image for image in facts[DANGLING] if image.id not in before)


def why_not_made(facts: Facts) -> Iterator[Diagnosis]:
    """Another name is left, one name too many was given, all of it was removed, or nothing was done."""
    yield from _still_named(facts)
    yield from _one_name_more(facts)
    yield from _removed(facts)
    if facts[DANGLING]:
        message = f"{join_words(map(called, facts[DANGLING]))} had no name when the lesson was started."
        yield Diagnosis("dangling-from-start", f"{message} Make another image lose its name.", LOOK)
    message = "No image has lost its name since the lesson was started and is still here."
    yield Diagnosis("nothing-dangling", message, LOOK)


def _still_named(facts: Facts) -> Iterator[Diagnosis]:
    """A name moved on, but it was not the only one of the image that it left."""
    for name in reversed(facts.history.arrivals()):
        seen = [facts[InspectImage(image_id)] for image_id in sorted(facts.history.ids_of(name))]
        left = [image for image in seen if image and image.names and name not in image.names]
        now = facts[InspectImage(name)]
        if left and now:
            others = join_words(map(familiar, left[0].names))
            message = f"The name `{familiar(name)}` moved on, but the image it left is still called {others}."
            move = tuple(f"docker tag {familiar(name)} {familiar(other)}" for other in left[0].names)
            yield Diagnosis("still-named", message, move)


def _one_name_more(facts: Facts) -> Iterator[Diagnosis]:
    """A name that no image had before is taken away from none."""
    for event in reversed(list(facts.history.of("image", "tag", recent=True))):
        name = full_name(event.attributes.get("name", ""))
        image = facts[InspectImage(name)] if name else None
        if name and image and facts.history.ids_of(name) <= {image.id}:
            message = f"`{familiar(name)}` is one more name for that image, and no other image lost one."
            how = "A name can be moved: give an image the name that another image has now."
            yield Diagnosis("one-name-more", f"{message} {how}", ("docker images",))


def _removed(facts: Facts) -> Iterator[Diagnosis]:
    for event in facts.history.of("image", "delete", recent=True):
        names = [familiar(name) for name in sorted(facts.history.names_of(event.id))]
        if names:
            message = f"You removed {join_words(names)}: name and image are both gone, and nothing dangles."
            yield Diagnosis("removed-not-dangling", message, LOOK)
