"""What a proof found, for those who wrote the lessons: as text for people, as JSON for programs."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from checker.course.lesson import Step
from checker.verdict import printable
from dockyard.author.prove.proof import WHOLE, Proof, Result, expected

Row = tuple[str, str, str, Result | None]  # lesson, step, name; and what was found, if it was tried
GOOD, BAD, UNTRIED = "✓", "✗", "·"
NOT_TRIED = "not tried, as something before it went wrong"


@contextmanager
def progress(*, verbose: bool) -> Iterator[Callable[[Result], None]]:
    """Gives what tells of each finding: a line each, or how many there are, on a terminal."""
    counts = {True: 0, False: 0}
    live = sys.stderr.isatty() and not verbose

    def tell(finding: Result) -> None:
        counts[finding.ok] += 1
        if verbose:
            where = "/".join(filter(None, (finding.lesson, finding.step)))
            mark = GOOD if finding.ok else BAD
            click.echo(printable(f"{mark} {where}: {finding.name} ({finding.seconds:.1f} s)"), err=True)
        elif live:
            click.echo(f"\r{counts[True]} as they should be, {counts[False]} not", err=True, nl=False)

    try:
        yield tell
    finally:
        if live:
            click.echo("", err=True)


def rows(proof: Proof) -> Iterator[Row]:
    """Everything that was to be tried, in the order of the lessons; first what could not be read."""
    found = {finding.place: finding for finding in proof.findings}
    planned = [place for lesson in proof.lessons for place in expected(lesson)]
    refused = [place for place in found if place not in planned]
    for place in (*refused, *planned):
        yield (*place, found.get(place))


def as_json(proof: Proof) -> dict[str, Any]:
    """All of it, for programs."""
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
    """A line a step, and below it what is wrong with it."""
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
    known = [finding for *_, finding in found if finding]
    mark = GOOD if len(known) == len(found) else UNTRIED
    mark = mark if all(finding.ok for finding in known) else BAD
    seconds = sum(finding.seconds for finding in known)
    counts = {"hint": len(step.hints), "mistake": len(step.mistakes), "route": len(step.routes)}
    tried = ", ".join(_number(count, what) for what, count in counts.items())
    return f"  {mark} {step.number}. {step.id:24} {tried:32} {seconds:5.1f} s"


def _wrong(found: Iterable[Row]) -> Iterator[str]:
    """What is wrong, and what was left out because of it."""
    untried = []
    for _, _, name, finding in found:
        if finding is None:
            untried.append(name)
        elif not finding.ok:
            yield f"      {BAD} {name}"
            yield from (f"          {line}" for problem in finding.problems for line in problem.splitlines())
    if untried:
        yield f"      {UNTRIED} {NOT_TRIED}: {', '.join(untried)}"


def _summary(proof: Proof) -> str:
    steps = sum(len(lesson.steps) for lesson in proof.lessons)
    what = f"{_number(len(proof.lessons), 'lesson')}, {_number(steps, 'step')}"
    engines = _number(proof.engines, "engine")
    how = f"{_number(len(proof.findings), 'trial')} in {proof.seconds:.0f} s on {engines}"
    if proof.ok:
        return f"Proven: {what}; {how}."
    wrong = sum(not finding.ok for finding in proof.findings)
    left_out = f"; {len(proof.untried)} could not be tried" if proof.untried else ""
    return f"Not proven: {what}; {how}, {wrong} of them went wrong{left_out}."


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
