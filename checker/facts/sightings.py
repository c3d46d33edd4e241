"""Things that were seen, and ways to find them again."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from checker.facts.objects import Container, Image, Seen

Kind = TypeVar("Kind", bound=Seen)


class Sightings(tuple[Seen, ...]):
    """Things that were seen, oldest first. Each way to find them is made once: there may be many."""

    @cached_property
    def known(self) -> frozenset[Seen]:
        """To tell quickly whether something was seen just as it is."""
        return frozenset(self)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The images."""
        return self.of_kind(Image)

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers."""
        return self.of_kind(Container)

    @cached_property
    def container_ids(self) -> frozenset[str]:
        """The IDs of the containers."""
        return frozenset(container.id for container in self.containers)

    @cached_property
    def ids(self) -> Mapping[str, frozenset[str]]:
        """Full name -> the IDs of all images that were seen under it."""
        return _gathered((name, image.id) for image in self.images for name in image.names)

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """ID -> the full names under which the image was seen."""
        return _gathered((image.id, name) for image in self.images for name in image.names)

    def of_kind(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Those of one kind."""
        return tuple(each for each in self if isinstance(each, kind))


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
