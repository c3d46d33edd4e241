"""A report in plain words for a terminal, with colour only where the terminal shows it."""

import os
import re
import sys
import textwrap
from typing import TextIO

from checker.commands import Commands
from checker.errors import CheckerError
from checker.session.report import Report, StepReport
from checker.verdict import Outcome, printable

INDENT = "    "
LEAD_IN = re.compile(r"^\*\*(Your turn|The challenge)[.:]?\*\*\s*")
MARKS = {
    Outcome.PASSED: ("✓", "32"),
    Outcome.NOT_YET: ("·", "33"),
    Outcome.CANNOT_TELL: ("?", "35"),
    Outcome.LESSON_BUG: ("!", "31"),
}
STILL = {
    True: "",
    False: " (Done; it is no longer so, and that is fine.)",
    None: " (Done. How it stands now cannot be told.)",
}
OLDER = " (Passed under an older check of this step. Its check has changed since.)"


def wants_colour(stream: TextIO | None = None) -> bool:
    """Whether to colour: a terminal, and NO_COLOR (no-color.org) not set."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


def render(report: Report, *, colour: bool = False, width: int = 88) -> str:
    """The whole report. The first open cause is told in full, the rest in a line each."""
    head = f"{printable(report.title)} · engine {report.engine}"
    lines = [*report.notices, _paint(head, "1", colour), ""]
    told = False
    for step in report.steps:
        in_full = step.verdict.outcome is not Outcome.PASSED and not told
        told = told or in_full
        lines += _step(step, in_full, colour, width)
    done = sum(step.verdict.outcome is Outcome.PASSED for step in report.steps)
    if len(report.steps) > 1:
        lines += ["", f"{done} of {len(report.steps)} steps done."]
    return "\n".join(lines)


def plain(markdown: str) -> str:
    """A text in Markdown as plain text: no bold lead-in, no stars, code in its back-quotes."""
    return printable(LEAD_IN.sub("", markdown).replace("**", "").strip().replace("\n", " "))


def how_it_stands(step: StepReport) -> str:
    """What is said beside a step that was passed, if its goal is not known to hold now."""
    return OLDER if step.older_check else STILL[step.verdict.true_now]


def error(found: CheckerError, commands_here: Commands) -> str:
    """An error's message, and what to type on a surface with these commands."""
    commands = [f"  {line}" for command in found.advice(commands_here) for line in printable_lines(command)]
    return "\n".join([*printable_lines(found.message), *(["Try:", *commands] if commands else [])])


def printable_lines(text: str) -> list[str]:
    """The lines of a text, made printable."""
    return [printable(line) for line in text.splitlines()]


def _step(step: StepReport, in_full: bool, colour: bool, width: int) -> list[str]:
    verdict = step.verdict
    mark, hue = MARKS[verdict.outcome]
    title = f"{_paint(mark, hue, colour)} {step.number}. {_paint(step.step, '1', colour)}"
    if verdict.outcome is Outcome.PASSED:
        return [f"{title}  {verdict.message}{how_it_stands(step)}"]
    if not in_full:
        return [f"{title}  {textwrap.shorten(plain(step.task), max(20, width - 8 - len(step.step)))}"]
    body = [plain(step.task), verdict.message]
    lines = [title, *(line for text in body for line in _wrapped(text, width))]
    if verdict.next:
        lines.append(f"{INDENT}Try:")
        lines += [f"{INDENT}  {_paint(command, '36', colour)}" for command in verdict.next]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Lines broken at spaces alone, so that names and options stay whole and can be copied."""
    wrapper = textwrap.TextWrapper(width - len(INDENT), break_long_words=False, break_on_hyphens=False)
    return [f"{INDENT}{line}" for line in wrapper.wrap(text)]


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
