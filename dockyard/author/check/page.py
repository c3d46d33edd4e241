"""Parses a lesson's text once, into the parts that the rules check, each with its line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from checker.course.markers import BLANK, MARKER

MARKDOWN = MarkdownIt("commonmark").enable("table")
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Heading:
    """A heading, and the anchor by which links lead to it."""

    line: int
    level: int
    anchor: str


@dataclass(frozen=True)
class Fence:
    """Fenced code: the words after the fence, and the code."""

    line: int
    info: str
    code: str


@dataclass(frozen=True)
class Link:
    """The target of a link or a picture; `text` is a picture's text alternative."""

    line: int
    target: str
    text: str = ""


@dataclass(frozen=True)
class Page:
    """The headings, code, links and pictures of a text, in order.

    `codes` are those within a line. `tasks` has the paragraph after each step's marker, by the marker's line.
    """

    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    codes: tuple[Fence, ...]
    links: tuple[Link, ...]
    pictures: tuple[Link, ...]
    anchors: frozenset[str]
    tasks: Mapping[int, str]


def read_page(text: str) -> Page:
    """Parse a text."""
    tokens = MARKDOWN.parse(text)
    inner = [each for token in tokens for each in _inside(token)]
    html = [
        _Html(line, token.content) for line, token in inner if token.type in ("html_block", "html_inline")
    ]
    headings = tuple(_headings(tokens))
    return Page(
        headings,
        tuple(Fence(_line(t), t.info.strip(), t.content) for t in tokens if t.type == "fence"),
        tuple(Fence(line, "", token.content) for line, token in inner if token.type == "code_inline"),
        (
            *(Link(line, str(t.attrs["href"])) for line, t in inner if t.type == "link_open"),
            *(link for each in html for link in each.links),
        ),
        (
            *(Link(line, str(t.attrs["src"]), t.content) for line, t in inner if t.type == "image"),
            *(picture for each in html for picture in each.pictures),
        ),
        frozenset(heading.anchor for heading in headings).union(*(each.anchors for each in html)),
        dict(_tasks(tokens)),
    )


def _tasks(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for marker, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_marker = marker.type == "html_block" and MARKER.fullmatch(marker.content.rstrip("\n"))
        if is_marker and marker.level == 0 and paragraph.type == "paragraph_open":
            lines = (line.strip(BLANK) for line in inline.content.split("\n"))
            yield _line(marker), " ".join(lines).strip()


def _inside(token: Token) -> Iterator[tuple[int, Token]]:
    """The parts of a block of text, each with its line."""
    if token.type == "html_block":
        yield _line(token), token
    line = _line(token)
    for child in token.children or ():
        yield line, child
        line += child.type in ("softbreak", "hardbreak")


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    seen: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            anchor = _anchor(inline)
            count = seen[anchor] = seen.get(anchor, -1) + 1
            yield Heading(_line(token), int(token.tag[1:]), f"{anchor}-{count}" if count else anchor)


def _anchor(heading: Token) -> str:
    """The anchor that GitHub gives to a heading."""
    text = "".join(child.content for child in heading.children or () if child.type != "html_inline")
    return NOT_IN_ANCHORS.sub("", text.strip().lower()).replace(" ", "-")


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


class _Html(HTMLParser):
    """The links, pictures and anchors in a piece of HTML."""

    def __init__(self, line: int, html: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.pictures: list[Link] = []
        self.anchors: set[str] = set()
        self._first = line
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect links, pictures and anchors."""
        found = {name: value or "" for name, value in attrs}
        line = self._first + self.getpos()[0] - 1
        if tag == "img":
            self.pictures.append(Link(line, found.get("src", ""), found.get("alt", "")))
        if tag == "a" and "href" in found:
            self.links.append(Link(line, found["href"]))
        self.anchors |= {found[name] for name in ("id", "name") if found.get(name)}
