"""`%load_ext checker`: `%check`, `%answer`, `%hint`, `%solution` and `%checker` in a notebook or in IPython.

They use the same session as every other surface, so all say the same. Strict (`%check --strict`, or
CHECKER_STRICT=1) turns "not yet" into an error, so that a notebook can be run as a test.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics as IPythonMagics
from IPython.core.magic import line_magic, magics_class, no_var_expand
from IPython.display import display

from checker.errors import CheckerError, StepNotPassed, UsageError
from checker.ipython.notebook_session import NOTEBOOK, NotebookSession, find_session
from checker.session.plain import passed
from checker.session.report import Report
from checker.session.session import Session
from checker.session.targets import find_step, find_target
from checker.views import html, markdown, text

DOCKER_LINE = re.compile(r"\s*(?:\w+\s*=\s*)?!+\s*docker\b")
BRACES = re.compile(r"(?<!\{)\{\{(?!\{)|(?<!\})\}\}(?!\})")
IN_A_SHELL = "In a terminal, or in a cell that begins with `%%bash`:"


def is_strict() -> bool:
    """Whether the environment asks for errors instead of friendly words."""
    return os.environ.get("CHECKER_STRICT", "") not in ("", "0")


@magics_class
class Magics(IPythonMagics):
    """The magics of one IPython shell."""

    def __init__(self, shell: InteractiveShell, find: Callable[[str], Session] = find_session) -> None:
        super().__init__(shell)
        self._notebook = NotebookSession(find)
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

    @line_magic
    @no_var_expand
    def checker(self, line: str) -> None:
        """%checker [lessons FOLDER | start LESSON]: use these lessons; begin a lesson; or what is in use."""
        self._tell(lambda: self._checker(*_first(line)), is_strict())

    def load(self) -> None:
        """Let the lessons of a plain notebook count from now on."""
        self._notebook.load()

    def _tell(self, ask: Callable[[], Report | None], strict: bool) -> None:
        """Show the report, or the message of an error."""
        try:
            report = ask()
        except CheckerError as error:
            commands = self._notebook.commands
            if strict:
                message = "\n".join(text.printable_lines(error.message))
                raise StepNotPassed(message, error.advice(commands)) from error
            _show(text.error(error, commands), "text/html", html.error(error, commands))
            return
        if report is None:
            return
        _show(text.render(report), "text/html", html.render(report))
        if strict:
            passed(report)

    def _check(self, targets: list[str]) -> Report:
        if len(targets) > 1:
            raise UsageError(f"One step at a time, please; these are {len(targets)}.", ("%check STEP",))
        session = self._notebook.get()
        report = session.check(*find_target(session, targets[0])) if targets else session.check()
        return self._notebook.with_start_commands(report)

    def _answer(self, target: str, words: str) -> Report:
        if not target or not words:
            raise UsageError("An answer takes the step and what you found out.", NOTEBOOK.fill("answer"))
        session = self._notebook.get()
        lesson, step = find_step(session, target)
        return session.answer(step, words, lesson)

    def _hint(self, target: str) -> None:
        if not target:
            raise UsageError("A hint for which step?", NOTEBOOK.fill("hint"))
        session = self._notebook.get()
        lesson, step = find_step(session, target)
        hints, stages = session.hints(step, lesson)
        rows = [f"{number}/{stages}  {hint}" for number, hint in enumerate(hints, 1)]
        if len(hints) == stages:
            rows.append(f"That was the last one. The solution: `%solution {target}`")
        _show("\n".join(map(text.plain, rows)), "text/markdown", "\n\n".join(rows))

    def _solution(self, target: str) -> None:
        if not target:
            raise UsageError("The solution of which step?", NOTEBOOK.fill("solution"))
        session = self._notebook.get()
        lesson, step = find_step(session, target)
        _show_commands(IN_A_SHELL, session.lesson(lesson).step(step).solution.rstrip())

    def _checker(self, word: str, rest: str) -> None:
        if word == "start" and rest:
            self._start(rest)
            return
        if word == "lessons" and rest:
            self._notebook.use(rest)
        elif word:
            ways = ("%checker", "%checker lessons FOLDER", "%checker start LESSON")
            raise UsageError(f"`%checker {word}` is not complete, or has no meaning.", ways)
        _show_lines(self._notebook.describe())

    def _start(self, lesson_id: str) -> None:
        lesson = self._notebook.begin(lesson_id)
        counts = f"The lesson `{lesson.id}` counts from now on."
        if not lesson.start:
            _show_lines([counts])
            return
        state = "It begins in a state that you make."
        again = f"Run these commands, and then `%checker start {lesson.id}` once more:"
        _show_commands(f"{counts} {state} {again}", "\n".join(lesson.start))


def _first(line: str) -> tuple[str, str]:
    """The first word, and the rest without the quotes that a shell would have taken off."""
    word, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    quoted = len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "'\"" and rest[0] not in rest[1:-1]
    return word, rest[1:-1] if quoted else rest


def _keep_go_templates(lines: list[str]) -> list[str]:
    """Double the braces of `!docker … --format '{{.ID}}'`, which IPython would halve."""
    return [BRACES.sub(r"\g<0>\g<0>", line) if DOCKER_LINE.match(line) else line for line in lines]


def _show_lines(lines: list[str]) -> None:
    _show("\n".join(map(text.plain, lines)), "text/markdown", "\n\n".join(lines))


def _show_commands(lead_in: str, commands: str) -> None:
    _show(
        f"{text.plain(lead_in)}\n\n{commands}", "text/markdown", f"{lead_in}\n\n{markdown.fenced(commands)}"
    )


def _show(plain: str, kind: str, rich: str) -> None:
    bundle: dict[str, Any] = {"text/plain": plain, kind: rich}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]  # IPython's own
