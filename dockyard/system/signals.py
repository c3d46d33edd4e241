"""The signals that tell a program to end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType

END_SIGNALS = (signal.SIGTERM, signal.SIGHUP)  # SIGHUP: the terminal was closed


@contextmanager
def end_like_ctrl_c() -> Iterator[None]:
    """Treat these signals like Ctrl-C, so that everything that was started is stopped."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, end) for number in END_SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def defer_end_signals() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Let Ctrl-C and the other signals end only the code that may be interrupted, never the clean-up.

    Yields `interruptible`. The first signal raises KeyboardInterrupt: in a block `with interruptible():`
    immediately, elsewhere when the next such block begins, or at the end. Further signals do nothing.
    """
    if threading.current_thread() is not threading.main_thread():  # signals never interrupt this thread
        yield lambda: nullcontext()
        return
    deferred = _DeferredSignals()
    numbers = (signal.SIGINT, *END_SIGNALS)
    previous = {number: signal.signal(number, deferred.receive) for number in numbers}
    try:
        yield deferred.interruptible
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    deferred.raise_once()


class _DeferredSignals:
    """Whether an end signal was received, and whether it may interrupt now."""

    def __init__(self) -> None:
        self._received = self._raised = self._may_interrupt = False

    def receive(self, _number: int, _frame: FrameType | None) -> None:
        self._received = True
        if self._may_interrupt:
            self.raise_once()

    def raise_once(self) -> None:
        if self._received and not self._raised:
            self._raised = True
            raise KeyboardInterrupt

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        self._may_interrupt = True
        try:
            self.raise_once()
            yield
        finally:
            self._may_interrupt = False
