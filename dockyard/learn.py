"""One sitting: everything up, the lesson where it was left, the lab; at the end everything down."""

from collections.abc import Callable

from dockyard import yard
from dockyard.desk import open_desk
from dockyard.home import Home
from dockyard.lab import lab


def learn(home: Home, lesson_id: str | None, say: Callable[[str], None]) -> None:
    """Open the lab on a lesson: the one asked for, the one the learner is in, or the first.

    A lesson that is already begun goes on where it was. Returns after Ctrl-C or when the lab is
    shut down, and then nothing runs on. Raises UsageError for an unknown lesson.
    """
    try:
        status = yard.up(home, say)
        for note in status.notes:
            say(note)
        with open_desk(home) as desk:
            run = desk.journal.active()
            wanted = lesson_id or (run.lesson if run else desk.course.ids()[0])
        if run is None or run.lesson != wanted:
            say(f"Preparing the lesson `{wanted}` …")
            yard.start(home, wanted)
        lab(home, wanted, say=say)
    except KeyboardInterrupt:
        say("")
    finally:
        yard.down(home)
        say("Engine and hub are down. Your progress and your files are kept.")
