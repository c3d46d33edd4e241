"""Whether an image was pushed to a registry and, if not, what was done instead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.conditions.image.comparison import NothingToCompare
from checker.conditions.reasons import Reason
from checker.conditions.wording import is_typo
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage, Need, ResolveReference
from checker.facts.objects import Event, Image, RemoteImage, familiar, full_name
from checker.reference import ImageReference, InvalidReference
from checker.verdict import Diagnosis

HUB = "docker.io"


@dataclass(frozen=True)
class Push:
    """A push that a step waits for: the full name, and that of the local image which it must be."""

    name: str
    original: str | None = None

    @property
    def wanted(self) -> ImageReference:
        """The name taken apart."""
        return ImageReference.parse(self.name)

    @property
    def short(self) -> str:
        """The name as a learner types it."""
        return familiar(self.name)

    def done(self, facts: Facts) -> bool:
        """Whether it was pushed since the lesson was started, be it among all tags of its repository."""
        pushed = (_read(event.id) for event in facts.history.of("image", "push"))
        return any(
            each.repository == self.wanted.repository and each.tag in (self.wanted.tag, None)
            for each in pushed
            if each
        )

    def originals(self, facts: Facts) -> tuple[Image, ...]:
        """All images that were seen under the name that the pushed one must have."""
        return tuple(image for image in facts.history.images if self.original in image.names)

    def compared(self) -> Iterator[Need[object]]:
        """What it takes to see which image the pushed one must be."""
        if self.original:
            yield InspectImage(self.original)
            if ImageReference.parse(self.original).domain != HUB:
                yield ResolveReference(self.original)

    def is_original(self, remote: RemoteImage, facts: Facts) -> bool:
        """Whether it is one that was seen here under the right name, or one that a registry has so."""
        if any(map(remote.is_same_as, self.originals(facts))):
            return True
        there = ResolveReference(self.original or "")
        other = facts[there] if facts.has(there) else None
        return other is not None and (
            remote.digest == other.digest or (remote.config is not None and remote.config == other.config)
        )

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The images of the names that were given or pushed here."""
        return (InspectImage(name) for name in {*self._given(facts), *self._pushed(facts)})

    def why_not(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Most specific first: refused, not the wanted image, another name, not pushed, not named."""
        yield from self._turned_away(facts)
        yield from self._old_build(facts)
        yield from self._other_image(facts)
        yield from self._pushed_instead(facts)
        yield from self._not_pushed(facts)
        yield from self._named_instead(facts)
        message = f"No image here is called `{self.short}`, and a push takes the image of exactly that name."
        mend = self._from(familiar(self.original)) if self.original else ("docker images",)
        yield Diagnosis("not-tagged", message, mend)

    def _turned_away(self, facts: Facts) -> Iterator[Diagnosis]:
        host, path = self.wanted.domain, self.wanted.path
        refused = [
            event.time_nano
            for event in facts.history.of("hub", "denied")
            if event.attributes.get("registry") == host and event.attributes["repository"] in ("", path)
        ]
        let_in = [
            event.time_nano
            for event in facts.history.of("hub", "login")
            if event.attributes.get("registry") == host
        ]
        let_in += [event.time_nano for event in facts.history.of("image", "push") if _host(event) == host]
        if refused and refused[-1] > max(let_in, default=0):
            message = f"The registry `{host}` turned you away: it wants to know first who you are."
            yield Diagnosis("login-needed", message, (f"docker login {host}", f"docker push {self.short}"))

    def _old_build(self, facts: Facts) -> Iterator[Diagnosis]:
        local = facts[InspectImage(self.name)]
        remote = facts[ResolveReference(self.name)] if local and self.done(facts) else None
        if local and remote and not remote.is_same_as(local):
            message = f"The registry's `{self.short}` is an older image than yours, which is {local.short_id}"
            why = "by now. A registry learns of a new build when you push again."
            yield Diagnosis("pushed-old-build", f"{message} {why}", (f"docker push {self.short}",))

    def _other_image(self, facts: Facts) -> Iterator[Reason | Diagnosis]:
        """Of the right name, and not the image that it should be."""
        if self.original is None:
            return
        local, originals, original = (
            facts[InspectImage(self.name)],
            self.originals(facts),
            familiar(self.original),
        )
        if not originals:
            yield NothingToCompare(image=original)
        elif local and local.id not in {image.id for image in originals}:
            is_ = f"`{self.short}` is the image {local.short_id}; `{original}` is {originals[-1].short_id}."
            reason = "pushed-other-image" if self.done(facts) else "tagged-other-image"
            yield Diagnosis(reason, f"{is_} They should be the same.", self._from(original))

    def _pushed_instead(self, facts: Facts) -> Iterator[Diagnosis]:
        local = facts[InspectImage(self.name)]
        for pushed in filter(None, map(_read, self._pushed(facts))):
            mend = (f"docker push {self.short}",) if local else self._from(pushed.familiar)
            if pushed.repository == self.wanted.repository:
                message = (
                    f"You pushed `{pushed.familiar}`: the right repository, with the tag `{pushed.tag}`."
                )
                wants = f"This step wants the tag `{self.wanted.tag}`."
                yield Diagnosis("pushed-other-tag", f"{message} {wants}", mend)
            elif self._is_close(pushed, facts):
                what = "repository" if pushed.domain == self.wanted.domain else "registry"
                message = f"You pushed `{pushed.familiar}`, and that is another {what}: this step wants"
                why = "The name of an image says where a push takes it."
                yield Diagnosis("pushed-elsewhere", f"{message} `{self.short}`. {why}", mend)

    def _not_pushed(self, facts: Facts) -> Iterator[Diagnosis]:
        if facts[InspectImage(self.name)] is None:
            return
        push = (f"docker push {self.short}",)
        if facts[ResolveReference(self.name)]:
            message = f"The registry has a `{self.short}`, but it is not from you: nothing was pushed"
            yield Diagnosis("not-pushed", f"{message} since the lesson was started.", push)
        message = f"`{self.short}` is on this engine, but not in the registry: a name alone takes it nowhere."
        yield Diagnosis("not-pushed", message, push)

    def _named_instead(self, facts: Facts) -> Iterator[Diagnosis]:
        for given in map(ImageReference.parse, self._given(facts)):
            if facts[InspectImage(str(given))] is None or not self._is_close(given, facts):
                continue
            mend = self._from(_short(given))
            if given.domain == HUB:
                message = f"`{_short(given)}` names no registry, so a push would take it to Docker Hub."
                why = f"For `{self.wanted.domain}`, the name must begin with that."
                yield Diagnosis("tagged-without-registry", f"{message} {why}", mend)
            else:
                message = f"You named an image `{_short(given)}`; this step wants `{self.short}`."
                yield Diagnosis("tagged-otherwise", message, mend)

    def _given(self, facts: Facts) -> tuple[str, ...]:
        """The full names that were given to images here, the latest first, but for the wanted one."""
        names = (name for name in facts.history.arrivals() if name in facts.history.tagged())
        return tuple(name for name in reversed(tuple(names)) if name != self.name)

    def _pushed(self, facts: Facts) -> tuple[str, ...]:
        """The full names that were pushed for this step, the latest first, but for the wanted one."""
        names = (full_name(event.id) for event in facts.history.of("image", "push", recent=True))
        return tuple(name for name in reversed(tuple(names)) if name and name != self.name)

    def _is_close(self, given: ImageReference, facts: Facts) -> bool:
        """Whether a name is much like the wanted one, or that of the very image that is to be pushed."""
        image = facts[InspectImage(str(given))]
        if image and image.id in {original.id for original in self.originals(facts)}:
            return True
        return _last(given) == _last(self.wanted) or is_typo(given.path, self.wanted.path)

    def _from(self, name: str) -> tuple[str, str]:
        return f"docker tag {name} {self.short}", f"docker push {self.short}"


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
