"""`answer: QUESTION` about the image `of: IMAGE`: what the learner typed, held against the engine.

The right answer is never in the lesson: it is computed from what is on the learner's own engine.
"""

from collections.abc import Iterable, Iterator

import msgspec

from checker.conditions.base import AboutImage, listed
from checker.facts import CONTAINERS, Facts, History, Need
from checker.objects import Image, familiar, full_name
from checker.verdict import Diagnosis


class _Answer(AboutImage, frozen=True, tag_field="answer"):
    image: str = msgspec.field(name="of")

    @property
    def asks(self) -> bool:
        """It does."""
        return True

    def unanswered(self, facts: Facts) -> Iterator[Diagnosis]:
        """Nothing typed yet."""
        if not (facts.answer or "").strip():
            yield Diagnosis("no-answer", "This step waits for your answer.", (facts.answer_with,))


class LayersAnswer(_Answer, frozen=True, tag="layers"):
    """How many layers an image has."""

    def suspects(self, facts: Facts) -> Iterable[Need]:  # noqa: ARG002 - the same at any time
        """The rows of its history: what is counted by mistake."""
        return (Need("image-history", self.image_name),)

    def evidence(self, facts: Facts) -> str | None:
        """The number, when it is right."""
        image, number = facts.image(self.image_name), _number(facts.answer)
        if image is None or number != len(image.layers):
            return None
        return f"Right: `{self.short}` has {number} layers."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No image, no answer, no number, rows counted for layers, or just another number."""
        look = f"docker image inspect --format '{{{{json .RootFS.Layers}}}}' {self.short}"
        if facts.image(self.image_name) is None:
            message = f"`{self.short}` is not on this engine, so there is nothing to count."
            yield Diagnosis("image-not-here", message, (f"docker pull {self.short}",))
        yield from self.unanswered(facts)
        number = _number(facts.answer)
        if number is None:
            message = f"`{facts.answer}` is not a number; the answer is how many layers there are."
            yield Diagnosis("answer-not-a-number", message, (look, facts.answer_with))
        if number == facts.rows(self.image_name):
            message = f"{number} is the number of rows that `docker history` shows."
            why = "Some rows only note a setting and add no layer: those of size 0 B, as a rule."
            yield Diagnosis("answer-counted-rows", f"{message} {why}", (look, facts.answer_with))
        message = f"{number} is not the number of layers of `{self.short}`."
        yield Diagnosis("answer-wrong", message, (look, facts.answer_with))


class RanImageAnswer(_Answer, frozen=True, tag="image-that-ran"):
    """Which image a container was made from, once `of` has run; any spelling of it is right."""

    def evidence(self, facts: Facts) -> str | None:
        """The image, when it is named or its ID is given."""
        image = facts.image(self.image_name)
        if not self.has_run(facts) or not _names(facts.answer, self.image_name, image):
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
        answer = (facts.answer or "").strip()
        mend = ("docker images", facts.answer_with)
        names = {e.attributes.get("name", "") for e in facts.history.of("container", "start")}
        if answer in names:
            message = f"`{answer}` is the name of a container. The question is for the image."
            yield Diagnosis("answer-is-container", message, mend)
        if full_name(answer) in facts.history.arrivals():
            message = f"`{answer}` came to this engine, too, but it is not the guest that is meant."
            yield Diagnosis("answer-other-image", message, mend)
        yield Diagnosis("answer-wrong", f"`{answer}` is not the image that came by itself.", mend)


class UserAnswer(_Answer, frozen=True, tag="container-using"):
    """Which container keeps an image from being removed; its name or its ID."""

    def needs(self, history: History) -> Iterable[Need]:
        """The image under all its IDs, and the containers."""
        return (*super().needs(history), CONTAINERS)

    def evidence(self, facts: Facts) -> str | None:
        """The container, when it is named or its ID is given."""
        answer = (facts.answer or "").strip().lstrip("/")
        if not answer:
            return None
        ids = facts.history.ids_of(self.image_name)
        for user in facts.history.containers + facts.containers:
            by_id = len(answer) >= 4 and user.id.startswith(answer)
            if user.image_id in ids and (answer == user.name or by_id):
                return f"Right: `{user.name}` was made from `{self.short}` and keeps it here."
        return None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No answer, the image instead of the container, another container, no container."""
        yield from self.unanswered(facts)
        answer = (facts.answer or "").strip()
        mend = (f"docker ps --all --filter ancestor={self.short}", facts.answer_with)
        if full_name(answer) == self.image_name:
            message = f"`{answer}` is the image. The question is for the container made from it."
            yield Diagnosis("answer-is-image", message, mend)
        others = [c for c in facts.containers if c.name == answer]
        for other in others:
            message = f"`{answer}` is a container, but it was made from `{familiar(other.image)}`."
            yield Diagnosis("answer-other-container", message, mend)
        names = listed(c.name for c in facts.containers) or "none"
        message = f"No container here is called `{answer}`; there is {names}."
        yield Diagnosis("answer-wrong", message, mend)


def _number(answer: str | None) -> int | None:
    """The whole number that was typed; words around it are forgiven."""
    digits = [word for word in (answer or "").split() if word.isascii() and word.isdecimal()]
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) < 10 else None


def _names(answer: str | None, name: str, image: Image | None) -> bool:
    """Whether the answer is the image's name in any spelling, or (a start of) its ID."""
    text = (answer or "").strip().removeprefix("sha256:")
    by_id = image and len(text) >= 4 and image.id.removeprefix("sha256:").startswith(text)
    return bool(by_id) or full_name(text) == name
