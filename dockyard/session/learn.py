"""One sitting: everything up, the lesson where it was left, the lab; at the end everything down."""

from collections.abc import Callable

from checker.course.course import Course
from dockyard.course_files import course_folder
from dockyard.home import Home
from dockyard.lab.server import lab
from dockyard.session import lifecycle
from dockyard.system.signals import end_like_ctrl_c


def learn(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> None:
    """Open the lab on a lesson: the one asked for, the one the learner is in, or the first.

    A lesson that is already begun goes on where it was. Returns after Ctrl-C or when the lab is
    shut down, and then nothing runs on. Raises UsageError for an unknown lesson.
    """
    course = Course(course_folder())
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
