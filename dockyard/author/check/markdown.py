"""Rules about a lesson's text: headings, fences, links and pictures."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from checker.course.lesson_reader import Draft
from checker.course.suggestions import nearest, suggestion
from checker.course.yaml_source import Problem, Unreadable, read_text
from dockyard.author.check.page import Link, Page, read_page


def text_problems(draft: Draft, page: Page) -> Iterator[Problem]:
    """All problems of the text itself."""
    found = (_headings(page), _fences(page), _links(draft.file, page), _pictures(draft.file, page))
    for problems in found:
        for line, what in problems:
            yield Problem(draft.file, line, what)


def _headings(page: Page) -> Iterator[tuple[int, str]]:
    before = 0
    for heading in page.headings:
        sign, most = "#" * heading.level, "#" * (before + 1)
        if before == 0 and heading.level != 1:
            yield heading.line, f"a lesson begins with its title, a heading with one `#`, not with `{sign}`"
        elif before and heading.level == 1:
            yield heading.line, "a lesson has one title; other headings have two `#` or more"
        elif before and heading.level > before + 1:
            yield heading.line, f"a heading with `{sign}` skips a level: write `{most}`"
        before = heading.level
    if not page.headings:
        yield 1, "a lesson begins with its title, a heading with one `#`"


def _fences(page: Page) -> Iterator[tuple[int, str]]:
    for fence in page.fences:
        word, _, more = fence.info.partition(" ")
        if more or "{" in word:
            plain = word.partition("{")[0] or "sh"
            yield (
                fence.line,
                f"`{fence.info}` after a fence is not understood everywhere: write only `{plain}`",
            )


def _links(file: Path, page: Page) -> Iterator[tuple[int, str]]:
    for link in page.links:
        if problem := _link_problem(file, page, link):
            yield link.line, problem


def _link_problem(file: Path, page: Page, link: Link) -> str | None:
    """What is wrong with the target of a link."""
    if not link.target:
        return "a link has no target"
    place = urlsplit(link.target)
    if place.scheme or place.netloc:
        return None
    there = _there(file, place.path) if place.path else file
    if isinstance(there, str):
        return there
    if not place.fragment or there.suffix != ".md":
        return None
    anchors = page.anchors if there == file else _anchors(there)
    if unquote(place.fragment) in anchors:
        return None
    return f"there is no heading `#{place.fragment}` in {there.name}{suggestion(place.fragment, anchors)}"


def _pictures(file: Path, page: Page) -> Iterator[tuple[int, str]]:
    for picture in page.pictures:
        place = urlsplit(picture.target)
        name = Path(unquote(place.path)).name
        alternative = picture.text.strip()
        if place.scheme or place.netloc:
            yield (
                picture.line,
                f"the picture {picture.target} is not part of the course: it needs the network",
            )
        elif isinstance(there := _there(file, place.path), str):
            yield picture.line, there
        elif not there.is_relative_to(file.parent.resolve()):
            yield picture.line, f"the picture `{picture.target}` must lie in or below {file.parent}"
        if not alternative:
            yield picture.line, f"the picture `{name}` has no text alternative: say what it shows"
        elif alternative in (name, Path(name).stem, picture.target):
            yield picture.line, f"a file name is no text alternative: say what `{name}` shows"


def _there(file: Path, path: str) -> Path | str:
    """The file at a relative address, or what is wrong with the address."""
    if path.startswith("/"):
        return f"`{path}` exists on one machine only: write a relative path"
    there = file.parent / unquote(path)
    if there.exists():
        return there.resolve()
    close = nearest(there.name, (each.name for each in _beside(there)))
    return f"there is no file `{path}`" + (f"; did you mean `{close}`?" if close else "")


def _beside(there: Path) -> Iterator[Path]:
    return there.parent.iterdir() if there.parent.is_dir() else iter(())


@lru_cache(maxsize=64)
def _anchors(file: Path) -> frozenset[str]:
    try:
        return read_page(read_text(file)).anchors
    except Unreadable:
        return frozenset()
