"""One verdict in an open session: how it grows with the images on the engine."""

from collections.abc import Iterator
from pathlib import Path

from bench.rig import Rig, run, timed
from bench.table import Row
from dockyard.home import Home
from dockyard.session import lifecycle
from dockyard.session.open import open_session

RUNS = 25
FEW, MANY = 10, 1000  # images
TEXT = "# Five\n\n<!-- step: five -->\n\n**Your turn.** Do five things.\n"
LESSON = """\
title: Five
minutes: 5
steps:
  five:
    check:
      all:
        - {image: busybox, is: present}
        - {image: hello-world, is: pulled}
        - {image: "bench:1", is: removed}
        - {container: any, from: hello-world, is: ran}
        - {container: probe, from: busybox, is: exited}
    hints: [Think., Think again.]
    solution: docker run hello-world
"""


def verdict(rig: Rig) -> Iterator[Row]:
    """A step with five conditions that is not done yet, causes and all, judged in an open session."""
    folder = Path(rig.home.path, "five")
    folder.mkdir()
    (folder / "01-five.md").write_text(TEXT)
    (folder / "01-five.yaml").write_text(LESSON)
    few, many = (_verdicts(rig, Home(rig.home.path, folder), count) for count in (FEW, MANY))
    yield Row(f"a verdict, {MANY} images", many, f"at {FEW} images", few, "≤ 30 ms", 30)
    limit = 1.2 * Row("", few, "", few, "", 0).median
    yield Row(f"the same, held against {FEW} images", many, f"at {FEW} images", few, "≤ 1.2 x", limit)


def _verdicts(rig: Rig, home: Home, images: int) -> list[float]:
    rig.dockyard("up")
    lifecycle.start(home, "five")
    rig.forget_images()
    rig.fill(images)
    run(["docker", "pull", "--quiet", "busybox"])
    with open_session(home) as session:
        session.begin_tracking("five")
        session.check("five")  # connects, and notes what is new
        rig.settle()
        return [timed(lambda: session.check("five", "five")) for _ in range(RUNS)]
