"""Reads lessons, reads an engine, judges. It starts no process, and writes only a journal handed to it.

In a notebook: `%load_ext checker`, then `%check STEP`. In a test: `checker.begin`, `checker.check` and
`checker.assert_passed` (see checker.session.plain). To parse a reference:
`checker.ImageReference.parse("ubuntu")`.

What is named here is imported when it is first used, so importing the package is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from checker.errors import CheckerError, StepNotPassed
    from checker.reference import ImageReference, InvalidReference
    from checker.session.plain import assert_passed, begin, check
    from checker.verdict import Outcome, Verdict

__all__ = [
    "CheckerError",
    "ImageReference",
    "InvalidReference",
    "Outcome",
    "StepNotPassed",
    "Verdict",
    "assert_passed",
    "begin",
    "check",
    "load_ipython_extension",
]
_MODULES = {
    "CheckerError": "checker.errors",
    "ImageReference": "checker.reference",
    "InvalidReference": "checker.reference",
    "Outcome": "checker.verdict",
    "StepNotPassed": "checker.errors",
    "Verdict": "checker.verdict",
    "assert_passed": "checker.session.plain",
    "begin": "checker.session.plain",
    "check": "checker.session.plain",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext checker`: add the magics, and let the lessons of a plain notebook count from now on."""
    from checker.ipython.magics import Magics  # slow to import, and only needed in a notebook

    magics = Magics(shell)
    shell.register_magics(magics)
    magics.load()
