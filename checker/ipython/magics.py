"""`%load_ext checker`: `%check`, `%answer`, `%hint` and `%solution` in a notebook or in IPython.

They ask the same desk as the command line, so both always say the same. Strict (`%check --strict`,
or CHECKER_STRICT=1) turns "not yet" into an error, so that a notebook can be tested.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics as IPythonMagics
from IPython.core.magic import line_magic, magics_class, no_var_expand
from IPython.display import display

from checker.errors import CheckerError, UsageError
from checker.ipython.notebook_session import find_session
from checker.session.report import Report
from checker.session.session import Session
from checker.verdict import Outcome
from checker.views import html, markdown, text

DOCKER_LINE = re.compile(r"\s*(?:\w+\s*=\s*)?!+\s*docker\b")
BRACES = re.compile(r"(?<!\{)\{\{(?!\{)|(?<!\})\}\}(?!\})")


class StepNotPassed(CheckerError):
    """A check is not met, and the notebook wants that to be an error: it is run as a test."""

    def _render_traceback_(self) -> list[str]:
        """IPython's hook: the message alone, for the stack has nothing to say."""
        return [f"{type(self).__name__}: {self.message}", *(f"  try: {command}" for command in self.next)]


def is_strict() -> bool:
    """Whether the environment asks for errors instead of friendly words."""
    return os.environ.get("CHECKER_STRICT", "") not in ("", "0")


@magics_class
class Magics(IPythonMagics):
    """The magics of one IPython shell. The desk is looked for at the first use."""

    def __init__(self, shell: InteractiveShell, find: Callable[[], Session] = find_session) -> None:
        super().__init__(shell)
        self._find = find
        self._found: Session | None = None
        shell.input_transformers_cleanup.append(_keep_go_templates)
        # In a test, a failing `!docker …` must fail its cell. A learner's often fails on purpose
        # (`!docker rmi` of an image in use), and a Python traceback would bury what Docker said.
        if is_strict():
            shell.system_raise_on_error = True

    @line_magic
    @no_var_expand
    def check(self, line: str) -> None:
        """%check [--strict] [STEP | LESSON | LESSON/STEP]: is it done and, if not, why?"""
        words = line.split()
        strict = is_strict() or "--strict" in words
        targets = [word for word in words if word != "--strict"]
        self._tell(lambda: self._check(targets), strict)

    @line_magic
    @no_var_expand
    def answer(self, line: str) -> None:
        """%answer STEP TEXT: answer the question of a step."""
        self._tell(lambda: self._answer(*_first(line)), is_strict())

    @line_magic
    @no_var_expand
    def hint(self, line: str) -> None:
        """%hint STEP: one more hint each time."""
        self._tell(lambda: self._hint(line.strip()), is_strict())

    @line_magic
    @no_var_expand
    def solution(self, line: str) -> None:
        """%solution STEP: one way to do it."""
        self._tell(lambda: self._solution(line.strip()), is_strict())

    def _tell(self, ask: Callable[[], Report | None], strict: bool) -> None:
        """Show what comes of it: a report, or the message of an error."""
        try:
            report = ask()
        except CheckerError as error:
            if strict:
                raise StepNotPassed("\n".join(text.printable_lines(error.message)), error.next) from error
            _show(text.error(error), "text/html", html.error(error))
            return
        if report is None:
            return
        _show(text.render(report), "text/html", html.render(report))
        if strict and report.outcome is not Outcome.PASSED:
            raise _not_passed(report)

    def _check(self, targets: list[str]) -> Report:
        if len(targets) > 1:
            raise UsageError(f"One step at a time, please; these are {len(targets)}.", ("%check STEP",))
        session = self._session()
        if not targets or targets[0] in session.course.ids():
            return session.check(targets[0] if targets else None)
        return session.check(*_target(session, targets[0]))

    def _answer(self, target: str, words: str) -> Report:
        if not target or not words:
            raise UsageError("An answer takes the step and what you found out.", ("%answer STEP ANSWER",))
        session = self._session()
        lesson, step = _target(session, target)
        return session.answer(step, words, lesson)

    def _hint(self, target: str) -> None:
        if not target:
            raise UsageError("A hint for which step?", ("%hint STEP",))
        session = self._session()
        lesson, step = _target(session, target)
        hints, stages = session.hints(step, lesson)
        rows = [f"{number}/{stages}  {hint}" for number, hint in enumerate(hints, 1)]
        if len(hints) == stages:
            rows.append(f"That was the last one. The solution: `%solution {target}`")
        _show("\n".join(map(text.plain, rows)), "text/markdown", "\n\n".join(rows))

    def _solution(self, target: str) -> None:
        if not target:
            raise UsageError("The solution of which step?", ("%solution STEP",))
        session = self._session()
        lesson, step = _target(session, target)
        commands = session.lesson(lesson).step(step).solution.rstrip()
        how = "In a terminal, or in a cell that begins with `%%bash`:"
        _show(f"{text.plain(how)}\n\n{commands}", "text/markdown", f"{how}\n\n{markdown.fenced(commands)}")

    def _session(self) -> Session:
        if self._found is None:
            self._found = self._find()
            self._found.answer_with = "%answer {step} ANSWER"
        return self._found


def _target(session: Session, target: str) -> tuple[str, str]:
    """Lesson and step of `LESSON/STEP`, or of a STEP: of the active lesson, else of the one that has it.

    A notebook may be open whose lesson is not the active one; the report then says so.
    """
    lesson, slash, step = target.rpartition("/")
    if slash:
        return lesson, step
    active = session.active()
    if active and active.lesson in session.course.ids():
        steps = [each.id for each in session.lesson(active.lesson).steps]
        if step in steps:
            return active.lesson, step
    owners = [each for each in session.course.lessons() if step in [s.id for s in each.steps]]
    if len(owners) == 1:
        return owners[0].id, step
    if owners:
        ways = tuple(f"%check {each.id}/{step}" for each in owners)
        raise UsageError(f"More than one lesson has a step `{step}`. Say which one.", ways)
    if active:
        return active.lesson, step
    known = "; ".join(f"{one.id}: {', '.join(s.id for s in one.steps)}" for one in session.course.lessons())
    raise UsageError(f"No lesson has a step `{step}`. There is {known or 'no lesson at all'}.")


def _first(line: str) -> tuple[str, str]:
    """The first word, and the rest without the quotes that a shell would have taken off."""
    word, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    quoted = len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "'\"" and rest[0] not in rest[1:-1]
    return word, rest[1:-1] if quoted else rest


def _keep_go_templates(lines: list[str]) -> list[str]:
    """Double the braces of `!docker … --format '{{.ID}}'`, which IPython would halve."""
    return [BRACES.sub(r"\g<0>\g<0>", line) if DOCKER_LINE.match(line) else line for line in lines]


def _not_passed(report: Report) -> StepNotPassed:
    unmet = [step for step in report.steps if step.verdict.outcome is not Outcome.PASSED]
    first = unmet[0].verdict
    names = ", ".join(f"{step.step} ({step.verdict.reason or step.verdict.outcome})" for step in unmet)
    return StepNotPassed(f"{names}: {first.message}", first.next)


def _show(plain: str, kind: str, rich: str) -> None:
    bundle: dict[str, Any] = {"text/plain": plain, kind: rich}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]  # IPython's own
