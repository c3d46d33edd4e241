"""Images that were built on an image, and keep it on the engine."""

from collections.abc import Iterator

from checker.conditions.image.blockers import called, names_of
from checker.conditions.reasons import Commands, PrivateNames, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage
from checker.facts.objects import Image, familiar

RULE = (
    "Docker keeps an image as long as others are built on it: "
    "`docker rmi` with its name removes only that name, and with its ID it is refused."
)


class ChildImages(Reason, frozen=True, tag="child-images"):
    """Other images were built on the image, and the engine keeps it for them."""

    image: str
    next_commands: Commands
    image_id: str = ""  # where the name is gone
    children: PrivateNames = ()  # as far as they are known
    seen = (
        "The name `{image}` is gone, but its image {image_id} is still here.",
        "`{image}` is still here.",
    )
    cause = (
        "{children} {children:was|were} built on it. " + RULE,
        "Another image was built on it. " + RULE,
    )
    next = ("{next_commands}",)


def built_on(base: Image, name: str, facts: Facts, then: tuple[str, ...] = ()) -> Iterator[ChildImages]:
    """Images made since the start are built on this one, and the classic store keeps it for them."""
    made = (facts[InspectImage(key)] for key in made_here(facts.history))
    children = [image for image in made if image and image.is_built_on(base)]
    if children and not base.is_known_by_manifest:
        yield ChildImages(
            image=familiar(name),
            next_commands=(*(f"docker rmi {' '.join(names_of(child))}" for child in children), *then),
            image_id="" if base.names else base.short_id,
            children=tuple(map(called, children)),
        )


def made_here(history: History) -> tuple[str, ...]:
    """IDs of the images that were tagged, built or committed since the start, the latest first."""
    tagged = [event.id for event in history.of("image", "tag")]
    committed = [event.attributes.get("imageID", "") for event in history.of("container", "commit")]
    imported = {event.id for event in history.of("image", "import")}  # made of files, not of an image
    made = dict.fromkeys(filter(None, reversed(tagged + committed)))
    return tuple(image_id for image_id in made if image_id not in imported)
