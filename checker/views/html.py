"""A report in HTML for a notebook: no script, nothing fetched, words beside every colour."""

from html import escape

from checker.commands import Commands
from checker.errors import CheckerError
from checker.session.report import Report, StepReport
from checker.verdict import Outcome
from checker.views.text import how_it_stands, plain, printable_lines

WORDS = {
    Outcome.PASSED: ("✓", "done", "#1a7f37"),
    Outcome.NOT_YET: ("·", "not yet", "#9a6700"),
    Outcome.CANNOT_TELL: ("?", "cannot tell", "#8250df"),
    Outcome.LESSON_BUG: ("!", "the lesson is wrong", "#cf222e"),
}
MATHS = str.maketrans({sign: f"<span>{sign}</span>" for sign in "$\\"})


def render(report: Report) -> str:
    """The report as one block; its role makes screen readers announce it."""
    notices = "".join(f"<p>{_safe(notice)}</p>" for notice in report.notices)
    steps = "".join(map(_step, report.steps))
    engine = f"<small>engine {_safe(report.engine)}</small>"
    return f'<div role="status">{notices}{steps}{engine}</div>'


def error(found: CheckerError, commands_here: Commands) -> str:
    """An error's message, and what to type on a surface with these commands."""
    message = "<br>".join(map(_safe, printable_lines(found.message)))
    return f'<div role="alert"><p>{message}</p>{_commands(found.advice(commands_here))}</div>'


def _step(step: StepReport) -> str:
    verdict = step.verdict
    mark, word, hue = WORDS[verdict.outcome]
    head = f'<b style="color:{hue}">{mark} {word}</b> · <b>{_safe(step.step)}</b>'
    done = verdict.outcome is Outcome.PASSED
    body = "" if done else f"<p>{_code(plain(step.task))}</p>"
    body += f"<p>{_code(verdict.message)}{how_it_stands(step) if done else ''}</p>"
    body += _commands(verdict.next)
    return f'<div style="border-left:4px solid {hue};padding-left:1em">{head}{body}</div>'


def _commands(commands: tuple[str, ...]) -> str:
    typed = "\n".join(_safe(line) for command in commands for line in printable_lines(command))
    return f"<p>Try:</p><pre>{typed}</pre>" if typed else ""


def _safe(text: str) -> str:
    """Text and nothing else: no markup, and no formula, which JupyterLab finds between dollar signs."""
    return escape(text).translate(MATHS)


def _code(text: str) -> str:
    """Escaped text; what stands in back-quotes is set as code."""
    parts = _safe(text).split("`")
    if len(parts) % 2 == 0:
        return _safe(text)
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
