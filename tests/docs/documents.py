"""What the documents tell their readers to type: in fences of `sh`, in tables of commands, and in prose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = ("cd", "docker", "dockyard", "eval", "export", "make")
OPTIONAL = re.compile(r" ?\[(.*)\]")
REPLACED = re.compile(r"\b[Rr]eplace (?:its|the) content\b")
FILE = re.compile(r"`([\w.-]+\.(?:md|yaml))`")


@dataclass(frozen=True)
class WrittenFile:
    """A file that the reader is told to write."""

    name: str
    content: str


def actions(page: Path) -> Iterator[str | WrittenFile]:
    """What a reader of the page does, in its order: commands to type, files to write."""
    tokens = _tokens(page)
    for number, token in enumerate(tokens):
        if token.type == "fence" and token.info == "sh":
            yield from (line.partition(" # ")[0].rstrip() for line in token.content.splitlines())
        elif token.type == "fence" and REPLACED.search(paragraph := tokens[number - 2].content):
            yield WrittenFile(FILE.findall(paragraph)[-1], token.content)
        elif token.type == "table_open" and tokens[number + 4].content == "command":
            yield from _table(tokens[number:])


def mentioned(page: Path) -> set[str]:
    """The commands that stand in the text of a page."""
    spans = (span for token in _tokens(page) if token.type == "inline" for span in _code(token))
    return {span for span in spans if span.split()[0] in PROGRAMS and span not in PROGRAMS}


def _tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))


def _code(inline: Token) -> Iterator[str]:
    yield from (child.content for child in inline.children or () if child.type == "code_inline")


def _table(tokens: list[Token]) -> Iterator[str]:
    """The commands in the first column of a table, with and without their optional parts."""
    for number, token in enumerate(tokens):
        if token.type == "table_close":
            return
        if token.type == "tr_open" and tokens[number + 1].type == "td_open":
            for command in _in_full(list(_code(tokens[number + 2]))):
                yield OPTIONAL.sub("", command)
                if "[" in command:
                    yield re.sub(r"[\[\]]", "", command)


def _in_full(spans: list[str]) -> Iterator[str]:
    """`dockyard hub fill` · `hub release` and `dockyard author new` · `check`, with what was left out."""
    first = spans[0].split()
    group = first[:2] if first[1] == "author" else first[:1]
    for span in spans:
        yield span if span.startswith(first[0]) else " ".join((*group, span))
