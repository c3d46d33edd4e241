"""The reasons why a typed answer is refused that several questions share."""

from typing import Annotated, ClassVar

from checker.conditions.answer.normalise import quoted
from checker.conditions.reasons import PRIVATE, Commands, Private, PrivateNames, Reason, Template
from checker.conditions.wording import join_words


class WrongAnswer(Reason, frozen=True):
    """Base of the reasons about an answer that was typed and is not right."""

    answer: Private
    wanted: str  # what the step asks for, such as "the ID of `busybox`"
    note: str  # a sentence about what that is, or where to find it; may be empty
    next_commands: Commands
    asked: ClassVar[Template] = ("This step asks for {wanted}. {note}", "This step asks for {wanted}.")
    next = ("{next_commands}",)

    @property
    def typed(self) -> str:
        """The answer as it is repeated to the learner."""
        return quoted(self.answer)


class AnswerWrong(WrongAnswer, frozen=True, tag="answer-wrong"):
    """The answer is not right, and it is nothing that is known here."""

    # The names of the containers that are here; only where the step asks for a container.
    containers: Annotated[tuple[str, ...] | None, PRIVATE] = None
    asked = ""
    seen = "{typed} is not {wanted}."
    cause = ("Containers on this engine: {choices}.", "{note}")

    @property
    def choices(self) -> str:
        """The containers in words; empty where the step does not ask for one."""
        return "" if self.containers is None else join_words(self.containers) or "none"


class AnswerOtherImage(WrongAnswer, frozen=True, tag="answer-other-image"):
    """The answer is the name, the ID or the digest of another image."""

    identifier: str = ""  # `ID` or `digest`; empty for a name
    other_names: PrivateNames = ()
    other_id: str = ""
    seen = (
        "{typed} is the {identifier} of another image, {other_names}.",
        "{typed} is the {identifier} of another image, which has no name.",
        "{typed} is another image, with the ID {other_id}.",
        "{typed} came to this engine too, but not by itself.",
    )


class AnswerDigestShortened(WrongAnswer, frozen=True, tag="answer-digest-shortened"):
    """The answer is only a part of the digest."""

    seen = "{typed} is only a part of the digest."
    cause = "A digest is never shortened, unlike an ID."


class OtherIdentifier(WrongAnswer, frozen=True):
    """Base of the reasons about an identifier of the right image, or a part of the right reference, that
    is of another kind than the step asks for.
    """

    image: str = ""  # set in questions about an image
    reference: str = ""  # set in questions about a reference, as is `part`, the part that is asked for
    part: str = ""
    cause = "Without a `/`, no part of `{without_host}` is a host."

    @property
    def without_host(self) -> str:
        """The reference, if the step asks for its host and no host is written there."""
        return self.reference if self.part == "host" and "/" not in self.reference else ""


class AnswerIsId(OtherIdentifier, frozen=True, tag="answer-is-id"):
    """The answer is the ID of the image, and the step asks for something else."""

    seen = "{typed} is the ID of `{image}`, the name that this engine gives it."


class AnswerIsDigest(OtherIdentifier, frozen=True, tag="answer-is-digest"):
    """The answer is the digest, and the step asks for something else."""

    seen = (
        "{typed} is the digest in `{reference}`.",
        "{typed} is the digest of `{image}`, the name by which a registry knows it.",
    )


class AnswerIsLayer(OtherIdentifier, frozen=True, tag="answer-is-layer"):
    """The answer is the hash of a layer of the image."""

    seen = "{typed} is the hash of one of the layers of `{image}`."


class AnswerIsTag(OtherIdentifier, frozen=True, tag="answer-is-tag"):
    """The answer is a tag, and the step asks for something else."""

    seen = ("{typed} is the tag in `{reference}`.", "{typed} is a tag, one half of a name.")


class AnswerIsName(OtherIdentifier, frozen=True, tag="answer-is-name"):
    """The answer is a name, and the step asks for something else."""

    seen = (
        "{typed} is the name in `{reference}`.",
        "{typed} is a name of `{image}`, the identifier that people use.",
    )


class AnswerIsContainer(OtherIdentifier, frozen=True, tag="answer-is-container"):
    """The answer is the name or the ID of a container, and the step asks about an image."""

    seen = "{typed} is a container, not an image."


class AnswerIsHost(OtherIdentifier, frozen=True, tag="answer-is-host"):
    """The answer is the host in the reference, and the step asks for another part."""

    seen = "{typed} is the host in `{reference}`."


class AnswerIsPort(OtherIdentifier, frozen=True, tag="answer-is-port"):
    """The answer is the port in the reference, and the step asks for another part."""

    seen = "{typed} is the port in `{reference}`, one half of the host."


class AnswerIsNamespace(OtherIdentifier, frozen=True, tag="answer-is-namespace"):
    """The answer is the namespace in the reference, and the step asks for another part."""

    seen = "{typed} is the namespace in `{reference}`."


class AnswerIsRepository(OtherIdentifier, frozen=True, tag="answer-is-repository"):
    """The answer is the repository in the reference, and the step asks for another part."""

    seen = "{typed} is the repository in `{reference}`."


class AnswerIsFullName(OtherIdentifier, frozen=True, tag="answer-is-full-name"):
    """The answer is the whole reference, and the step asks for a part of it."""

    seen = "{typed} is the whole reference."
