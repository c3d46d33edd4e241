"""`answer: QUESTION`: what all questions have in common.

The right answer is never in the lesson: it is computed from what is on the learner's own engine,
or by the grammar of references.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from checker.conditions.answer.normalise import typed_answer
from checker.conditions.answer.wrong_answers import WrongAnswer
from checker.conditions.base import AboutImage, Goal
from checker.conditions.reasons import Commands, Reason
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage


class NoAnswer(Reason, frozen=True, tag="no-answer"):
    """No answer has been typed yet."""

    next_commands: Commands
    seen = "This step waits for your answer."
    next = ("{next_commands}",)


class ImageNotHere(Reason, frozen=True, tag="image-not-here"):
    """The image that the question is about is not on this engine."""

    image: str
    seen = "`{image}` is not on this engine, so there is nothing to look at."
    next = ("docker pull {image}",)


class Question(Goal, frozen=True, tag_field="answer"):
    """A goal that is reached by typing an answer.

    Each kind says what it asks for, as templates over its own fields and properties.
    """

    wanted: ClassVar[str]  # as it stands in a sentence: "the ID of `{question.short}`"
    note: ClassVar[str] = ""  # a sentence about what that is, or where to find it
    look: ClassVar[tuple[str, ...]] = ()  # the commands that show what the question is about

    @property
    def needs_answer(self) -> bool:
        """Every question does."""
        return True

    def answer_commands(self, facts: Facts) -> tuple[str, ...]:
        """The commands to type an answer to this step."""
        return (facts.answer_with,)

    def unanswered(self, facts: Facts) -> Iterator[Reason]:
        """Nothing is typed yet."""
        if not typed_answer(facts):
            yield NoAnswer(next_commands=self.answer_commands(facts))

    def refuse(self, kind: type[WrongAnswer], facts: Facts, **fields: Any) -> WrongAnswer:
        """A reason of this kind, for the answer that was typed; `fields` are those of its own."""
        wanted, note, *look = (text.format(question=self) for text in (self.wanted, self.note, *self.look))
        return kind(
            answer=typed_answer(facts),
            wanted=wanted,
            note=note,
            next_commands=(*look, *self.answer_commands(facts)),
            **fields,
        )


class ImageQuestion(Question, AboutImage, frozen=True):
    """A question about the image `of: IMAGE`."""

    image: str = msgspec.field(name="of")

    def not_here(self, facts: Facts) -> Iterator[Reason]:
        """There is no such image to answer about."""
        if facts[InspectImage(self.image_name)] is None:
            yield ImageNotHere(image=self.short)
