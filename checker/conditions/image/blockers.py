"""What keeps an image from going: containers, other names, images that were built on it."""

from collections.abc import Iterator, Sequence

from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import InspectImage
from checker.facts.objects import Container, Image, familiar
from checker.verdict import Diagnosis

ALIVE = ("running", "paused", "restarting")
STATES = (*ALIVE, "created", "exited", "dead")  # what weighs most comes first


def in_use(short: str, users: tuple[Container, ...], mend: tuple[str, ...]) -> Iterator[Diagnosis]:
    """A container made from the image is in the way; a running one weighs most."""
    for state in STATES:
        blocking = tuple(user for user in users if user.state == state)
        if blocking:
            word = "stopped" if state == "exited" else state
            made = f"{describe_containers(blocking)} {was(blocking)} made from it"
            message = f"`{short}` is still here: {made}, and Docker keeps"
            yield Diagnosis(
                f"image-in-use-{word}",
                f"{message} an image as long as a container needs it.",
                mend,
            )


def several_tags(image: Image, name: str, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
    """The image has more names than the one asked about."""
    others = [familiar(other) for other in sorted(image.names) if other != name]
    if others:
        message = f"`{familiar(name)}` is still here, and its image is also called {join_words(others)}."
        why = "By its ID it cannot be removed while it has more than one name; a name can."
        yield Diagnosis("several-tags", f"{message} {why}", mend)


def made_here(history: History) -> tuple[str, ...]:
    """IDs of the images that were tagged, built or committed since the start, the latest first."""
    tagged = [event.id for event in history.of("image", "tag")]
    committed = [event.attributes.get("imageID", "") for event in history.of("container", "commit")]
    imported = {event.id for event in history.of("image", "import")}  # made of files, not of an image
    made = dict.fromkeys(filter(None, reversed(tagged + committed)))
    return tuple(image_id for image_id in made if image_id not in imported)


def built_on(base: Image, short: str, facts: Facts, then: tuple[str, ...] = ()) -> Iterator[Diagnosis]:
    """Others, made since the start, stand on this image, and the classic store keeps it for them."""
    made = (facts[InspectImage(key)] for key in made_here(facts.history))
    children = [image for image in made if image and image.is_built_on(base)]
    if children and not base.is_known_by_manifest:
        names = join_words(map(called, children))
        message = f"{short} is still here: {names} {was(children)} built on it, and the engine keeps an image"
        why = "that others stand on. By a name only that name goes, and by its ID it is refused."
        away = (f"docker rmi {' '.join(names_of(child))}" for child in children)
        yield Diagnosis("child-images", f"{message} {why}", (*away, *then))


def called(image: Image) -> str:
    """What a learner would call it: its first name, or its ID."""
    return names_of(image)[0]


def names_of(image: Image) -> tuple[str, ...]:
    """All that must be taken away for it to go: its names, or its ID where it has none."""
    return tuple(sorted(map(familiar, image.names))) or (image.short_id,)


def describe_containers(users: tuple[Container, ...]) -> str:
    """The containers by their states: the running container `a` and the stopped containers `b` and `c`."""
    parts = []
    for state in dict.fromkeys(user.state for user in users):
        names = [user.name for user in users if user.state == state]
        noun = "container" if len(names) == 1 else "containers"
        parts.append(f"the {'stopped' if state == 'exited' else state} {noun} {join_words(names)}")
    return " and ".join(parts)


def was(things: Sequence[object]) -> str:
    """The verb for so many."""
    return "was" if len(things) == 1 else "were"


def unblock(users: tuple[Container, ...]) -> tuple[str, ...]:
    """Commands that take the containers away, without force."""
    names = " ".join(user.name for user in users)
    alive = " ".join(user.name for user in users if user.state in ALIVE)
    paused = " ".join(user.name for user in users if user.state == "paused")
    steps = (paused and f"docker unpause {paused}", alive and f"docker stop {alive}")
    return tuple(step for step in (*steps, names and f"docker rm {names}") if step)
