"""A report in HTML for a notebook: no script, nothing fetched, words beside every colour."""

from html import escape

from checker.report import Report, StepReport
from checker.verdict import Outcome
from checker.views.text import plain

WORDS = {
    Outcome.PASSED: ("✓", "done", "#1a7f37"),
    Outcome.NOT_YET: ("·", "not yet", "#9a6700"),
    Outcome.CANNOT_TELL: ("?", "cannot tell", "#8250df"),
    Outcome.LESSON_BUG: ("!", "the lesson is wrong", "#cf222e"),
}


def render(report: Report) -> str:
    """The report as one block; its role makes screen readers announce it."""
    notices = "".join(f"<p>{escape(notice)}</p>" for notice in report.notices)
    steps = "".join(map(_step, report.steps))
    engine = f"<small>engine {escape(report.engine)}</small>"
    return f'<div role="status">{notices}{steps}{engine}</div>'


def _step(step: StepReport) -> str:
    mark, word, hue = WORDS[step.verdict.outcome]
    head = f'<b style="color:{hue}">{mark} {word}</b> · <b>{escape(step.step)}</b>'
    body = "" if step.verdict.outcome is Outcome.PASSED else f"<p>{_code(plain(step.task))}</p>"
    body += f"<p>{_code(step.verdict.message)}</p>"
    if step.verdict.next:
        commands = "\n".join(map(escape, step.verdict.next))
        body += f"<p>Try:</p><pre>{commands}</pre>"
    return f'<div style="border-left:4px solid {hue};padding-left:1em">{head}{body}</div>'


def _code(text: str) -> str:
    """Escaped text; what stands in back-quotes is set as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
