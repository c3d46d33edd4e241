"""`answer: other-name` `of: IMAGE`, and how an image's names, ID and digest are told apart."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer.normalise import begins, hash_in, is_digest, is_id, typed_answer
from checker.conditions.answer.question import ImageNotHere, ImageQuestion, NoAnswer
from checker.conditions.answer.wrong_answers import (
    AnswerIsContainer,
    AnswerIsDigest,
    AnswerIsId,
    AnswerIsLayer,
    AnswerIsName,
    AnswerIsTag,
    AnswerOtherImage,
    AnswerWrong,
    OtherIdentifier,
    WrongAnswer,
)
from checker.conditions.reasons import Commands, Reason
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container, Image, familiar, full_name

# What an answer may be instead of the identifier that is asked for.
MISTAKEN = (AnswerIsId, AnswerIsDigest, AnswerIsLayer, AnswerIsTag, AnswerIsName, AnswerIsContainer)
LONGEST = 512  # characters of a name that the engine is asked about


class AnswerSameName(WrongAnswer, frozen=True, tag="answer-same-name"):
    """The answer is the name that stands in the question."""

    seen = "{typed} is the name that this step gives you."


class AnswerNoOtherName(Reason, frozen=True, tag="answer-no-other-name"):
    """The image has no other name, so the question cannot be answered any more."""

    image: str
    next_commands: Commands
    seen = "`{image}` is the only name that this image has now."
    next = ("{next_commands}",)


class NameQuestion(ImageQuestion, frozen=True):
    """A question for one kind of identifier of an image."""

    right_kind: ClassVar[type[OtherIdentifier]]  # what would be said of the right answer elsewhere

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - more for some
        """The containers: they have names and IDs, too."""
        return (CONTAINERS,)

    def mistaken(self, facts: Facts) -> Iterator[Reason]:
        """Another kind of identifier, of this image."""
        answer, image = typed_answer(facts), facts[InspectImage(self.image_name)]
        for kind in _kinds(answer, image, facts[CONTAINERS]) if image else ():
            if kind is not self.right_kind:
                yield self.refuse(kind, facts, image=self.short)


class OtherNameAnswer(NameQuestion, frozen=True, tag="other-name"):
    """Another name of the image that is called `of`."""

    example: ClassVar[str] = "answer: other-name\nof: busybox:musl"
    wanted: ClassVar[str] = "another name of the image `{question.short}`"
    note: ClassVar[str] = "`docker images` shows it in another row with the same ID."
    look: ClassVar[tuple[str, ...]] = ("docker images",)
    right_kind: ClassVar[type[OtherIdentifier]] = AnswerIsName
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        ImageNotHere,
        AnswerNoOtherName,
        NoAnswer,
        AnswerSameName,
        *(kind for kind in MISTAKEN if kind is not AnswerIsName),
        AnswerOtherImage,
        AnswerWrong,
    )

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The image that was named, too."""
        named = _name_to_look_up(typed_answer(facts))
        return (*super().diagnostic_needs(facts), *((InspectImage(named),) if named else ()))

    def evidence(self, facts: Facts) -> str | None:
        """The name, when it is right."""
        named, image = full_name(typed_answer(facts)), facts[InspectImage(self.image_name)]
        if named is None or image is None or named not in self._others(image):
            return None
        return f"Right: `{familiar(named)}` and `{self.short}` are one image, {image.short_id}."

    def _others(self, image: Image) -> set[str]:
        return set(image.names) - {self.image_name}

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No image, no other name, no answer, the same name, no name, another image."""
        yield from self.not_here(facts)
        image = facts[InspectImage(self.image_name)]
        if image and not self._others(image):
            yield AnswerNoOtherName(
                image=self.short, next_commands=(*self.look, *facts.commands.fill("reset"))
            )
        yield from self.unanswered(facts)
        named = _name_to_look_up(typed_answer(facts))
        if named == self.image_name:
            yield self.refuse(AnswerSameName, facts)
        yield from self.mistaken(facts)
        if named and (other := facts[InspectImage(named)]):
            yield self.refuse(AnswerOtherImage, facts, other_id=other.short_id)
        yield self.refuse(AnswerWrong, facts)


def _kinds(answer: str, image: Image, containers: tuple[Container, ...]) -> Iterator[type[OtherIdentifier]]:
    """What the answer is, of this image."""
    if is_id(hash_in(answer), image):
        yield AnswerIsId
    if is_digest(answer, image):
        yield AnswerIsDigest
    if any(begins(hash_in(answer), layer) for layer in image.layers):
        yield AnswerIsLayer
    if answer.removeprefix(":") in (name.rpartition(":")[2] for name in image.names):
        yield AnswerIsTag
    if full_name(answer) in image.names:
        yield AnswerIsName
    if any(answer == each.name or begins(answer, each.id) for each in containers):
        yield AnswerIsContainer


def _name_to_look_up(answer: str) -> str | None:
    """The full name, if the answer can be one. A host may have any length, a request may not."""
    return full_name(answer) if len(answer) <= LONGEST else None
