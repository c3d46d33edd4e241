"""What is measured. Each measure takes a rig in any state and gives rows.

Bounds are those of the house plan and of the lessons' promise: nobody waits, ticks come at once.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import time_ns

from bench.authors import author, proof
from bench.judging import verdict
from bench.peers import Arrivals, Prototype, Ticks, list_images
from bench.rig import CannotMeasure, Rig, memory, quiet, run, timed
from bench.table import Row
from dockyard.engine.kinds import engine_of

RUNS = 15
MANY, FEW = 300, 10  # images
LESSON, NOT_YET, ACHIEVED = "images", "pull-ubuntu", "run-hello-world"
NAMED = ("identifiers", "two-names")  # a lesson, and its step that is done by `docker tag`
GONE = ("removal", "remove-hello-world")  # a lesson, and its step that is done by `docker rmi`


def up(rig: Rig) -> Iterator[Row]:
    """`dockyard up` of an engine that is down, its hub filled before."""
    ours, bare = [], []
    prototype = Prototype(Path(rig.home.path, "bare"))
    rig.dockyard("down")
    for _ in range(RUNS):
        ours.append(timed(lambda: rig.dockyard("up")))
        rig.dockyard("down")
        try:
            bare.append(timed(prototype.up))
        finally:
            prototype.down()
    yield Row("up, cold", ours, "the same by hand", bare, "≤ 1 s", 1000)


def start(rig: Rig) -> Iterator[Row]:
    """`dockyard start` of every lesson on a running engine."""
    rig.dockyard("up")
    with rig.session() as session:
        lessons = session.course.lessons()
    engine = engine_of(rig.home)
    for lesson in lessons:
        ours, bare = [], []
        for _ in range(RUNS):
            ours.append(timed(lambda lesson=lesson: rig.start(lesson.id)))  # type: ignore[misc]  # a default holds the loop's value
            begin = timed(engine.renew)
            commands = (timed(lambda c=c: run(["sh", "-ec", c])) for c in lesson.start)  # type: ignore[misc]  # a default holds the loop's value
            bare.append(begin + sum(commands))
        yield Row(f"start {lesson.id}", ours, "fresh engine + commands", bare, "≤ 2 s", 2000)


def idle(rig: Rig) -> Iterator[Row]:
    """Memory of a lesson that was begun and waits: read three times after each of five starts."""
    all_of_it, engines = [], []
    rig.dockyard("down")
    rig.dockyard("up")
    for reading in range(RUNS):
        if reading % 3 == 0:
            rig.start(LESSON)
        engine, observer = rig.engine(), rig.observer()
        quiet(engine + observer)
        engines.append(memory(engine))
        all_of_it.append(engines[-1] + memory(observer))
    yield Row("idle memory", all_of_it, "engine and hub alone", engines, "≤ 150 MiB", 150, "MiB")


def check(rig: Rig) -> Iterator[Row]:
    """`dockyard check STEP --json`, with many images on the engine."""
    _begin(rig, LESSON, MANY)
    rig.docker("run", "--rm", "hello-world")
    rig.dockyard("check", ACHIEVED)
    list_images(rig)
    rig.settle()
    not_yet, achieved, bare = [], [], []
    for _ in range(RUNS):
        bare.append(timed(lambda: list_images(rig)))
        not_yet.append(timed(lambda: rig.dockyard("check", NOT_YET, "--json", code=1)))
        achieved.append(timed(lambda: rig.dockyard("check", ACHIEVED, "--json")))
    limit = 1.25 * Row("", bare, "", bare, "", 0).median
    floor = f"SDK, one list of {MANY}"
    yield Row("check, not yet", not_yet, floor, bare, "≤ 1.25 x floor", limit)
    yield Row("check, achieved", achieved, floor, bare, "≤ 1.25 x floor", limit)


def requests(rig: Rig) -> Iterator[Row]:
    """What the engine is asked for a verdict: the same, however many images it has."""
    few, many = ([*_requests(rig, count)] for count in (FEW, MANY))
    for what, at_few, at_many in zip(("a step", "a lesson"), few, many, strict=True):
        name = f"requests to judge {what}, {MANY} images"
        yield Row(name, [at_many], f"at {FEW} images", [at_few], "the same", at_few, "")


def _requests(rig: Rig, images: int) -> Iterator[int]:
    _begin(rig, LESSON, images)
    rig.settle()
    with rig.session() as session:
        session.check(LESSON)  # connects, and notes what is new
        for step in (NOT_YET, None):
            before = session.engine.requests
            session.check(LESSON, step)
            yield session.engine.requests - before


@dataclass(frozen=True)
class Deed:
    """A command that makes a step pass at once; `before` brings back the state in which it does."""

    command: str
    lesson: str
    step: str
    event: tuple[str, str]  # type and action of the event that tells of it
    before: str
    runs: int


DEEDS = (
    Deed("docker tag busybox:musl lighthouse:1.0", *NAMED, ("image", "tag"), "docker rmi lighthouse:1.0", 40),
    Deed("docker pull ubuntu", LESSON, NOT_YET, ("image", "pull"), "docker rmi ubuntu", 20),
    Deed("docker run --rm hello-world", LESSON, ACHIEVED, ("container", "die"), "true", 20),
    Deed("docker rmi hello-world", *GONE, ("image", "delete"), "docker pull hello-world", 40),
)


def tick(rig: Rig) -> Iterator[Row]:
    """From the return of the learner's command to the stored verdict, read by another process."""
    _begin(rig, LESSON, MANY)
    for image in ("ubuntu", "hello-world", "busybox:musl"):
        run(["docker", "pull", "--quiet", image])
    run(["docker", "tag", "ubuntu", "kept"])
    with closing(Ticks(rig)) as ticks, closing(Arrivals(rig)) as arrivals:
        for deed in DEEDS:
            lags, peers = [], []
            for _ in range(deed.runs):
                lag, peer = _one_tick(rig, deed, ticks, arrivals)
                lags.append(lag)
                peers.append(peer)
            yield Row(
                f"{deed.command} → tick",
                lags,
                f"event `{deed.event[1]}`, SDK",
                peers,
                "≤ 10 ms",
                10,
                on="p95",
            )


def _one_tick(rig: Rig, deed: Deed, ticks: Ticks, arrivals: Arrivals) -> tuple[float, float]:
    """Milliseconds from the command's return to the tick at a reader, and to the event at a subscriber."""
    run(["sh", "-c", f"{deed.before} || true"])
    rig.settle()
    begun, seq = rig.begin_tracking(deed.lesson), ticks.seq
    process = Popen(deed.command.split(), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    process.wait()
    returned = time_ns()
    if process.returncode:
        raise CannotMeasure(f"`{deed.command}` failed.")
    ticked = ticks.first(deed.step, seq)
    return (ticked - returned) / 1e6, (arrivals.first(*deed.event, begun) - returned) / 1e6


def _begin(rig: Rig, lesson: str, images: int) -> None:
    """A lesson whose start state has so many images more."""
    rig.dockyard("up")
    rig.start(lesson)
    rig.fill(images)
    rig.begin_tracking(lesson)


MEASURES: dict[str, Callable[[Rig], Iterator[Row]]] = {
    "up": up,
    "start": start,
    "idle": idle,
    "requests": requests,
    "check": check,
    "tick": tick,
    "verdict": verdict,
    "author": author,
    "proof": proof,
}
