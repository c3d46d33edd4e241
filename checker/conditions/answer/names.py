"""`answer: other-name` `of: IMAGE`, and how an image's names, ID and digest are told apart."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer.normalise import answered, begins, hash_in, is_digest, is_id, shown
from checker.conditions.answer.question import ImageQuestion
from checker.facts.facts import Facts
from checker.facts.needs import CONTAINERS, InspectImage, Need
from checker.facts.objects import Container, Image, familiar, full_name
from checker.verdict import Diagnosis

LONGEST = 512  # characters of a name that an engine is asked about
# What was typed instead of what the question is for.
TAKEN_FOR = {
    "answer-is-id": "is the ID of `{image}`, the name that this engine gave it",
    "answer-is-digest": "is the digest of `{image}`, the name that a registry knows it by",
    "answer-is-layer": "is the hash of one of the layers of `{image}`",
    "answer-is-tag": "is a tag, one half of a name",
    "answer-is-name": "is a name of `{image}`, made for people",
    "answer-is-container": "is a container; an image is something else",
}


class NameQuestion(ImageQuestion, frozen=True):
    """A question for one kind of identifier of an image."""

    kind: ClassVar[str]  # what the right answer is; a key of TAKEN_FOR
    wanted: ClassVar[str]

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - more for some
        """The containers: they have names and IDs, too."""
        return (CONTAINERS,)

    def mistaken(self, facts: Facts, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """Another kind of identifier, of this image."""
        answer, image = answered(facts), facts[InspectImage(self.image_name)]
        for reason in _kinds(answer, image, facts[CONTAINERS]) if image else ():
            if reason != self.kind:
                what = TAKEN_FOR[reason].format(image=self.short)
                yield Diagnosis(reason, f"{shown(answer)} {what}. {self.wanted}", mend)


class OtherNameAnswer(NameQuestion, frozen=True, tag="other-name"):
    """Another name of the image that is called `of`."""

    example: ClassVar[str] = "answer: other-name\nof: busybox:musl"
    kind: ClassVar[str] = "answer-is-name"
    wanted: ClassVar[str] = "The question is for a name, repository and tag, in another row of the same ID."

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """The image that was named, too."""
        named = _name_of_sane_length(answered(facts))
        return (*super().diagnostic_needs(facts), *((InspectImage(named),) if named else ()))

    def evidence(self, facts: Facts) -> str | None:
        """The name, when it is right."""
        named, image = full_name(answered(facts)), facts[InspectImage(self.image_name)]
        if named is None or image is None or named not in self._others(image):
            return None
        return f"Right: `{familiar(named)}` and `{self.short}` are one image, {image.short_id}."

    def _others(self, image: Image) -> set[str]:
        return set(image.names) - {self.image_name}

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no other name, no answer, the same name, no name at all, another image."""
        mend = ("docker images", facts.answer_with)
        yield from self.not_here(facts)
        image = facts[InspectImage(self.image_name)]
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
        if named and (other := facts[InspectImage(named)]):
            message = f"{shown(answer)} is another image, with the ID {other.short_id}. {self.wanted}"
            yield Diagnosis("answer-other-image", message, mend)
        yield Diagnosis("answer-wrong", f"{shown(answer)} is no name of the image `{self.short}`.", mend)


def _kinds(answer: str, image: Image, containers: tuple[Container, ...]) -> Iterator[str]:
    """What the answer is, of this image: keys of TAKEN_FOR."""
    if is_id(hash_in(answer), image):
        yield "answer-is-id"
    if is_digest(answer, image):
        yield "answer-is-digest"
    if any(begins(hash_in(answer), layer) for layer in image.layers):
        yield "answer-is-layer"
    if answer.removeprefix(":") in (name.rpartition(":")[2] for name in image.names):
        yield "answer-is-tag"
    if full_name(answer) in image.names:
        yield "answer-is-name"
    if any(answer == each.name or begins(answer, each.id) for each in containers):
        yield "answer-is-container"


def _name_of_sane_length(answer: str) -> str | None:
    """The full name, for what can be one: a host may be of any length, a question to the engine not."""
    return full_name(answer) if len(answer) <= LONGEST else None
