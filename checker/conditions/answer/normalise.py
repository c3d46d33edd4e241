"""Cleans a typed answer, and tells which kind of identifier it can be."""

import re

from checker.conditions.base import SHORTEST_ID
from checker.facts.facts import Facts
from checker.facts.objects import Image
from checker.reference import ImageReference, InvalidReference

LONGEST_QUOTE = 100  # characters of an answer that are repeated; a digest with its repository fits
QUOTES = "`'\"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
HEX = re.compile(r"(?:sha256:)?([0-9a-f]{1,64})")


def typed_answer(facts: Facts) -> str:
    """The answer without white space and quotes around it."""
    return (facts.answer or "").strip().strip(QUOTES).strip()


def quoted(answer: str) -> str:
    """The answer as a message repeats it: in backticks, and cut if it is long."""
    text = answer.replace("`", "'")  # a backtick would end the quote
    return f"`{text[:LONGEST_QUOTE]}…`" if len(text) > LONGEST_QUOTE else f"`{text}`"


def hex_digits(answer: str) -> str:
    """The digits of what may be an ID or a digest, or the beginning of one; "" for anything else."""
    found = HEX.fullmatch(answer.lower())
    return found[1] if found else ""


def begins(answer: str, hash_: str) -> bool:
    """Whether the answer is a hash, or a beginning of it that is long enough to mean it."""
    digits = hex_digits(answer)
    return len(digits) >= SHORTEST_ID and hash_.removeprefix("sha256:").startswith(digits)


def is_id(answer: str, image: Image | None) -> bool:
    """Whether the answer is the image's ID, or a beginning of it."""
    return image is not None and begins(answer, image.id)


def hash_in(answer: str) -> str:
    """What follows the `@`, or the answer itself."""
    return answer.rpartition("@")[2]


def is_digest(answer: str, image: Image) -> bool:
    """Whether the answer is a digest of the image, alone or with the repository that has it."""
    if DIGEST.fullmatch(answer):
        return any(known.endswith(f"@{answer}") for known in image.digests)
    try:
        reference = ImageReference.parse(answer)
    except InvalidReference:
        return False
    return f"{reference.repository}@{reference.digest}" in image.digests
