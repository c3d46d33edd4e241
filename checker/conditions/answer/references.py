"""`answer: part` and `answer: invalid-one`: questions that the grammar of references answers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from checker.conditions.answer.normalise import answered, shown
from checker.conditions.answer.question import Question
from checker.conditions.answer.reference_parts import (
    bare,
    is_part,
    left_out,
    names_same,
    says_none,
    spellings,
)
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import Need
from checker.reference import ImageReference, InvalidReference
from checker.verdict import Diagnosis

Part = Literal["host", "namespace", "name", "repository", "tag", "digest", "full-name"]
ABOUT = {
    "host": "the registry, which is what stands before the first `/` if it has a `.` or a `:` or is"
    " `localhost`, and `docker.io` otherwise",
    "namespace": "what stands between host and name, which is `library` if Docker Hub is the host and none"
    " is written",
    "name": "the last word before tag and digest",
    "repository": "all that stands before tag and digest",
    "tag": "what follows the `:` behind the name, which is `latest` if neither tag nor digest is written",
    "digest": "what follows the `@`",
    "full-name": "all of it, with nothing left for Docker to fill in",
}
DEFAULTS = {"host": "docker.io", "namespace": "library", "tag": "latest"}
# What was typed instead of the part in question, in the order of telling.
TAKEN_FOR = {
    "answer-is-host": "is the host",
    "answer-is-port": "is the port, a piece of the host",
    "answer-is-namespace": "is the namespace",
    "answer-is-name": "is the name",
    "answer-is-tag": "is the tag",
    "answer-is-digest": "is the digest",
    "answer-is-repository": "is the repository",
    "answer-is-full-name": "is the whole reference",
}


class _GrammarQuestion(Question, frozen=True):
    def needs(self, history: History) -> tuple[Need[object], ...]:  # noqa: ARG002 - the same at any time
        """Nothing of any engine."""
        return ()


class PartAnswer(_GrammarQuestion, frozen=True, tag="part"):
    """A part of a reference, as the grammar cuts it: its default if it is not written, or `none`."""

    example: ClassVar[str] = "answer: part\nof: localhost:5000/ada/web:1.0\npart: tag"

    of: str
    part: Part

    def __post_init__(self) -> None:
        try:
            ImageReference.parse(self.of)
        except InvalidReference as error:
            raise ValueError(str(error)) from error

    @property
    def reference(self) -> ImageReference:
        """What is taken apart."""
        return ImageReference.parse(self.of)

    @property
    def called(self) -> str:
        """The part in words."""
        return self.part.replace("-", " ")

    def evidence(self, facts: Facts) -> str | None:
        """The part, when it is right."""
        answer = bare(answered(facts))
        right = spellings(self.reference)[self.part]
        if not right[0]:
            return f"Right: `{self.of}` has no {self.called}." if says_none(answer, self.called) else None
        if answer not in right:
            return None
        filled = "" if right[0] in self.of else " What is not written, Docker fills in."
        return f"Right: the {self.called} of `{self.of}` is `{right[0]}`.{filled}"

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No answer, a part that is none, another part, a piece of the part."""
        yield from self.unanswered(facts)
        about = f"The question is for the {self.called}: {ABOUT[self.part]}."
        for reason, seen in self._causes(answered(facts)):
            yield Diagnosis(reason, f"{seen} {about}", (facts.answer_with,))

    def _causes(self, written: str) -> Iterator[tuple[str, str]]:
        answer, words = bare(written), shown(written)
        right = spellings(self.reference)[self.part][0]
        if says_none(answer, self.called):
            yield "answer-not-none", f"`{self.of}` has a {self.called}, be it written or filled in."
        if answer == DEFAULTS.get(self.part):
            yield "answer-is-default", f"{words} is what Docker fills in, but not in `{self.of}`."
        if self.part == "host" and answer and answer == self.reference.domain.rpartition(":")[0]:
            yield "answer-without-port", f"{words} lacks the port, and that belongs to the host."
        if self.part == "full-name" and names_same(answer, self.reference):
            lacking = " and ".join(f"the {part}" for part in left_out(answer, self.reference))
            yield "answer-not-in-full", f"{words} means the same, but leaves out {lacking}."
        for reason, part in TAKEN_FOR.items():
            if is_part(answer, reason.removeprefix("answer-is-"), self.reference):
                yield reason, f"{words} {part}{self._trap}."
        if self.part == "digest" and len(answer) > 1 and answer in right:
            yield (
                "answer-digest-shortened",
                f"{words} is only a piece of the digest, which is never shortened.",
            )
        yield "answer-wrong", f"{words} is not the {self.called} of `{self.of}`."

    @property
    def _trap(self) -> str:
        trap = self.part == "host" and "/" not in self.of
        return "; without a `/`, nothing that is written here is a host" if trap else ""


class InvalidOneAnswer(_GrammarQuestion, frozen=True, tag="invalid-one"):
    """Which one of several references the grammar refuses."""

    example: ClassVar[str] = "answer: invalid-one\nof: [ada/web, ada/Web, localhost:5000]"

    of: tuple[str, ...]

    def __post_init__(self) -> None:
        refused = [text for text in self.of if _fault(text)]
        if len(refused) != 1 or len(set(self.of)) < max(2, len(self.of)):
            told = join_words(refused) or "none"
            raise ValueError(f"exactly one of several must be no image reference, and here it is {told}")

    def evidence(self, facts: Facts) -> str | None:
        """The refused one, and why it is refused."""
        answer = answered(facts)
        fault = _fault(answer) if answer in self.of else None
        return f"Right: `{answer}` is refused. {_sentence(fault)}" if fault else None

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """No answer, a legal one, something else."""
        yield from self.unanswered(facts)
        answer, mend = answered(facts), (facts.answer_with,)
        if answer in self.of:
            message = f"{shown(answer)} is legal, however odd it looks: {_read(answer)}."
            yield Diagnosis("answer-is-valid", message, mend)
        fault = _fault(answer)
        also = f" (Docker would refuse it, too. {_sentence(fault)})" if fault else ""
        message = f"{shown(answer)} is none of {join_words(self.of)}.{also}"
        yield Diagnosis("answer-not-listed", message, mend)


def _fault(text: str) -> str | None:
    """Why the grammar refuses a text; None when it does not."""
    try:
        ImageReference.parse(text)
    except InvalidReference as error:
        return error.why
    return None


def _sentence(why: str | None) -> str:
    return f"{(why or '')[:1].upper()}{(why or '')[1:]}."


def _read(text: str) -> str:
    """How Docker reads a legal reference."""
    spelled = spellings(ImageReference.parse(text))
    parts = ("host", "namespace", "name", "tag", "digest")
    return ", ".join(f"{part} `{spelled[part][0]}`" for part in parts if spelled[part][0])
