"""`dockyard author …`: the commands for those who write lessons."""

import click

from dockyard.author.lessons import find_lessons

lessons_argument = click.argument("lessons", metavar="[LESSON…]", nargs=-1)


@click.group()
def author() -> None:
    """Write lessons: scaffold, compile, make notebooks, prove on a real engine.

    LESSON is the id of one of the course's lessons, or the path of a lesson's Markdown file; without
    any, the whole course is meant.
    """


@author.command()
@lessons_argument
def build(*, lessons: tuple[str, ...]) -> None:
    """Make the notebooks of lessons; the course's own go into its folder `notebooks`."""
    from dockyard.author.build import write_notebooks

    for path in write_notebooks(find_lessons(lessons)):
        click.echo(path)
