"""Renders the result of a proof: as text for authors, as JSON for programs."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from checker.course.lesson import Step
from checker.verdict import printable
from dockyard.author.prove.proof import WHOLE, Proof, Result, expected

Row = tuple[str, str, str, Result | None]  # lesson, step, name; and the result, if it was tried
GOOD, BAD, UNTRIED = "✓", "✗", "·"
NOT_TRIED = "not tried, because something before it failed"


@contextmanager
def progress(*, verbose: bool) -> Iterator[Callable[[Result], None]]:
    """Yields a function that shows each result: a line each, or on a terminal the counts so far."""
    counts = {True: 0, False: 0}
    live = sys.stderr.isatty() and not verbose

    def show(result: Result) -> None:
        counts[result.ok] += 1
        if verbose:
            where = "/".join(filter(None, (result.lesson, result.step)))
            mark = GOOD if result.ok else BAD
            click.echo(printable(f"{mark} {where}: {result.name} ({result.seconds:.1f} s)"), err=True)
        elif live:
            click.echo(f"\r{counts[True]} correct, {counts[False]} wrong", err=True, nl=False)

    try:
        yield show
    finally:
        if live:
            click.echo("", err=True)


def rows(proof: Proof) -> Iterator[Row]:
    """Everything that had to be tried: first the lessons that could not be read, then the others in order."""
    found = {result.place: result for result in proof.results}
    planned = [place for lesson in proof.lessons for place in expected(lesson)]
    refused = [place for place in found if place not in planned]
    for place in (*refused, *planned):
        yield (*place, found.get(place))


def as_json(proof: Proof) -> dict[str, Any]:
    """Everything, for programs."""
    tried = [
        {
            "lesson": lesson,
            "step": step or None,
            "tried": name,
            "ok": found.ok if found else None,
            "problems": list(found.problems) if found else [NOT_TRIED],
            "seconds": round(found.seconds, 3) if found else 0,
        }
        for lesson, step, name, found in rows(proof)
    ]
    return {"ok": proof.ok, "seconds": round(proof.seconds, 1), "engines": proof.engines, "findings": tried}


def render(proof: Proof) -> str:
    """A line for each step, and below it what is wrong with it."""
    found = list(rows(proof))
    lessons = {lesson.id: lesson for lesson in proof.lessons}
    lines: list[str] = []
    for name in dict.fromkeys(row[0] for row in found):
        lines += [name, *_wrong(row for row in found if row[:2] == (name, WHOLE))]
        for step in lessons[name].steps if name in lessons else ():
            of_step = [row for row in found if row[:2] == (name, step.id)]
            lines += [_line(step, of_step), *_wrong(of_step)]
    return "\n".join(map(printable, [*lines, "", _summary(proof)]))


def _line(step: Step, found: list[Row]) -> str:
    known = [result for *_, result in found if result]
    mark = GOOD if len(known) == len(found) else UNTRIED
    mark = mark if all(result.ok for result in known) else BAD
    seconds = sum(result.seconds for result in known)
    counts = {"hint": len(step.hints), "mistake": len(step.mistakes), "route": len(step.routes)}
    tried = ", ".join(_number(count, what) for what, count in counts.items())
    return f"  {mark} {step.number}. {step.id:24} {tried:32} {seconds:5.1f} s"


def _wrong(found: Iterable[Row]) -> Iterator[str]:
    """What is wrong, and what could not be tried because of it."""
    untried = []
    for _, _, name, result in found:
        if result is None:
            untried.append(name)
        elif not result.ok:
            yield f"      {BAD} {name}"
            yield from (f"          {line}" for problem in result.problems for line in problem.splitlines())
    if untried:
        yield f"      {UNTRIED} {NOT_TRIED}: {', '.join(untried)}"


def _summary(proof: Proof) -> str:
    steps = sum(len(lesson.steps) for lesson in proof.lessons)
    what = f"{_number(len(proof.lessons), 'lesson')}, {_number(steps, 'step')}"
    engines = _number(proof.engines, "engine")
    how = f"{_number(len(proof.results), 'trial')} in {proof.seconds:.0f} s on {engines}"
    if proof.ok:
        return f"Proven: {what}; {how}."
    wrong = sum(not result.ok for result in proof.results)
    left_out = f"; {len(proof.untried)} could not be tried" if proof.untried else ""
    return f"Not proven: {what}; {how}, {wrong} of them failed{left_out}."


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
