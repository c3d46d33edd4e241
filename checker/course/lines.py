"""How text is divided into lines, everywhere: at "\\n", "\\r\\n" and "\\r", as Markdown does.

`str.splitlines` also divides at U+2028, form feeds and others, which neither Markdown nor an editor
counts. Line numbers must agree between the text, the YAML and the notebook.
"""

import re
from bisect import bisect_right

LINE_END = re.compile(r"\r\n|\n|\r")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def split_lines(text: str, *, keep_ends: bool = False) -> list[str]:
    """The lines of a text, with or without their ends. No empty line follows the last end."""
    lines = LINE.findall(text)
    return lines if keep_ends else [line.rstrip("\r\n") for line in lines]


class LineNumbers:
    """Tells the line (from 1) of each position in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [end.end() for end in LINE_END.finditer(text)]

    def at(self, position: int) -> int:
        """The line of the character at this position."""
        return bisect_right(self._starts, position) + 1
