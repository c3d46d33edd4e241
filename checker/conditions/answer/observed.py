"""`answer: QUESTION` about what was seen to happen: its layers, the image that ran, who uses it."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from checker.conditions.answer.normalise import answered, begins, is_id, shown
from checker.conditions.answer.question import ImageQuestion
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, CountHistory, InspectImage, Need
from checker.facts.objects import familiar, full_name
from checker.verdict import Diagnosis


class LayersAnswer(ImageQuestion, frozen=True, tag="layers"):
    """How many layers an image has."""

    example: ClassVar[str] = "answer: layers\nof: ubuntu"

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The rows of its history: what is counted by mistake."""
        return (CountHistory(self.image_name),)

    def evidence(self, facts: Facts) -> str | None:
        """The number, when it is right."""
        image, number = facts[InspectImage(self.image_name)], _number(facts.answer)
        if image is None or number != len(image.layers):
            return None
        return f"Right: `{self.short}` has {number} layers."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no answer, no number, rows counted for layers, or just another number."""
        look = f"docker image inspect --format '{{{{json .RootFS.Layers}}}}' {self.short}"
        yield from self.not_here(facts)
        yield from self.unanswered(facts)
        number = _number(facts.answer)
        if number is None:
            message = f"{shown(answered(facts))} is not a number; the answer is how many layers there are."
            yield Diagnosis("answer-not-a-number", message, (look, facts.answer_with))
        if number == facts[CountHistory(self.image_name)]:
            message = f"{number} is the number of rows that `docker history` shows."
            why = "Some rows only note a setting and add no layer: those of size 0 B, as a rule."
            yield Diagnosis("answer-counted-rows", f"{message} {why}", (look, facts.answer_with))
        message = f"{number} is not the number of layers of `{self.short}`."
        yield Diagnosis("answer-wrong", message, (look, facts.answer_with))


class RanImageAnswer(ImageQuestion, frozen=True, tag="image-that-ran"):
    """Which image a container was made from, once `of` has run; any spelling of it is right."""

    example: ClassVar[str] = "answer: image-that-ran\nof: hello-world"

    def evidence(self, facts: Facts) -> str | None:
        """The image, when it is named or its ID is given."""
        answer = answered(facts)
        right = full_name(answer) == self.image_name or is_id(answer, facts[InspectImage(self.image_name)])
        if not right or not self.has_run(facts):
            return None
        return f"Right: `{self.short}`. What the engine lacks, `docker run` pulls by itself."

    def has_run(self, facts: Facts) -> bool:
        """Whether a container was started from it since the lesson was started."""
        starts = facts.history.of("container", "start")
        return any(self.is_from(event.attributes.get("image", ""), "", facts) for event in starts)

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Nothing ran, no answer, a container's name, an image that was pulled by hand."""
        if not self.has_run(facts):
            message = f"No container has run from `{self.short}` yet, so nothing came by itself."
            yield Diagnosis("not-run", message, (f"docker run {self.short}",))
        yield from self.unanswered(facts)
        answer = answered(facts)
        mend = ("docker images", facts.answer_with)
        names = {e.attributes.get("name", "") for e in facts.history.of("container", "start")}
        if answer in names:
            message = f"{shown(answer)} is the name of a container. The question is for the image."
            yield Diagnosis("answer-is-container", message, mend)
        if full_name(answer) in facts.history.arrivals():
            message = f"{shown(answer)} came to this engine, too, but it is not the guest that is meant."
            yield Diagnosis("answer-other-image", message, mend)
        yield Diagnosis("answer-wrong", f"{shown(answer)} is not the image that came by itself.", mend)


class UserAnswer(ImageQuestion, frozen=True, tag="container-using"):
    """Which container keeps an image from being removed; its name or its ID."""

    example: ClassVar[str] = "answer: container-using\nof: hello-world"

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image under all its IDs, and the containers."""
        return (*super().needs(history), CONTAINERS)

    def evidence(self, facts: Facts) -> str | None:
        """The container, when it is named or its ID is given."""
        answer = answered(facts).lstrip("/")
        ids = facts.history.ids_of(self.image_name)
        for user in facts.history.containers + facts[CONTAINERS]:
            if user.image_id in ids and (answer == user.name or begins(answer, user.id)):
                return f"Right: `{user.name}` was made from `{self.short}` and keeps it here."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No answer, the image instead of the container, another container, no container."""
        yield from self.unanswered(facts)
        answer = answered(facts)
        mend = (f"docker ps --all --filter ancestor={self.short}", facts.answer_with)
        if full_name(answer) == self.image_name:
            message = f"{shown(answer)} is the image. The question is for the container made from it."
            yield Diagnosis("answer-is-image", message, mend)
        for other in facts[CONTAINERS]:
            if other.name == answer:
                message = f"{shown(answer)} is a container, but it was made from `{familiar(other.image)}`."
                yield Diagnosis("answer-other-container", message, mend)
        names = join_words(c.name for c in facts[CONTAINERS]) or "none"
        message = f"No container here is called {shown(answer)}; there is {names}."
        yield Diagnosis("answer-wrong", message, mend)


def _number(answer: str | None) -> int | None:
    """The whole number that was typed; words around it are forgiven."""
    digits = [word for word in (answer or "").split() if word.isascii() and word.isdecimal()]
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) < 10 else None
