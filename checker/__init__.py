"""Reads lessons, reads an engine, judges. Starts nothing and changes nothing.

In a notebook: `%load_ext checker`, then `%check STEP`. In Python: `ImageReference.parse("ubuntu")`.
"""

from typing import TYPE_CHECKING

from checker.errors import CheckerError
from checker.reference import ImageReference, InvalidReference
from checker.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = [
    "CheckerError",
    "ImageReference",
    "InvalidReference",
    "Outcome",
    "Verdict",
    "load_ipython_extension",
]


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%load_ext checker`: adds the magics of checker.magics."""
    from checker.magics import Magics  # IPython is a notebook's affair

    shell.register_magics(Magics(shell))
