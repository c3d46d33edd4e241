"""`answer: QUESTION`: what every question has in common, whatever it asks for.

The right answer is never in the lesson: it is computed from what is on the learner's own engine,
or by the grammar of references.
"""

from collections.abc import Iterator

import msgspec

from checker.conditions.answer.normalise import answered
from checker.conditions.base import AboutImage, Goal
from checker.facts.facts import Facts
from checker.facts.needs import InspectImage
from checker.verdict import Diagnosis


class Question(Goal, frozen=True, tag_field="answer"):
    """A goal that is reached by typing an answer."""

    @property
    def needs_answer(self) -> bool:
        """It does."""
        return True

    def unanswered(self, facts: Facts) -> Iterator[Diagnosis]:
        """Nothing typed yet."""
        if not answered(facts):
            yield Diagnosis("no-answer", "This step waits for your answer.", (facts.answer_with,))


class ImageQuestion(Question, AboutImage, frozen=True):
    """A question about the image `of: IMAGE`."""

    image: str = msgspec.field(name="of")

    def not_here(self, facts: Facts) -> Iterator[Diagnosis]:
        """There is no such image to answer about."""
        if facts[InspectImage(self.image_name)] is None:
            message = f"`{self.short}` is not on this engine, so there is nothing to look at."
            yield Diagnosis("image-not-here", message, (f"docker pull {self.short}",))
