"""The only HTTP methods that the checker sends: it looks, and changes nothing."""

from typing import Literal, get_args

Method = Literal["GET", "HEAD"]


class NotReading(RuntimeError):
    """A request that could change something. It was not sent."""


def refuse_changes(method: str | None, target: str) -> None:
    """Raise NotReading for anything but GET and HEAD."""
    if method not in get_args(Method):
        raise NotReading(f"The checker only reads. {method} {target} was not sent.")
