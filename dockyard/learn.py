"""One sitting: everything up, the lesson where it was left, the lab; at the end everything down."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from checker.course import Course
from dockyard import yard
from dockyard.course_files import course_folder
from dockyard.home import Home
from dockyard.lab import lab

ENDS = (signal.SIGTERM, signal.SIGHUP)  # beside Ctrl-C: told to end, or the terminal was closed


def learn(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> None:
    """Open the lab on a lesson: the one asked for, the one the learner is in, or the first.

    A lesson that is already begun goes on where it was. Returns after Ctrl-C or when the lab is
    shut down, and then nothing runs on. Raises UsageError for an unknown lesson.
    """
    course = Course(course_folder())
    if lesson_id:
        course.lesson(lesson_id)
    try:
        with _ended_as_by_hand():
            status = yard.up(home, say)
            for note in status.notes:
                say(note)
            lab(home, yard.enter(home, lesson_id, say).id, say=say)
    except KeyboardInterrupt:
        say("")
    finally:
        yard.down(home)
        say("Engine and hub are down. Your progress and your files are kept.")


@contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """Let every way of ending be like Ctrl-C, so that what was started is taken down."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in ENDS}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)
