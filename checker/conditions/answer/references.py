"""`answer: part` and `answer: invalid-one`: questions that the grammar of references answers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from checker.conditions.answer.normalise import typed_answer
from checker.conditions.answer.question import NoAnswer, Question
from checker.conditions.answer.reference_parts import (
    bare,
    is_part,
    left_out,
    names_same,
    says_none,
    spellings,
)
from checker.conditions.answer.wrong_answers import (
    AnswerDigestShortened,
    AnswerIsDigest,
    AnswerIsFullName,
    AnswerIsHost,
    AnswerIsName,
    AnswerIsNamespace,
    AnswerIsPort,
    AnswerIsRepository,
    AnswerIsTag,
    AnswerWrong,
    OtherIdentifier,
    WrongAnswer,
)
from checker.conditions.reasons import Private, Reason
from checker.conditions.wording import join_words
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import Need
from checker.reference import ImageReference, InvalidReference

Part = Literal["host", "namespace", "name", "repository", "tag", "digest", "full-name"]
DEFINITIONS = {
    "host": "The host is what stands before the first `/`, if that has a `.` or a `:` or is `localhost`;"
    " otherwise it is `docker.io`.",
    "namespace": "The namespace is what stands between host and name. If the host is Docker Hub and no"
    " namespace is written, it is `library`.",
    "name": "The name is the last word before tag and digest.",
    "repository": "The repository is all that stands before tag and digest.",
    "tag": "The tag follows the `:` after the name. If neither tag nor digest is written, it is `latest`.",
    "digest": "The digest follows the `@`.",
    "full-name": "The full name has all parts, and Docker fills in nothing.",
}
DEFAULTS = {"host": "docker.io", "namespace": "library", "tag": "latest"}
# Other parts that an answer may be, in the order in which they are tried.
PARTS: dict[type[OtherIdentifier], str] = {
    AnswerIsHost: "host",
    AnswerIsPort: "port",
    AnswerIsNamespace: "namespace",
    AnswerIsName: "name",
    AnswerIsTag: "tag",
    AnswerIsDigest: "digest",
    AnswerIsRepository: "repository",
    AnswerIsFullName: "full-name",
}


class AnswerNotNone(WrongAnswer, frozen=True, tag="answer-not-none"):
    """The answer says that there is no such part, and there is one."""

    reference: str
    part: str
    seen = "`{reference}` has a {part}: it is written, or Docker fills it in."


class AnswerIsDefault(WrongAnswer, frozen=True, tag="answer-is-default"):
    """The answer is the default of the part, which this reference does not take."""

    reference: str
    seen = "{typed} is what Docker fills in elsewhere, but not in `{reference}`."


class AnswerWithoutPort(WrongAnswer, frozen=True, tag="answer-without-port"):
    """The answer is the host without its port."""

    seen = "{typed} lacks the port, which belongs to the host."


class AnswerNotInFull(WrongAnswer, frozen=True, tag="answer-not-in-full"):
    """The answer is a shorter form of the same reference."""

    missing: tuple[str, ...]
    seen = "{typed} means the same, but it leaves out {left_out}."

    @property
    def left_out(self) -> str:
        """The missing parts in words."""
        return " and ".join(f"the {part}" for part in self.missing)


class AnswerIsValid(WrongAnswer, frozen=True, tag="answer-is-valid"):
    """The answer is one of the references, and the grammar allows it."""

    parts: Private
    seen = "{typed} is valid, even if it looks strange."
    cause = "Docker reads it as {parts}."


class AnswerNotListed(WrongAnswer, frozen=True, tag="answer-not-listed"):
    """The answer is none of the references in the question."""

    listed: tuple[str, ...]
    fault: Private = ""
    seen = "{typed} is none of {listed}."
    cause = "Docker would refuse it, too. {fault}"


class _GrammarQuestion(Question, frozen=True):
    def needs(self, history: History) -> tuple[Need[object], ...]:  # noqa: ARG002 - the same at any time
        """Nothing of any engine."""
        return ()


class PartAnswer(_GrammarQuestion, frozen=True, tag="part"):
    """A part of a reference, as the grammar cuts it: its default if it is not written, or `none`."""

    example: ClassVar[str] = "answer: part\nof: localhost:5000/ada/web:1.0\npart: tag"
    wanted: ClassVar[str] = "the {question.called} of `{question.of}`"
    note: ClassVar[str] = "{question.definition}"
    reasons: ClassVar[tuple[type[Reason], ...]] = (
        NoAnswer,
        AnswerNotNone,
        AnswerIsDefault,
        AnswerWithoutPort,
        AnswerNotInFull,
        *PARTS,
        AnswerDigestShortened,
        AnswerWrong,
    )

    of: str
    part: Part

    def __post_init__(self) -> None:
        try:
            ImageReference.parse(self.of)
        except InvalidReference as error:
            raise ValueError(str(error)) from error

    @property
    def reference(self) -> ImageReference:
        """The reference whose part is asked for."""
        return ImageReference.parse(self.of)

    @property
    def called(self) -> str:
        """The part in words."""
        return self.part.replace("-", " ")

    @property
    def definition(self) -> str:
        """What that part is."""
        return DEFINITIONS[self.part]

    def evidence(self, facts: Facts) -> str | None:
        """The part, when it is right."""
        answer = bare(typed_answer(facts))
        right = spellings(self.reference)[self.part]
        if not right[0]:
            return f"Right: `{self.of}` has no {self.called}." if says_none(answer, self.called) else None
        if answer not in right:
            return None
        filled = "" if right[0] in self.of else " Docker fills in what is not written."
        return f"Right: the {self.called} of `{self.of}` is `{right[0]}`.{filled}"

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No answer, "none" for a part that is there, the default, a part of the part, another part."""
        yield from self.unanswered(facts)
        answer = bare(typed_answer(facts))
        right = spellings(self.reference)[self.part][0]
        if says_none(answer, self.called):
            yield self.refuse(AnswerNotNone, facts, reference=self.of, part=self.called)
        if answer == DEFAULTS.get(self.part):
            yield self.refuse(AnswerIsDefault, facts, reference=self.of)
        if self.part == "host" and answer and answer == self.reference.domain.rpartition(":")[0]:
            yield self.refuse(AnswerWithoutPort, facts)
        if self.part == "full-name" and names_same(answer, self.reference):
            yield self.refuse(AnswerNotInFull, facts, missing=tuple(left_out(answer, self.reference)))
        for kind, part in PARTS.items():
            if is_part(answer, part, self.reference):
                yield self.refuse(kind, facts, reference=self.of, part=self.part)
        if self.part == "digest" and len(answer) > 1 and answer in right:
            yield self.refuse(AnswerDigestShortened, facts)
        yield self.refuse(AnswerWrong, facts)


class InvalidOneAnswer(_GrammarQuestion, frozen=True, tag="invalid-one"):
    """Which one of several references the grammar refuses."""

    example: ClassVar[str] = "answer: invalid-one\nof: [ada/web, ada/Web, localhost:5000]"
    wanted: ClassVar[str] = "the reference that Docker refuses"
    reasons: ClassVar[tuple[type[Reason], ...]] = (NoAnswer, AnswerIsValid, AnswerNotListed)

    of: tuple[str, ...]

    def __post_init__(self) -> None:
        refused = [text for text in self.of if _fault(text)]
        if len(refused) != 1 or len(set(self.of)) < max(2, len(self.of)):
            found = join_words(refused) or "none"
            raise ValueError(f"exactly one of several must be no image reference, and here it is {found}")

    def evidence(self, facts: Facts) -> str | None:
        """The refused one, and why it is refused."""
        answer = typed_answer(facts)
        fault = _fault(answer) if answer in self.of else None
        return f"Right: `{answer}` is refused. {fault}" if fault else None

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """No answer, a valid one, something else."""
        yield from self.unanswered(facts)
        answer = typed_answer(facts)
        if answer in self.of:
            yield self.refuse(AnswerIsValid, facts, parts=_parts_in_words(answer))
        yield self.refuse(AnswerNotListed, facts, listed=self.of, fault=_fault(answer) or "")


def _fault(text: str) -> str | None:
    """Why the grammar refuses a text, as a sentence; None when it does not."""
    try:
        ImageReference.parse(text)
    except InvalidReference as error:
        return f"{error.why[:1].upper()}{error.why[1:]}."
    return None


def _parts_in_words(text: str) -> str:
    """How Docker reads a valid reference."""
    found = spellings(ImageReference.parse(text))
    parts = ("host", "namespace", "name", "tag", "digest")
    return ", ".join(f"{part} `{found[part][0]}`" for part in parts if found[part][0])
