"""Whether an image was pushed to a registry and, if not, what was done instead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.conditions.image.comparison import NothingToCompare
from checker.conditions.image.tagged import NotTagged
from checker.conditions.reasons import Reason
from checker.conditions.registry.push_reasons import (
    LoginNeeded,
    NotPushed,
    PushedElsewhere,
    PushedOldBuild,
    PushedOtherImage,
    PushedOtherTag,
    TaggedOtherImage,
    TaggedOtherwise,
    TaggedWithoutRegistry,
)
from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage, Need, ResolveReference
from checker.facts.objects import Event, Image, RemoteImage, familiar, full_name
from checker.reference import ImageReference, InvalidReference

HUB = "docker.io"
NOT_PUSHED: tuple[type[Reason], ...] = (
    LoginNeeded,
    PushedOtherTag,
    PushedElsewhere,
    NotPushed,
    TaggedWithoutRegistry,
    TaggedOtherwise,
    NotTagged,
)
OTHER_IMAGE: tuple[type[Reason], ...] = (
    NothingToCompare,
    PushedOldBuild,
    PushedOtherImage,
    TaggedOtherImage,
)


@dataclass(frozen=True)
class Push:
    """A push that a step asks for: the full name, and that of the local image that it must be, if any."""

    name: str
    original: str | None = None

    @property
    def wanted(self) -> ImageReference:
        """The parts of the name."""
        return ImageReference.parse(self.name)

    @property
    def short(self) -> str:
        """The name as a learner types it."""
        return familiar(self.name)

    def done(self, facts: Facts) -> bool:
        """Whether it was pushed since the lesson was started, alone or with all tags of its repository."""
        pushed = (_read(event.id) for event in facts.history.of("image", "push"))
        return any(
            each.repository == self.wanted.repository and each.tag in (self.wanted.tag, None)
            for each in pushed
            if each
        )

    def originals(self, facts: Facts) -> tuple[Image, ...]:
        """All images that were seen under the name of the image that must be pushed."""
        return tuple(image for image in facts.history.images if self.original in image.names)

    def original_needs(self) -> Iterator[Need[object]]:
        """What shows which image the pushed one must be."""
        if self.original:
            yield InspectImage(self.original)
            if ImageReference.parse(self.original).domain != HUB:
                yield ResolveReference(self.original)

    def is_original(self, remote: RemoteImage, facts: Facts) -> bool:
        """Whether it was seen here under the right name, or a registry has it under that name."""
        if any(map(remote.is_same_as, self.originals(facts))):
            return True
        there = ResolveReference(self.original or "")
        other = facts[there] if facts.has(there) else None
        return other is not None and (
            remote.digest == other.digest or (remote.config is not None and remote.config == other.config)
        )

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The images whose names were given or pushed here."""
        return (InspectImage(name) for name in {*self._given(facts), *self._pushed(facts)})

    def why_not(self, facts: Facts) -> Iterator[Reason]:
        """Most specific first: refused, not the wanted image, another name, not pushed, not named."""
        yield from self._refused(facts)
        yield from self._old_build(facts)
        yield from self._other_image(facts)
        yield from self._pushed_instead(facts)
        yield from self._not_pushed(facts)
        yield from self._named_instead(facts)
        next_commands = self._from(familiar(self.original)) if self.original else ("docker images",)
        yield NotTagged(image=self.short, next_commands=next_commands, registry=self.wanted.domain)

    def _refused(self, facts: Facts) -> Iterator[Reason]:
        host, path = self.wanted.domain, self.wanted.path
        refused = [
            event.time_nano
            for event in facts.history.of("hub", "denied")
            if event.attributes.get("registry") == host and event.attributes["repository"] in ("", path)
        ]
        accepted = [
            event.time_nano
            for event in facts.history.of("hub", "login")
            if event.attributes.get("registry") == host
        ]
        accepted += [event.time_nano for event in facts.history.of("image", "push") if _host(event) == host]
        if refused and refused[-1] > max(accepted, default=0):
            yield LoginNeeded(registry=host, image=self.short)

    def _old_build(self, facts: Facts) -> Iterator[Reason]:
        local = facts[InspectImage(self.name)]
        remote = facts[ResolveReference(self.name)] if local and self.done(facts) else None
        if local and remote and not remote.is_same_as(local):
            yield PushedOldBuild(image=self.short, local_id=local.short_id)

    def _other_image(self, facts: Facts) -> Iterator[Reason]:
        """The name is right, and the image is not the one that it should be."""
        if self.original is None:
            return
        local, originals = facts[InspectImage(self.name)], self.originals(facts)
        if not originals:
            yield NothingToCompare(image=familiar(self.original))
        elif local and local.id not in {image.id for image in originals}:
            kind = PushedOtherImage if self.done(facts) else TaggedOtherImage
            yield kind(
                image=self.short,
                image_id=local.short_id,
                original=familiar(self.original),
                original_id=originals[-1].short_id,
            )

    def _pushed_instead(self, facts: Facts) -> Iterator[Reason]:
        local = facts[InspectImage(self.name)]
        for pushed in filter(None, map(_read, self._pushed(facts))):
            next_commands = (f"docker push {self.short}",) if local else self._from(pushed.familiar)
            if pushed.repository == self.wanted.repository:
                yield PushedOtherTag(
                    tag=self.wanted.tag or "",
                    pushed=pushed.familiar,
                    pushed_tag=pushed.tag or "",
                    next_commands=next_commands,
                )
            elif self._is_close(pushed, facts):
                place = "repository" if pushed.domain == self.wanted.domain else "registry"
                yield PushedElsewhere(
                    image=self.short, pushed=pushed.familiar, place=place, next_commands=next_commands
                )

    def _not_pushed(self, facts: Facts) -> Iterator[Reason]:
        if facts[InspectImage(self.name)]:
            remote = facts[ResolveReference(self.name)]
            yield NotPushed(image=self.short, found=short_digest(remote) if remote else "")

    def _named_instead(self, facts: Facts) -> Iterator[Reason]:
        for given in map(ImageReference.parse, self._given(facts)):
            if facts[InspectImage(str(given))] is None or not self._is_close(given, facts):
                continue
            if given.domain == HUB:
                yield TaggedWithoutRegistry(
                    image=self.short, registry=self.wanted.domain, given=_short(given)
                )
            else:
                yield TaggedOtherwise(image=self.short, given=_short(given))

    def _given(self, facts: Facts) -> tuple[str, ...]:
        """The full names that were given to images here, except the wanted one; the latest first."""
        names = (name for name in facts.history.arrivals() if name in facts.history.tagged())
        return tuple(name for name in reversed(tuple(names)) if name != self.name)

    def _pushed(self, facts: Facts) -> tuple[str, ...]:
        """The full names that were pushed for this step, except the wanted one; the latest first."""
        names = (full_name(event.id) for event in facts.history.of("image", "push", recent=True))
        return tuple(name for name in reversed(tuple(names)) if name and name != self.name)

    def _is_close(self, given: ImageReference, facts: Facts) -> bool:
        """Whether a name is similar to the wanted one, or names the image that should be pushed."""
        image = facts[InspectImage(str(given))]
        if image and image.id in {original.id for original in self.originals(facts)}:
            return True
        return _last(given) == _last(self.wanted) or is_typo(given.path, self.wanted.path)

    def _from(self, name: str) -> tuple[str, str]:
        return f"docker tag {name} {self.short}", f"docker push {self.short}"


def short_digest(remote: RemoteImage) -> str:
    """The part of the digest that a person compares."""
    return remote.digest[: len("sha256:") + 12]


def _read(written: str) -> ImageReference | None:
    try:
        return ImageReference.parse(written)
    except InvalidReference:
        return None


def _host(event: Event) -> str:
    pushed = _read(event.id)
    return pushed.domain if pushed else ""


def _short(reference: ImageReference) -> str:
    return familiar(str(reference))


def _last(reference: ImageReference) -> str:
    return reference.path.rpartition("/")[2]
