"""`dockyard author …`: the commands for those who write lessons."""

import json
import os
import shlex
import sys
from pathlib import Path

import click

LESSON_BUG = 4
lessons_argument = click.argument("lessons", metavar="[LESSON…]", nargs=-1)


@click.group()
def author() -> None:
    """Write lessons: create, check, build notebooks, prove on a real engine.

    LESSON is the id of a lesson of the course that is on, or the path of a lesson's Markdown file or
    of a folder with lessons. Without any, it is the whole course that is on.
    """


@author.command()
@lessons_argument
def build(*, lessons: tuple[str, ...]) -> None:
    """Build the notebooks of lessons, beside them; those of the built-in course go into `notebooks`."""
    from dockyard.author.build import write_notebooks
    from dockyard.author.lessons import find_lessons

    for path in write_notebooks(find_lessons(lessons)):
        click.echo(path)


@author.command()
@lessons_argument
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def check(*, lessons: tuple[str, ...], as_json: bool) -> None:
    """Check lessons: list everything that is wrong, with file, line and what is allowed."""
    from checker.verdict import printable
    from dockyard.author.check.compiler import check_lessons
    from dockyard.author.lessons import find_lessons

    found = check_lessons(find_lessons(lessons))
    if as_json:
        rows = [{"file": str(each.file), "line": each.line, "message": each.what} for each in found.problems]
        click.echo(json.dumps({"problems": rows, "notes": found.notes}, indent=2, ensure_ascii=False))
    else:
        for each in found.problems:
            click.echo(printable(f"{os.path.relpath(each.file)}:{each.line}: {each.what}"))
        for note in found.notes:
            click.echo(f"note: {printable(note)}", err=True)
        checked = f"{len(found.lessons)} lesson{'s' * (len(found.lessons) != 1)}"
        count = f"{len(found.problems)} problem{'s' * (len(found.problems) != 1)}"
        click.echo(f"{checked} checked: {count if found.problems else 'nothing is wrong'}.", err=True)
    sys.exit(LESSON_BUG if found.problems else 0)


@author.command()
@lessons_argument
@click.option("--jobs", type=click.IntRange(1), default=3, show_default=True, help="Engines side by side.")
@click.option("--verbose", is_flag=True, help="Tell each finding as soon as it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML, too.")
def prove(*, lessons: tuple[str, ...], jobs: int, verbose: bool, as_json: bool, junit: Path | None) -> None:
    """Prove lessons on fresh engines: try every step, solution, hint, mistake and route."""
    from dockyard.author.lessons import find_lessons
    from dockyard.author.prove import proof, report
    from dockyard.system.signals import end_like_ctrl_c

    with end_like_ctrl_c(), report.progress(verbose=verbose) as tell:
        found = proof.prove(find_lessons(lessons), jobs, lambda words: click.echo(words, err=True), tell)
    if junit:
        from dockyard.author.prove.junit import write_junit

        write_junit(found, junit)
    if as_json:
        click.echo(json.dumps(report.as_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo(report.render(found))
    sys.exit(0 if found.ok else LESSON_BUG)


@author.command()
@click.argument("name")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=".", help="Default: here."
)
def new(*, name: str, folder: Path) -> None:
    """Create a lesson: a small one that passes `check` and `prove`, for you to replace."""
    from checker.course.course_file import COURSE_FILE
    from dockyard.author.new import new_lesson

    written = new_lesson(name, folder)
    for path in written:
        click.echo(f"Made {path}")
    if (folder / COURSE_FILE).exists():
        click.echo(f"Add `{name}` to the lessons in {folder / COURSE_FILE}.")
    click.echo("Replace the text with your own, and then:")
    for command in ("check", "prove", "build"):
        click.echo(f"  dockyard author {command} {shlex.quote(str(written[0]))}")
    click.echo("To try it as a learner does:")
    click.echo(f"  export DOCKYARD_LESSONS={shlex.quote(str(folder.resolve()))}; dockyard start {name}")


@author.command()
def schema() -> None:
    """Print the JSON Schema of a lesson's YAML, for editors."""
    from dockyard.author.reference.schema import schema_text

    click.echo(schema_text(), nl=False)


@author.command()
def vocabulary() -> None:
    """Print the page of all conditions that a check can be made of."""
    from dockyard.author.reference.vocabulary import vocabulary

    click.echo(vocabulary(), nl=False)
