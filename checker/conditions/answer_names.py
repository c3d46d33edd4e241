"""`answer: id | digest | other-name` `of: IMAGE`: what an image is called on the engine.

In the classic store, the ID is the hash of the image's config and the digest that of its manifest;
in the containerd store, both are that of the manifest. What is right is decided by what the engine
says of the image, not by the kind of its store.
"""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer import ImageQuestion, answered, begins, hex_digits, is_id, shown
from checker.conditions.base import SHORTEST_ID, listed
from checker.facts import CONTAINERS, IMAGES, Facts, Need
from checker.objects import Container, Image, familiar, full_name
from checker.reference import ImageReference, InvalidReference
from checker.verdict import Diagnosis

LONGEST = 512  # characters of a name that an engine is asked about
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# What was typed instead of what the question is for.
TAKEN_FOR = {
    "answer-is-id": "is the ID of `{image}`, the name that this engine gave it",
    "answer-is-digest": "is the digest of `{image}`, the name that a registry knows it by",
    "answer-is-layer": "is the hash of one of the layers of `{image}`",
    "answer-is-tag": "is a tag, one half of a name",
    "answer-is-name": "is a name of `{image}`, made for people",
    "answer-is-container": "is a container; an image is something else",
}


class _NameQuestion(ImageQuestion, frozen=True):
    kind: ClassVar[str]  # what the right answer is; a key of TAKEN_FOR
    wanted: ClassVar[str]

    def suspects(self, facts: Facts) -> Iterable[Need]:
        """The containers; and all images, where a hash may belong to any of them."""
        return (CONTAINERS, IMAGES) if hex_digits(_hash(answered(facts))) else (CONTAINERS,)

    def mistaken(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """Another kind of identifier, of this image."""
        answer, image = answered(facts), facts.image(self.image_name)
        for reason in _kinds(answer, image, facts.containers) if image else ():
            if reason != self.kind:
                what = TAKEN_FOR[reason].format(image=self.short)
                yield Diagnosis(reason, f"{shown(answer)} {what}. {self.wanted}", mend)

    def of_another(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """The ID or the digest of another image."""
        answer = answered(facts)
        for other in facts.images if hex_digits(_hash(answer)) else ():
            what = "ID" if is_id(answer, other) else "digest" if _is_digest(answer, other) else ""
            if what:
                message = f"{shown(answer)} is the {what} of another image, {_called(other)}."
                yield Diagnosis("answer-other-image", f"{message} The question is for `{self.short}`.", mend)


class IdAnswer(_NameQuestion, frozen=True, tag="id"):
    """The ID of an image: in full, or a beginning of it that fits no other image."""

    example: ClassVar[str] = "answer: id\nof: busybox"
    kind: ClassVar[str] = "answer-is-id"
    wanted: ClassVar[str] = "The question is for the ID, which `docker images` shows as IMAGE ID."

    def evidence(self, facts: Facts) -> str | None:
        """The ID, when it is right. One that is its digest, too, may be written as such."""
        answer, image = answered(facts), facts.image(self.image_name)
        as_digest = image and _is_digest(answer, image) and _hash(answer) == image.id
        if image is None or not (is_id(answer, image) or as_digest):
            return None
        digits = hex_digits(answer)
        if digits and any(_hex(known).startswith(digits) for known in _ids_seen(facts) - {image.id}):
            return None
        return f"Right: the ID of `{self.short}` begins with {image.short_id}."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no answer, too few digits, another kind of identifier, another image."""
        look = f"docker image inspect --format '{{{{.Id}}}}' {self.short}"
        mend = (look, facts.answer_with)
        yield from self.not_here(facts)
        yield from self.unanswered(facts)
        yield from self.too_short(facts, mend)
        yield from self.mistaken(facts, mend)
        yield from self.of_another(facts, mend)
        yield Diagnosis("answer-wrong", f"{shown(answered(facts))} is not the ID of `{self.short}`.", mend)

    def too_short(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """A right beginning that others share, or that is too short to mean anything."""
        answer, image = answered(facts), facts.image(self.image_name)
        digits = hex_digits(answer)
        if not (image and digits and _hex(image.id).startswith(digits)):
            return
        ids = _ids_seen(facts) | {other.id for other in facts.images}
        fitting = [known for known in ids if _hex(known).startswith(digits)]
        if len(fitting) > 1:
            message = f"The IDs of {len(fitting)} images begin with {shown(answer)}, so it could mean any."
            yield Diagnosis("answer-id-ambiguous", f"{message} Type more digits.", mend)
        if len(digits) < SHORTEST_ID:
            message = f"{shown(answer)} is how the ID begins, and it happens to be unique here, for now."
            yield Diagnosis("answer-id-too-short", f"{message} Type at least {SHORTEST_ID} digits.", mend)


class DigestAnswer(_NameQuestion, frozen=True, tag="digest"):
    """The digest of an image: `sha256:…` or `repository@sha256:…`, in full."""

    example: ClassVar[str] = "answer: digest\nof: busybox"
    kind: ClassVar[str] = "answer-is-digest"
    wanted: ClassVar[str] = (
        "The question is for the digest, which `docker images --digests` shows: `sha256:` and 64 digits."
    )

    def evidence(self, facts: Facts) -> str | None:
        """The digest, when it is right."""
        answer, image = answered(facts), facts.image(self.image_name)
        if image is None or not _is_digest(answer, image):
            return None
        return f"Right: that is the digest of `{self.short}`."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no digest, no answer, cut short, another kind of identifier, another image."""
        mend = (f"docker images --digests {self._repository}", facts.answer_with)
        yield from self.not_here(facts)
        yield from self.has_none(facts)
        yield from self.unanswered(facts)
        yield from self.nearly(facts, mend)
        yield from self.mistaken(facts, mend)
        yield from self.of_another(facts, mend)
        message = f"{shown(answered(facts))} is not the digest of `{self.short}`."
        yield Diagnosis("answer-wrong", message, mend)

    @property
    def _repository(self) -> str:
        return ImageReference.parse(self.image_name).familiar_name

    def has_none(self, facts: Facts) -> Iterator[Diagnosis]:
        """The engine knows no digest of it."""
        image = facts.image(self.image_name)
        if image and not image.digests:
            message = f"`{self.short}` has no digest on this engine: it was neither pulled nor pushed,"
            message += " and only a registry's manifest has one."
            yield Diagnosis("answer-no-digest", message, (f"docker images --digests {self._repository}",))

    def nearly(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """The right digest in a wrong place, or a part of it: its beginning, or without `sha256:`."""
        answer, image = answered(facts), facts.image(self.image_name)
        known = {reference.rpartition("@")[2] for reference in image.digests} if image else set()
        if _hash(answer) in known:
            message = f"The digest is right, but {shown(answer)} puts it in another repository."
            yield Diagnosis("answer-other-repository", message, mend)
        if any(begins(_hash(answer), digest) for digest in known):
            message = f"{shown(answer)} is only a part of the digest. An ID may be shortened, a digest not:"
            yield Diagnosis("answer-digest-shortened", f"{message} `sha256:` and 64 digits.", mend)


class OtherNameAnswer(_NameQuestion, frozen=True, tag="other-name"):
    """Another name of the image that is called `of`."""

    example: ClassVar[str] = "answer: other-name\nof: busybox:musl"
    kind: ClassVar[str] = "answer-is-name"
    wanted: ClassVar[str] = "The question is for a name, repository and tag, in another row of the same ID."

    def suspects(self, facts: Facts) -> Iterable[Need]:
        """The image that was named, too."""
        named = _name_of_sane_length(answered(facts))
        return (*super().suspects(facts), *((Need("image", named),) if named else ()))

    def evidence(self, facts: Facts) -> str | None:
        """The name, when it is right."""
        named, image = full_name(answered(facts)), facts.image(self.image_name)
        if named is None or image is None or named not in self._others(image):
            return None
        return f"Right: `{familiar(named)}` and `{self.short}` are one image, {image.short_id}."

    def _others(self, image: Image) -> set[str]:
        return set(image.names) - {self.image_name}

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no other name, no answer, the same name, no name at all, another image."""
        mend = ("docker images", facts.answer_with)
        yield from self.not_here(facts)
        image = facts.image(self.image_name)
        if image and not self._others(image):
            message = f"`{self.short}` is the only name that this image has now."
            yield Diagnosis("answer-no-other-name", message, ("docker images", "dockyard reset"))
        yield from self.unanswered(facts)
        answer = answered(facts)
        named = _name_of_sane_length(answer)
        if named == self.image_name:
            message = f"{shown(answer)} is the name that you were given. {self.wanted}"
            yield Diagnosis("answer-same-name", message, mend)
        yield from self.mistaken(facts, mend)
        if named and (other := facts.image(named)):
            message = f"{shown(answer)} is another image, with the ID {other.short_id}. {self.wanted}"
            yield Diagnosis("answer-other-image", message, mend)
        yield Diagnosis("answer-wrong", f"{shown(answer)} is no name of the image `{self.short}`.", mend)


def _kinds(answer: str, image: Image, containers: tuple[Container, ...]) -> Iterator[str]:
    """What the answer is, of this image: keys of TAKEN_FOR."""
    if is_id(_hash(answer), image):
        yield "answer-is-id"
    if _is_digest(answer, image):
        yield "answer-is-digest"
    if any(begins(_hash(answer), layer) for layer in image.layers):
        yield "answer-is-layer"
    if answer.removeprefix(":") in (name.rpartition(":")[2] for name in image.names):
        yield "answer-is-tag"
    if full_name(answer) in image.names:
        yield "answer-is-name"
    if any(answer == each.name or begins(answer, each.id) for each in containers):
        yield "answer-is-container"


def _is_digest(answer: str, image: Image) -> bool:
    """Whether the answer is a digest of the image, alone or with the repository that knows it."""
    if DIGEST.fullmatch(answer):
        return any(known.endswith(f"@{answer}") for known in image.digests)
    try:
        reference = ImageReference.parse(answer)
    except InvalidReference:
        return False
    return f"{reference.repository}@{reference.digest}" in image.digests


def _name_of_sane_length(answer: str) -> str | None:
    """The full name, for what can be one: a host may be of any length, a question to the engine not."""
    return full_name(answer) if len(answer) <= LONGEST else None


def _hash(answer: str) -> str:
    """What stands behind the `@`, or the answer itself."""
    return answer.rpartition("@")[2]


def _ids_seen(facts: Facts) -> set[str]:
    """The IDs of all images that were here in this lesson, as far as anybody looked or was told."""
    told = (event.id for event in facts.history.of("image", "tag", "import", "load"))
    return {image.id for image in facts.history.images} | {each for each in told if each}


def _hex(id_: str) -> str:
    return id_.removeprefix("sha256:")


def _called(image: Image) -> str:
    return listed(map(familiar, image.names)) or "which has no name"
