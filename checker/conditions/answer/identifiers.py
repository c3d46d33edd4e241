"""`answer: id` and `answer: digest` `of: IMAGE`: what machines call an image.

In the classic store, the ID is the hash of the image's config and the digest that of its manifest;
in the containerd store, both are that of the manifest. What is right is decided by what the engine
says of the image, not by the kind of its store.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer.names import NameQuestion
from checker.conditions.answer.normalise import answered, begins, hash_in, hex_digits, is_digest, is_id, shown
from checker.conditions.base import SHORTEST_ID
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.needs import IMAGES, InspectImage, Need
from checker.facts.objects import Image, familiar
from checker.reference import ImageReference
from checker.verdict import Diagnosis


class _HashQuestion(NameQuestion, frozen=True):
    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """All images, too, where a hash was typed: it may belong to any of them."""
        return (
            *super().diagnostic_needs(facts),
            *((IMAGES,) if hex_digits(hash_in(answered(facts))) else ()),
        )

    def of_another(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """The ID or the digest of another image."""
        answer = answered(facts)
        for other in facts[IMAGES] if hex_digits(hash_in(answer)) else ():
            what = "ID" if is_id(answer, other) else "digest" if is_digest(answer, other) else ""
            if what:
                message = f"{shown(answer)} is the {what} of another image, {_called(other)}."
                yield Diagnosis("answer-other-image", f"{message} The question is for `{self.short}`.", mend)


class IdAnswer(_HashQuestion, frozen=True, tag="id"):
    """The ID of an image: in full, or a beginning of it that fits no other image."""

    example: ClassVar[str] = "answer: id\nof: busybox"
    kind: ClassVar[str] = "answer-is-id"
    wanted: ClassVar[str] = "The question is for the ID, which `docker images` shows as IMAGE ID."

    def evidence(self, facts: Facts) -> str | None:
        """The ID, when it is right. One that is its digest, too, may be written as such."""
        answer, image = answered(facts), facts[InspectImage(self.image_name)]
        as_digest = image and is_digest(answer, image) and hash_in(answer) == image.id
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
        answer, image = answered(facts), facts[InspectImage(self.image_name)]
        digits = hex_digits(answer)
        if not (image and digits and _hex(image.id).startswith(digits)):
            return
        ids = _ids_seen(facts) | {other.id for other in facts[IMAGES]}
        fitting = [known for known in ids if _hex(known).startswith(digits)]
        if len(fitting) > 1:
            message = f"The IDs of {len(fitting)} images begin with {shown(answer)}, so it could mean any."
            yield Diagnosis("answer-id-ambiguous", f"{message} Type more digits.", mend)
        if len(digits) < SHORTEST_ID:
            message = f"{shown(answer)} is how the ID begins, and it happens to be unique here, for now."
            yield Diagnosis("answer-id-too-short", f"{message} Type at least {SHORTEST_ID} digits.", mend)


class DigestAnswer(_HashQuestion, frozen=True, tag="digest"):
    """The digest of an image: `sha256:…` or `repository@sha256:…`, in full."""

    example: ClassVar[str] = "answer: digest\nof: busybox"
    kind: ClassVar[str] = "answer-is-digest"
    wanted: ClassVar[str] = (
        "The question is for the digest, which `docker images --digests` shows: `sha256:` and 64 digits."
    )

    def evidence(self, facts: Facts) -> str | None:
        """The digest, when it is right."""
        answer, image = answered(facts), facts[InspectImage(self.image_name)]
        if image is None or not is_digest(answer, image):
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
        image = facts[InspectImage(self.image_name)]
        if image and not image.digests:
            message = f"`{self.short}` has no digest on this engine: it was neither pulled nor pushed,"
            message += " and only a registry's manifest has one."
            yield Diagnosis("answer-no-digest", message, (f"docker images --digests {self._repository}",))

    def nearly(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """The right digest in a wrong place, or a part of it: its beginning, or without `sha256:`."""
        answer, image = answered(facts), facts[InspectImage(self.image_name)]
        known = {reference.rpartition("@")[2] for reference in image.digests} if image else set()
        if hash_in(answer) in known:
            message = f"The digest is right, but {shown(answer)} puts it in another repository."
            yield Diagnosis("answer-other-repository", message, mend)
        if any(begins(hash_in(answer), digest) for digest in known):
            message = f"{shown(answer)} is only a part of the digest. An ID may be shortened, a digest not:"
            yield Diagnosis("answer-digest-shortened", f"{message} `sha256:` and 64 digits.", mend)


def _ids_seen(facts: Facts) -> set[str]:
    """The IDs of all images that were here in this lesson, as far as anybody looked or was told."""
    told = (event.id for event in facts.history.of("image", "tag", "import", "load"))
    return {image.id for image in facts.history.images} | {each for each in told if each}


def _hex(id_: str) -> str:
    return id_.removeprefix("sha256:")


def _called(image: Image) -> str:
    return join_words(map(familiar, image.names)) or "which has no name"
