"""What a notebook shows in Markdown."""

import re


def fenced(commands: str) -> str:
    """Commands as a block of code, whatever stands in them."""
    longest = max(map(len, re.findall("`+", commands)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{commands}\n{fence}"
