"""`answer: id` and `answer: digest` `of: IMAGE`: what machines call an image.

In the classic store, the ID is the hash of the image's config and the digest that of its manifest;
in the containerd store, both are that of the manifest. What the engine says of the image decides what
is right, not the kind of its store.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer.names import MISTAKEN, NameQuestion
from checker.conditions.answer.normalise import begins, hash_in, hex_digits, is_digest, is_id, typed_answer
from checker.conditions.answer.question import ImageNotHere, NoAnswer
from checker.conditions.answer.wrong_answers import (
    AnswerDigestShortened,
    AnswerIsDigest,
    AnswerIsId,
    AnswerOtherImage,
    AnswerWrong,
    OtherIdentifier,
    WrongAnswer,
)
from checker.conditions.base import SHORTEST_ID
from checker.conditions.reasons import Reason
from checker.facts.facts import Facts
from checker.facts.needs import IMAGES, InspectImage, Need
from checker.facts.objects import familiar
from checker.reference import ImageReference


class AnswerIdAmbiguous(WrongAnswer, frozen=True, tag="answer-id-ambiguous"):
    """The answer is the beginning of the ID, and that of another image's ID, too."""

    images: int
    seen = "The IDs of {images} images begin with {typed}."
    cause = "It can mean any of them. Type more digits."


class AnswerIdTooShort(WrongAnswer, frozen=True, tag="answer-id-too-short"):
    """The answer is the beginning of the ID, with too few digits to mean it."""

    seen = "{typed} is the beginning of the ID, and no other ID here begins like this now."
    cause = f"A new image may have one that does. Type at least {SHORTEST_ID} digits."


class AnswerNoDigest(Reason, frozen=True, tag="answer-no-digest"):
    """The engine knows no digest of the image, so the question cannot be answered."""

    image: str
    repository: str
    seen = "`{image}` has no digest on this engine."
    cause = "It was neither pulled nor pushed, and that is when an image gets its digest."
    next = ("docker images --digests {repository}",)


class AnswerOtherRepository(WrongAnswer, frozen=True, tag="answer-other-repository"):
    """The answer is the right digest, with a repository that does not have it."""

    seen = "The digest is right, but the repository in {typed} is not."


class _HashQuestion(NameQuestion, frozen=True):
    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """All images, too, if a hash was typed: it may belong to any of them."""
        needed = super().diagnostic_needs(facts)
        return (*needed, IMAGES) if hex_digits(hash_in(typed_answer(facts))) else needed

    def of_another(self, facts: Facts) -> Iterator[Reason]:
        """The ID or the digest of another image."""
        answer = typed_answer(facts)
        for other in facts[IMAGES] if hex_digits(hash_in(answer)) else ():
            found = "ID" if is_id(answer, other) else "digest" if is_digest(answer, other) else ""
            if found:
                names = tuple(map(familiar, other.names))
                yield self.refuse(AnswerOtherImage, facts, identifier=found, other_names=names)


class IdAnswer(_HashQuestion, frozen=True, tag="id"):
    """The ID of an image: in full, or a beginning of it that fits no other image."""

    example: ClassVar[str] = "answer: id\nof: busybox"
    wanted: ClassVar[str] = "the ID of `{question.short}`"
    note: ClassVar[str] = "`docker images` shows it in the column IMAGE ID."
    look: ClassVar[tuple[str, ...]] = ("docker image inspect --format '{{{{.Id}}}}' {question.short}",)
    right_kind: ClassVar[type[OtherIdentifier]] = AnswerIsId
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        ImageNotHere,
        NoAnswer,
        AnswerIdAmbiguous,
        AnswerIdTooShort,
        *(kind for kind in MISTAKEN if kind is not AnswerIsId),
        AnswerOtherImage,
        AnswerWrong,
    )

    def evidence(self, facts: Facts) -> str | None:
        """The ID, when it is right. If its digest is the same, it may be written as a digest."""
        answer, image = typed_answer(facts), facts[InspectImage(self.image_name)]
        as_digest = image and is_digest(answer, image) and hash_in(answer) == image.id
        if image is None or not (is_id(answer, image) or as_digest):
            return None
        digits = hex_digits(answer)
        if digits and any(_hex(known).startswith(digits) for known in _ids_seen(facts) - {image.id}):
            return None
        return f"Right: the ID of `{self.short}` begins with {image.short_id}."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No image, no answer, too few digits, another kind of identifier, another image."""
        yield from self.not_here(facts)
        yield from self.unanswered(facts)
        yield from self.too_short(facts)
        yield from self.mistaken(facts)
        yield from self.of_another(facts)
        yield self.refuse(AnswerWrong, facts)

    def too_short(self, facts: Facts) -> Iterator[Reason]:
        """A right beginning that other IDs share, or that has too few digits."""
        image, digits = facts[InspectImage(self.image_name)], hex_digits(typed_answer(facts))
        if not (image and digits and _hex(image.id).startswith(digits)):
            return
        ids = _ids_seen(facts) | {other.id for other in facts[IMAGES]}
        fitting = [known for known in ids if _hex(known).startswith(digits)]
        if len(fitting) > 1:
            yield self.refuse(AnswerIdAmbiguous, facts, images=len(fitting))
        if len(digits) < SHORTEST_ID:
            yield self.refuse(AnswerIdTooShort, facts)


class DigestAnswer(_HashQuestion, frozen=True, tag="digest"):
    """The digest of an image: `sha256:…` or `repository@sha256:…`, in full."""

    example: ClassVar[str] = "answer: digest\nof: busybox"
    wanted: ClassVar[str] = "the digest of `{question.short}`"
    note: ClassVar[str] = "`docker images --digests` shows it: `sha256:` and 64 digits."
    look: ClassVar[tuple[str, ...]] = ("docker images --digests {question.repository}",)
    right_kind: ClassVar[type[OtherIdentifier]] = AnswerIsDigest
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        ImageNotHere,
        AnswerNoDigest,
        NoAnswer,
        AnswerOtherRepository,
        AnswerDigestShortened,
        *(kind for kind in MISTAKEN if kind is not AnswerIsDigest),
        AnswerOtherImage,
        AnswerWrong,
    )

    @property
    def repository(self) -> str:
        """The repository of the image, as a learner types it."""
        return ImageReference.parse(self.image_name).familiar_name

    def evidence(self, facts: Facts) -> str | None:
        """The digest, when it is right."""
        image = facts[InspectImage(self.image_name)]
        if image is None or not is_digest(typed_answer(facts), image):
            return None
        return f"Right: that is the digest of `{self.short}`."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No image, no digest, no answer, cut short, another kind of identifier, another image."""
        yield from self.not_here(facts)
        image = facts[InspectImage(self.image_name)]
        if image and not image.digests:
            yield AnswerNoDigest(image=self.short, repository=self.repository)
        yield from self.unanswered(facts)
        yield from self.nearly(facts)
        yield from self.mistaken(facts)
        yield from self.of_another(facts)
        yield self.refuse(AnswerWrong, facts)

    def nearly(self, facts: Facts) -> Iterator[Reason]:
        """The right digest with a wrong repository, or a part of it: its beginning, or without `sha256:`."""
        typed, image = hash_in(typed_answer(facts)), facts[InspectImage(self.image_name)]
        known = {reference.rpartition("@")[2] for reference in image.digests} if image else set()
        if typed in known:
            yield self.refuse(AnswerOtherRepository, facts)
        if any(begins(typed, digest) for digest in known):
            yield self.refuse(AnswerDigestShortened, facts)


def _ids_seen(facts: Facts) -> set[str]:
    """The IDs of all images that were here in this lesson, as far as they were read or reported."""
    reported = (event.id for event in facts.history.of("image", "tag", "import", "load"))
    return {image.id for image in facts.history.images} | {each for each in reported if each}


def _hex(id_: str) -> str:
    return id_.removeprefix("sha256:")
