"""Image references: what may follow `docker pull`, and what exactly is wrong when it may not.

A reference is `[domain/]path[:tag][@digest]`, such as `ubuntu`, `ada/web:1.0` or
`localhost:5000/ada/web@sha256:…`. The rules are those of github.com/distribution/reference v0.6.0,
which docker itself uses: reference.go and regexp.go (grammar), normalize.go (short forms).
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from checker.errors import CheckerError

_HUB = "docker.io"
_LIBRARY = "library/"
_MAX_PATH = 255
_MAX_TAG = 128
_DIGEST_LENGTH = len("sha256:") + 64

# Spelled out, as \w and \d would let in letters and digits beyond ASCII. A pattern called START
# always matches, and ends at the first fault: it takes as much as is right, possibly nothing.
_NAME = r"[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*"
_HOST = re.compile(rf"(?:{_NAME}|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?")
_HOST_START = re.compile(rf"(?:{_NAME}|\[(?:[0-9A-Fa-f:]+\]?)?)?(?::[0-9]*)?")
_PATH_GAP = re.compile(r"[^a-z0-9]+")
_PATH_SEPARATOR = re.compile(r"[./]|__?|-+")
_TAG_START = re.compile(rf"(?:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,{_MAX_TAG - 1}}})?")
_DIGEST_START = re.compile(r"(?:sha256:[0-9a-f]{0,64})?")
_ID = re.compile(r"[0-9a-f]{64}")

_A_HOST = (
    "a ':' before the first '/' makes this a registry: a host name (letters, digits, '.', '-') or"
    " an IPv6 address in '[' and ']', then ':' and the port in digits"
)
_A_PATH = "it is made of a-z and 0-9, joined by one '.', '_', '__', '/' or any number of '-'"
_A_TAG = f"it is 1 to {_MAX_TAG} letters, digits, '_', '.' and '-', but begins with no '.' or '-'"
_AN_ID = "a name of 64 hexadecimal digits is reserved for image IDs; choose another name"
_A_DIGEST = "a digest is 'sha256:' and 64 hexadecimal digits (0-9 and a-f)"


class InvalidReference(CheckerError):
    """`text` is not an image reference because of `why`, seen at `text[position]`.

    `position` counts from 0; it is `len(text)` where something is missing at the end. The message
    is safe to print whatever the text: long text is cut, control characters are escaped.
    """

    def __init__(self, text: str, position: int, why: str) -> None:
        start, end = max(0, position - 40), position + 40
        shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
        here = repr(text[position]) if position < len(text) else "the end"
        place = f"position {position} ({here})"
        super().__init__(f"{shown!r} is not an image reference; look at {place}: {why}.")
        self.text, self.position, self.why = text, position, why


class RawReference(NamedTuple):
    """The parts of a reference as written; an absent `domain` is "", the others are None."""

    domain: str
    path: str
    tag: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A reference by its full name; tag and digest are None if not written. Made by `parse`.

    `ubuntu:24.04` is domain `docker.io`, path `library/ubuntu`, tag `24.04`. References that
    docker takes for the same one are equal, however they were written.
    """

    domain: str
    path: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ImageReference":
        """Read `text` as docker does, or raise InvalidReference.

        One oddity of docker is kept: `my_host.com/web` is legal, and its domain is "".
        """
        if _ID.fullmatch(text):
            raise InvalidReference(text, 0, _AN_ID)
        raw = _cut(text, bare=False)
        domain = raw.domain
        if domain == "index.docker.io" or not (domain or _looks_like_registry(raw.path)):
            domain = _HUB
        implied = _LIBRARY if domain == _HUB and "/" not in raw.path else ""
        _check(text, raw, room=_MAX_PATH - len(implied))
        return cls(domain, implied + raw.path, raw.tag, raw.digest)

    @property
    def repository(self) -> str:
        """The full name without tag and digest: `docker.io/library/ubuntu`."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def familiar_name(self) -> str:
        """The short name that docker shows, without tag and digest: `ubuntu`, `ada/web`."""
        if self.domain != _HUB:
            return self.repository
        short = self.path.removeprefix(_LIBRARY)
        return self.path if "/" in short else short

    @property
    def familiar(self) -> str:
        """The short form that docker shows: `ubuntu:24.04`, `ada/web@sha256:…`.

        It parses to this reference again, unless docker reads the short name as something else:
        an ID (64 hexadecimal digits) or a registry (`docker.io/my.team/web`).
        """
        return self.familiar_name + self._suffix

    def __str__(self) -> str:
        return self.repository + self._suffix

    def with_default_tag(self) -> "ImageReference":
        """This reference, with the tag `latest` if it has neither tag nor digest."""
        return self if self.tag or self.digest else replace(self, tag="latest")

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def parse_raw(text: str) -> RawReference:
    """Cut `text` by the grammar alone, where `ada/web` is `web` at the host `ada`.

    Raises InvalidReference. ImageReference.parse tells what docker makes of it.
    """
    raw = _cut(text, bare=True)
    _check(text, raw, room=_MAX_PATH)
    return raw


def _cut(text: str, *, bare: bool) -> RawReference:
    head, at, digest = text.partition("@")
    colon = head.find(":", head.rfind("/") + 1)  # an earlier one belongs to a port
    name, tag = (head[:colon], head[colon + 1 :]) if colon >= 0 else (head, None)
    first, slash, rest = name.partition("/")
    has_host = slash and (bare or _looks_like_registry(name)) and _HOST.fullmatch(first)
    domain, path = (first, rest) if has_host else ("", name)
    return RawReference(domain, path, tag, digest if at else None)


def _looks_like_registry(name: str) -> bool:
    first, slash, _ = name.partition("/")
    telling = first == "localhost" or "." in first or ":" in first or first != first.lower()
    return bool(slash) and telling


def _check(text: str, raw: RawReference, room: int) -> None:
    """Raise the first fault from left to right; `room` is the length that the path may have."""
    path_at = len(raw.domain) + 1 if raw.domain else 0
    for start, fault in (
        (0, _host_fault(raw)),
        (path_at, _path_fault(raw.path, room)),
        (path_at + len(raw.path) + 1, _tag_fault(raw.tag)),
        (len(text) - len(raw.digest or ""), _digest_fault(raw.digest)),
    ):
        if fault:
            index, why = fault
            raise InvalidReference(text, start + index, _odd(text, start + index) or why)


def _odd(text: str, position: int) -> str | None:
    """A character that is right nowhere says more than the part it stands in."""
    char = text[position : position + 1]
    if char.isspace():
        return "white space is not allowed anywhere in a reference; leave it out"
    if not (char.isascii() and char.isprintable()):
        return "only unaccented letters, digits and a few signs (. _ - / : @) are allowed"
    return None


# Each function below returns the index of the first fault in its part and the reason, or None.


def _host_fault(raw: RawReference) -> tuple[int, str] | None:
    host, _, rest = raw.path.partition("/")
    if raw.domain or ":" not in host:  # with a ':', it cannot be meant as a path
        return None
    if host.endswith(":") and rest.startswith("/"):
        return len(host) - 1, "a reference is not a web address; leave out all up to '//'"
    return _right(_HOST_START, host), _A_HOST


def _path_fault(path: str, room: int) -> tuple[int, str] | None:
    if not path:
        return 0, f"the repository name is missing; {_A_PATH}"
    index = _first_stray(path, room)
    if index is not None:
        return index, f"{_why_stray(path, index)}; {_A_PATH}"
    if len(path) > room:
        added = f", with the {_LIBRARY!r} that docker adds" if room < _MAX_PATH else ""
        return room, f"the repository name is longer than {_MAX_PATH} characters{added}"
    return None


def _first_stray(path: str, room: int) -> int | None:
    """Index of the first character that breaks "words, and one separator between any two"."""
    for gap in _PATH_GAP.finditer(path, 0, room):
        start, end = gap.span()
        right = start + _right(_PATH_SEPARATOR, gap[0]) if start else 0
        if right < end:
            return right
        if end == len(path):
            return end - 1
    return None


def _why_stray(path: str, index: int) -> str:
    char = path[index]
    if "A" <= char <= "Z":
        return "a repository name must be lower case"
    if char not in "._-/":
        return f"{char!r} is not allowed in a repository name"
    if index == 0:
        return f"a repository name cannot begin with {char!r}"
    if index == len(path) - 1:
        return f"a repository name cannot end with {char!r}"
    return f"{char!r} cannot follow {path[index - 1]!r} in a repository name"


def _tag_fault(tag: str | None) -> tuple[int, str] | None:
    right = _right(_TAG_START, tag or "")
    if tag is None or 0 < right == len(tag):
        return None
    if not tag:
        what = "the tag after ':' is missing (an empty variable?)"
    elif right == _MAX_TAG:
        what = f"the tag is longer than {_MAX_TAG} characters"
    else:
        what = f"{tag[right]!r} is not allowed {'in' if right else 'at the start of'} a tag"
    return right, f"{what}; {_A_TAG}"


def _digest_fault(digest: str | None) -> tuple[int, str] | None:
    right = _right(_DIGEST_START, digest or "")
    if digest is None or right == len(digest) == _DIGEST_LENGTH:
        return None
    if right == 0:
        what = "sha256 is the only supported algorithm" if digest else "the digest is missing"
    elif right == _DIGEST_LENGTH:
        what = "the digest is too long"
    elif right == len(digest):
        what = "the digest is too short"
    else:
        what = f"{digest[right]!r} is not allowed in a digest"
    return right, f"{what}; {_A_DIGEST}"


def _right(pattern: re.Pattern[str], part: str) -> int:
    """How many characters of `part` are right."""
    match = pattern.match(part)
    return match.end() if match else 0
