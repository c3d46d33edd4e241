"""Runs the lab: everything up, the lesson where it was left; at the end everything down."""

from collections.abc import Callable

from dockyard import courses
from dockyard.home import Home
from dockyard.lab.server import lab
from dockyard.session import lifecycle
from dockyard.system.signals import end_like_ctrl_c


def learn(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> None:
    """Open the lab with a lesson: the one asked for, otherwise the active one, otherwise the first.

    A lesson that was started continues where it was. Returns after Ctrl-C or when the lab is shut
    down; nothing is left running then. Raises UsageError for an unknown lesson.
    """
    course = courses.current(home)
    if lesson_id:
        course.lesson(lesson_id)
    try:
        with end_like_ctrl_c():
            status = lifecycle.up(home, say)
            for note in status.notes:
                say(note)
            lab(home, lifecycle.enter(home, lesson_id, say).id, say=say)
    except KeyboardInterrupt:
        say("")
    finally:
        lifecycle.down(home)
        say("Engine and hub are down. Your progress and your files are kept.")
