"""Reads lessons, reads an engine, judges. Starts nothing and changes nothing.

In a notebook: `%load_ext checker`, then `%check STEP`. In Python: `ImageReference.parse("ubuntu")`.
What is named here is imported when it is first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from checker.errors import CheckerError
    from checker.reference import ImageReference, InvalidReference
    from checker.verdict import Outcome, Verdict

__all__ = [
    "CheckerError",
    "ImageReference",
    "InvalidReference",
    "Outcome",
    "Verdict",
    "load_ipython_extension",
]
_HOMES = {
    "CheckerError": "checker.errors",
    "ImageReference": "checker.reference",
    "InvalidReference": "checker.reference",
    "Outcome": "checker.verdict",
    "Verdict": "checker.verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext checker`: adds the magics of checker.magics."""
    from checker.ipython.magics import Magics  # IPython is a notebook's affair

    shell.register_magics(Magics(shell))
