"""Ways in which a program is told to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDS = (signal.SIGTERM, signal.SIGHUP)  # beside Ctrl-C: told to end, or the terminal was closed


@contextmanager
def end_like_ctrl_c() -> Iterator[None]:
    """Let every way of ending be like Ctrl-C, so that what was started is taken down."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in ENDS}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)
