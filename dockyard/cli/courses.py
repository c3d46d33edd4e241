"""`dockyard course …`: the courses of this home, and which of them is on."""

import json
from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dockyard.cli.base import as_json, with_home
from dockyard.home import Home

if TYPE_CHECKING:
    from dockyard.courses import KnownCourse


@click.group(name="course")
def course_group() -> None:
    """The courses: list them, add one, choose one."""


@course_group.command(name="list")
@as_json
@with_home
def list_courses(home: Home, *, as_json: bool) -> None:
    """List the courses; the one with a star is on."""
    from dockyard import courses

    rows = [_row(each) for each in courses.known(home)]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        mark, where = "*" if row["on"] else " ", f"{row['origin']}: {row['folder']}"
        if row["problems"]:
            click.echo(f"{mark} {where}")
            for problem in row["problems"]:
                click.echo(f"    {problem}")
        else:
            count = _count(row["lessons"])
            click.echo(f"{mark} {row['id']:20} {row['title']:28} {row['language']:6} {count:11} {where}")


def _row(known: "KnownCourse") -> dict[str, Any]:
    course = known.course
    row: dict[str, Any] = {"id": None, "title": None, "language": None, "lessons": []}
    if not known.problems:
        row = {"id": course.id, "title": course.title, "language": course.language, "lessons": course.ids()}
    place = {"folder": str(course.folder), "origin": known.origin}
    return row | place | {"on": known.is_on, "problems": known.problems}


def _count(lessons: Sized) -> str:
    return f"{len(lessons)} lesson{'s' * (len(lessons) != 1)}"


@course_group.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_home
def add(home: Home, *, folder: Path) -> None:
    """Add the course of a folder. The folder stays where it is."""
    from dockyard import courses

    course = courses.add(home, folder)
    click.echo(f"Added the course `{course.id}`: {course.title}, {_count(course.ids())}.")
    click.echo(f"To turn it on: dockyard course use {course.id}")


@course_group.command()
@click.argument("course_id", metavar="ID")
@with_home
def use(home: Home, *, course_id: str) -> None:
    """Turn a course on, everywhere in this home. Your progress in the others is kept."""
    from dockyard import courses
    from dockyard.session import observer_process

    course = courses.use(home, course_id)
    if observer_process.is_running(home):  # it still observes the lessons of the other course
        observer_process.stop(home)
        observer_process.ensure(home)
    click.echo(f"The course `{course.id}` is on: {course.title}.")
    click.echo(f"To begin: dockyard start {next(iter(course.ids()), 'LESSON')}")
    if home.lessons and home.lessons != course.folder:
        click.echo(
            f"But here DOCKYARD_LESSONS is set to {home.lessons}, and it decides: unset DOCKYARD_LESSONS"
        )
