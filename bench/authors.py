"""What those who write lessons wait for: the compiler, the notebooks, the proof."""

import sys
import time
from collections.abc import Iterator

from bench.rig import DOCKYARD, Rig, run, timed
from bench.table import Row
from dockyard.session import lifecycle

RUNS = 15
PROOF_PATIENCE = 900.0  # seconds
IMPORTS = "import click, markdown_it, msgspec, yaml"  # what nobody who reads lessons can do without


def author(rig: Rig) -> Iterator[Row]:
    """`dockyard author check` and `author build` of the whole course, as processes."""
    for command, limit in (("check", 500), ("build", 1000)):
        ours, bare = [], []
        for _ in range(RUNS):
            ours.append(timed(lambda command=command: rig.dockyard("author", command)))  # type: ignore[misc]  # a default holds the loop's value
            bare.append(timed(lambda: run([sys.executable, "-c", IMPORTS])))
        yield Row(f"author {command}", ours, "Python and its imports", bare, f"≤ {limit / 1000} s", limit)


def proof(rig: Rig) -> Iterator[Row]:
    """The proof of the whole course, once; beside it, its solutions typed once on one engine."""
    began = time.monotonic()
    run([str(DOCKYARD), "author", "prove"], patience=PROOF_PATIENCE)
    ours = time.monotonic() - began
    lifecycle.up(rig.home, lambda _: None)
    began = time.monotonic()
    with rig.session() as session:
        lessons = session.course.lessons()
    for lesson in lessons:
        rig.start(lesson.id)
        for step in lesson.steps:
            lifecycle.run(rig.home, step.solution)
    typed = time.monotonic() - began
    yield Row("proof of the course", [ours], "all solutions, typed once", [typed], "≤ 120 s", 120, "s")
