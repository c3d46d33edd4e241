"""Turns a lesson's Markdown into the Markdown cells of a notebook.

It is cut at the markers of steps, and adapted to a plain JupyterLab: alerts become quotes with a bold
word, links to other lessons lead to their notebooks, and paths of pictures start at the notebook.
(Pictures cannot be part of the cell: JupyterLab does not show attached SVGs.)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from checker.course.lesson import Lesson, Step
from checker.course.lines import split_lines
from checker.errors import LessonError

ALERT = re.compile(r"^(?P<quote>.*?)\[!(?P<kind>NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$")
ASIDES = ("blockquote_open", "html_block")  # belong to the task that they follow
AFTER_COLON = ("bullet_list_open", "fence", "ordered_list_open")  # belong to a task that ends with a colon
LESSON_LINK = re.compile(r"(\]\(<?)((?:\./)?[0-9][\w-]*)\.md(?=[)#>])")
SOURCE_TAG = re.compile(r"<source\b[^>]*>\s*")
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Text:
    """The text of a Markdown cell, and the paths of its pictures, from the lessons' folder on."""

    markdown: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cut:
    """A lesson's text in pieces: the opening, the steps and the end.

    `steps` maps a step's id to the prose before its task, and the task with what belongs to it.
    """

    opening: Text
    steps: dict[str, tuple[Text, Text]]
    end: Text


def cut(lesson: Lesson, folder: str) -> Cut:
    """Cut a lesson into pieces. `folder` is the path from the notebook to the lesson's folder.

    Raises LessonError if a picture is missing, or a step has no task that Markdown shows as a paragraph.
    """
    lines = split_lines(lesson.text)
    blocks = [token for token in MARKDOWN.parse(lesson.text) if token.level == 0 and token.map]

    def piece(first: int, last: int) -> Text:
        return _text("\n".join(lines[first:last]).strip("\n"), lesson.path, folder)

    begin = _opening_end(blocks, lesson)
    opening, steps = piece(0, begin), {}
    for step in lesson.steps:
        marker, end = step.line - 1, _task_end(blocks, step, lesson)
        steps[step.id] = piece(begin, marker), piece(marker + 1, end)
        begin = end
    return Cut(opening, steps, piece(begin, len(lines)))


def _opening_end(blocks: list[Token], lesson: Lesson) -> int:
    """The line where the opening ends: at the second heading, or at the first step."""
    headings = [_lines(block)[0] for block in blocks if block.type == "heading_open"]
    return min([*headings[1:2], lesson.steps[0].line - 1])


def _task_end(blocks: list[Token], step: Step, lesson: Lesson) -> int:
    """The line after a task: after its paragraph, and the blocks that belong to it."""
    belong = (*ASIDES, *AFTER_COLON) if step.task.endswith(":") else ASIDES
    task = [block for block in blocks if _lines(block)[0] >= step.line]
    if not task:
        what = f"the task of `{step.id}` is not a plain paragraph"
        raise LessonError((f"{lesson.path.name}:{step.line}: {what}",))
    end = _lines(task[0])[1]
    for block in task[1:]:
        if block.type not in belong or block.content.startswith("<!--"):
            break
        end = _lines(block)[1]
    return end


def _text(markdown: str, lesson: Path, folder: str) -> Text:
    """The text of one cell, with everything rewritten that a notebook would show differently."""
    lines = markdown.split("\n")
    pictures: list[str] = []
    for token in MARKDOWN.parse(markdown):
        if token.type not in ("inline", "html_block") or token.map is None:
            continue
        first, last = _lines(token)
        found = [_existing(source, lesson) for source in _sources(token)]
        pictures += found
        for at in range(first, last):
            lines[at] = LESSON_LINK.sub(r"\1\2.ipynb", SOURCE_TAG.sub("", lines[at]))
            for source in found:
                lines[at] = _redirect(lines[at], source, f"{folder}/{source}")
        lines[first] = ALERT.sub(_bold_kind, lines[first]) if token.type == "inline" else lines[first]
    return Text("\n".join(lines), tuple(map(unquote, pictures)))


def _bold_kind(found: re.Match[str]) -> str:
    quote, kind = found["quote"], found["kind"].capitalize()
    return f"{quote}**{kind}**\n{quote.rstrip()}" if ">" in quote else found[0]


def _sources(token: Token) -> Iterator[str]:
    """The relative addresses of the pictures in a block."""
    inner = token.children or [token]
    written = [str(child.attrs["src"]) for child in inner if child.type == "image"]
    for child in inner:
        if child.type in ("html_block", "html_inline"):
            written += re.findall(r"<img\b[^>]*?\bsrc=[\"']([^\"']+)[\"']", child.content)
    for source in written:
        place = urlsplit(source)
        if not (place.scheme or place.netloc or source.startswith("/")):
            yield source


def _redirect(line: str, source: str, to: str) -> str:
    line = re.sub(rf"(\]\(<?){re.escape(source)}", lambda found: f"{found[1]}{to}", line)
    return re.sub(rf"(src=[\"']){re.escape(source)}", lambda found: f"{found[1]}{to}", line)


def _existing(source: str, lesson: Path) -> str:
    file = (lesson.parent / unquote(source)).resolve()
    if file.is_file() and file.is_relative_to(lesson.parent.resolve()):
        return source
    raise LessonError((f"{lesson.name}: there is no picture `{source}` in or below {lesson.parent}",))


def _lines(token: Token) -> tuple[int, int]:
    """The lines of a block: the first, and the one after the last."""
    first, last = token.map or [0, 0]
    return first, last
