"""How an image came to the engine, as far as the history shows it."""

from typing import Literal

from checker.facts.history import History
from checker.facts.objects import Event, Image, full_name
from checker.reference import ImageReference

Origin = Literal["start", "pulled", "loaded", "committed", "built"]


def origin(image: Image, history: History) -> Origin | None:
    """How it came here; None if nothing that was seen shows it.

    Nearly every engine shows a build in one way: a name is given to an image that was not there before
    and that came in no other way. Engine 26.1 with the containerd store sends no event at all for a
    build. It sends one for every other way, so there an image with a name and no event was built.
    """
    if any(image.id == known.id for known in history.start_images):
        return "start"
    if _bare(image.id) in committed(history):
        return "committed"
    named = [event for event in history.of("image", "tag") if is_id(event.id, image)]
    first = named[0].time_nano if named else None
    if any(is_id(e.id, image) and _before(e, first) for e in history.of("image", "import", "load")):
        return "loaded"
    if _was_pulled(image, named, history):
        return "pulled"
    return "built" if named or (image.names and _in_containerd_store(image)) else None


def committed(history: History) -> frozenset[str]:
    """The IDs, without `sha256:`, of the images that were made from a container."""
    made = (event.attributes.get("imageID", "") for event in history.of("container", "commit"))
    return frozenset(map(_bare, filter(None, made)))


def named_here(image: Image, name: str, history: History) -> bool:
    """Whether the name was given to this very image since the lesson was started."""
    return any(is_id(event.id, image) and _name(event) == name for event in history.of("image", "tag"))


def by_digest(history: History) -> tuple[str, ...]:
    """The full references with a digest that were pulled, the first pull first."""
    pulled = (full_name(event.id) for event in history.of("image", "pull") if "@" in event.id)
    return tuple(dict.fromkeys(filter(None, pulled)))


def is_id(written: str, image: Image) -> bool:
    """Whether the ID in an event is that of the image; some engines leave out `sha256:`."""
    return _bare(written) == _bare(image.id)


def is_of_a_build(event: Event) -> bool:
    """Whether a container event is about a step of a build: builders make containers from bare IDs."""
    return event.attributes.get("image", "").startswith("sha256:")


def _was_pulled(image: Image, named: list[Event], history: History) -> bool:
    """Whether it has a name that was pulled before any name was given to the image here."""
    first = named[0].time_nano if named else None
    pulls = {full_name(event.id) for event in history.of("image", "pull") if _before(event, first)}
    given = {_name(event) for event in named}
    names = {*image.names, *history.names_of(image.id)} - given
    digests = {_repository(digest) for digest in image.digests} - {_repository(n) for n in given if n}
    return bool(names & pulls) or bool(digests & {_repository(name) for name in pulls if name})


def _in_containerd_store(image: Image) -> bool:
    """Whether the ID of the image is a digest; only that store has such IDs."""
    return any(digest.endswith(f"@{image.id}") for digest in image.digests)


def _before(event: Event, moment: int | None) -> bool:
    return moment is None or event.time_nano < moment


def _name(event: Event) -> str | None:
    return full_name(event.attributes.get("name", ""))


def _repository(name: str) -> str:
    return ImageReference.parse(name).repository


def _bare(image_id: str) -> str:
    return image_id.removeprefix("sha256:")
