"""Signals that end a program: they interrupt its work, and never its clean-up."""

import os
import signal
import threading
from collections.abc import Iterable, Iterator

import pytest

from dockyard.system.signals import defer_end_signals, end_like_ctrl_c

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
NONE: tuple[signal.Signals, ...] = ()


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    """Every test leaves the handlers as they were."""
    before = [signal.getsignal(number) for number in (INT, TERM, HUP)]
    yield
    assert [signal.getsignal(number) for number in (INT, TERM, HUP)] == before


def send(numbers: Iterable[signal.Signals]) -> None:
    """Send signals to this process; Python runs their handlers before this returns."""
    for number in numbers:
        os.kill(os.getpid(), number)


def play(
    prepare: tuple[signal.Signals, ...] = NONE,
    work: tuple[signal.Signals, ...] = NONE,
    clean_up: tuple[signal.Signals, ...] = NONE,
) -> list[str]:
    """A program that gets these signals in its parts; returns which of its parts were done."""
    done: list[str] = []
    try:
        with defer_end_signals() as interruptible:
            send(prepare)
            done.append("prepare")
            try:
                with interruptible():
                    send(work)
                    done.append("work")
            finally:
                send(clean_up)
                done.append("clean up")
    except KeyboardInterrupt:
        done.append("ended")
    return done


@pytest.mark.parametrize(
    ("prepare", "work", "clean_up", "done"),
    [
        (NONE, NONE, NONE, ["prepare", "work", "clean up"]),
        ((INT,), NONE, NONE, ["prepare", "clean up", "ended"]),
        (NONE, (INT,), NONE, ["prepare", "clean up", "ended"]),
        (NONE, (TERM,), NONE, ["prepare", "clean up", "ended"]),
        (NONE, (HUP,), NONE, ["prepare", "clean up", "ended"]),
        (NONE, (INT,), (INT, TERM), ["prepare", "clean up", "ended"]),
        ((INT,), (INT,), (INT,), ["prepare", "clean up", "ended"]),
        (NONE, NONE, (INT,), ["prepare", "work", "clean up", "ended"]),
        (NONE, NONE, (HUP, TERM), ["prepare", "work", "clean up", "ended"]),
    ],
)
def test_signals__interrupt_the_work_only(
    prepare: tuple[signal.Signals, ...],
    work: tuple[signal.Signals, ...],
    clean_up: tuple[signal.Signals, ...],
    done: list[str],
) -> None:
    assert play(prepare, work, clean_up) == done


def test_another_thread__is_never_interrupted() -> None:
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.extend(play()))
    thread.start()
    thread.join()
    assert done == ["prepare", "work", "clean up"]


@pytest.mark.parametrize("number", [INT, TERM, HUP], ids=lambda number: number.name)
def test_every_end__is_like_ctrl_c(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), end_like_ctrl_c():
        send([number])
