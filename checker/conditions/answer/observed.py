"""`answer: QUESTION` about what was seen to happen: its layers, the image that ran, who uses it."""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from checker.conditions.answer.normalise import begins, is_id, typed_answer
from checker.conditions.answer.question import ImageNotHere, ImageQuestion, NoAnswer
from checker.conditions.answer.wrong_answers import (
    AnswerIsContainer,
    AnswerOtherImage,
    AnswerWrong,
    WrongAnswer,
)
from checker.conditions.container.ran import NotRun
from checker.conditions.reasons import PRIVATE, Private, Reason
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import CONTAINERS, CountHistory, InspectImage, Need
from checker.facts.objects import familiar, full_name


class AnswerNotANumber(WrongAnswer, frozen=True, tag="answer-not-a-number"):
    """The step asks for a number, and the answer is none."""

    seen = "{typed} is not a number."


class AnswerCountedRows(WrongAnswer, frozen=True, tag="answer-counted-rows"):
    """The answer is the number of rows in the image's history, not that of its layers."""

    rows: Annotated[int, PRIVATE]
    seen = "{rows} is the number of rows that `docker history` shows."
    cause = "Some rows only note a setting and add no layer; most of them have the size 0 B."


class AnswerIsImage(WrongAnswer, frozen=True, tag="answer-is-image"):
    """The answer is the image, and the step asks for a container."""

    seen = "{typed} is the image."


class AnswerOtherContainer(WrongAnswer, frozen=True, tag="answer-other-container"):
    """The answer is a container that was made from another image."""

    made_from: Private
    seen = "{typed} is a container, but it was made from `{made_from}`."


class LayersAnswer(ImageQuestion, frozen=True, tag="layers"):
    """How many layers an image has."""

    example: ClassVar[str] = "answer: layers\nof: ubuntu"
    wanted: ClassVar[str] = "the number of layers of `{question.short}`"
    look: ClassVar[tuple[str, ...]] = (
        "docker image inspect --format '{{{{json .RootFS.Layers}}}}' {question.short}",
    )
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        ImageNotHere,
        NoAnswer,
        AnswerNotANumber,
        AnswerCountedRows,
        AnswerWrong,
    )

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The rows of its history, which are often counted by mistake."""
        return (CountHistory(self.image_name),)

    def evidence(self, facts: Facts) -> str | None:
        """The number, when it is right."""
        image, number = facts[InspectImage(self.image_name)], _number(facts.answer)
        if image is None or number != len(image.layers):
            return None
        return f"Right: `{self.short}` has {number} layers."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No image, no answer, no number, rows instead of layers, or another number."""
        yield from self.not_here(facts)
        yield from self.unanswered(facts)
        number = _number(facts.answer)
        if number is None:
            yield self.refuse(AnswerNotANumber, facts)
        if number == facts[CountHistory(self.image_name)]:
            yield self.refuse(AnswerCountedRows, facts, rows=number)
        yield self.refuse(AnswerWrong, facts)


class RanImageAnswer(ImageQuestion, frozen=True, tag="image-that-ran"):
    """Which image a container was made from, once `of` has run; any spelling of it is right."""

    example: ClassVar[str] = "answer: image-that-ran\nof: hello-world"
    wanted: ClassVar[str] = "the image that came by itself"
    look: ClassVar[tuple[str, ...]] = ("docker images",)
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        NotRun,
        NoAnswer,
        AnswerIsContainer,
        AnswerOtherImage,
        AnswerWrong,
    )

    def evidence(self, facts: Facts) -> str | None:
        """The image, when it is named or its ID is given."""
        answer = typed_answer(facts)
        right = full_name(answer) == self.image_name or is_id(answer, facts[InspectImage(self.image_name)])
        if not right or not self.has_run(facts):
            return None
        return f"Right: `{self.short}`. `docker run` pulls an image that the engine does not have."

    def has_run(self, facts: Facts) -> bool:
        """Whether a container made from it was started since the lesson was started."""
        starts = facts.history.of("container", "start")
        return any(self.is_from(event.attributes.get("image", ""), "", facts) for event in starts)

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Nothing ran, no answer, a container's name, an image that came in another way."""
        if not self.has_run(facts):
            yield NotRun(image=self.short, next_commands=(f"docker run {self.short}",))
        yield from self.unanswered(facts)
        answer = typed_answer(facts)
        if answer in {e.attributes.get("name", "") for e in facts.history.of("container", "start")}:
            yield self.refuse(AnswerIsContainer, facts)
        if full_name(answer) in facts.history.arrivals():
            yield self.refuse(AnswerOtherImage, facts)
        yield self.refuse(AnswerWrong, facts)


class UserAnswer(ImageQuestion, frozen=True, tag="container-using"):
    """Which container keeps an image from being removed; its name or its ID."""

    example: ClassVar[str] = "answer: container-using\nof: hello-world"
    wanted: ClassVar[str] = "a container made from `{question.short}`"
    look: ClassVar[tuple[str, ...]] = ("docker ps --all --filter ancestor={question.short}",)
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        NoAnswer,
        AnswerIsImage,
        AnswerOtherContainer,
        AnswerWrong,
    )

    def needs(self, history: History) -> Iterable[Need[object]]:
        """The image under all its IDs, and the containers."""
        return (*super().needs(history), CONTAINERS)

    def evidence(self, facts: Facts) -> str | None:
        """The container, when it is named or its ID is given."""
        answer = typed_answer(facts).lstrip("/")
        ids = facts.history.ids_of(self.image_name)
        for user in facts.history.containers + facts[CONTAINERS]:
            if user.image_id in ids and (answer == user.name or begins(answer, user.id)):
                return f"Right: `{user.name}` was made from `{self.short}` and keeps it here."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No answer, the image instead of the container, another container, no container."""
        yield from self.unanswered(facts)
        answer = typed_answer(facts)
        if full_name(answer) == self.image_name:
            yield self.refuse(AnswerIsImage, facts)
        for other in facts[CONTAINERS]:
            if other.name == answer:
                yield self.refuse(AnswerOtherContainer, facts, made_from=familiar(other.image))
        yield self.refuse(AnswerWrong, facts, containers=tuple(c.name for c in facts[CONTAINERS]))


def _number(answer: str | None) -> int | None:
    """The whole number that was typed; words around it are allowed."""
    digits = [word for word in (answer or "").split() if word.isascii() and word.isdecimal()]
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) < 10 else None
