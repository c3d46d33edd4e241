"""The parts of a reference, and the ways in which a learner may type them."""

from collections.abc import Iterator

from checker.reference import ImageReference, InvalidReference

NONE = ("-", "no", "none", "nothing", "there is none")


def spellings(reference: ImageReference) -> dict[str, tuple[str, ...]]:
    """Each part in the ways in which it may be typed, the best first; "" where there is none."""
    whole = reference.with_default_tag()
    namespace, _, name = reference.path.rpartition("/")
    port = reference.domain.rpartition(":")[2]
    return {
        "host": (reference.domain,),
        "port": (port if port.isdecimal() else "",),
        "namespace": (namespace,),
        "name": (name,),
        "repository": (reference.repository, reference.familiar_name, reference.path),
        "tag": (whole.tag or "",),
        "digest": (whole.digest or "",),
        "full-name": (str(whole),),
    }


def is_part(answer: str, part: str, reference: ImageReference) -> bool:
    """Whether the answer is this part of the reference."""
    if part == "full-name":
        return names_same(answer, reference)
    return bool(answer) and answer in spellings(reference)[part]


def names_same(answer: str, reference: ImageReference) -> bool:
    """Whether the answer is the same reference, in any spelling."""
    try:
        return ImageReference.parse(answer).with_default_tag() == reference.with_default_tag()
    except InvalidReference:
        return False


def left_out(answer: str, reference: ImageReference) -> Iterator[str]:
    """The parts that are not written in an answer that means the same reference."""
    if not answer.startswith(f"{reference.domain}/"):
        yield "host"
    if reference.path not in answer:
        yield "namespace"
    if ImageReference.parse(answer).with_default_tag() != ImageReference.parse(answer):
        yield "tag"


def bare(answer: str) -> str:
    """A part without the sign that joins it to the next, and Docker Hub by its proper name."""
    return answer.removeprefix(":").removeprefix("@").rstrip("/").replace("index.docker.io", "docker.io", 1)


def says_none(answer: str, part: str) -> bool:
    """Whether the answer says in words that there is no such part."""
    return answer.lower().rstrip(".") in (*NONE, f"no {part}")
