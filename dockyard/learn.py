"""One sitting: everything up, the lesson where it was left, the lab; at the end everything down."""

from collections.abc import Callable

from checker.course import Course
from dockyard import yard
from dockyard.course_files import course_folder
from dockyard.ending import ended_as_by_hand
from dockyard.home import Home
from dockyard.lab import lab


def learn(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> None:
    """Open the lab on a lesson: the one asked for, the one the learner is in, or the first.

    A lesson that is already begun goes on where it was. Returns after Ctrl-C or when the lab is
    shut down, and then nothing runs on. Raises UsageError for an unknown lesson.
    """
    course = Course(course_folder())
    if lesson_id:
        course.lesson(lesson_id)
    try:
        with ended_as_by_hand():
            status = yard.up(home, say)
            for note in status.notes:
                say(note)
            lab(home, yard.enter(home, lesson_id, say).id, say=say)
    except KeyboardInterrupt:
        say("")
    finally:
        yard.down(home)
        say("Engine and hub are down. Your progress and your files are kept.")
