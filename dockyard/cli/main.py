"""The command line. Every command is short: it asks another module, and prints what it says."""

import io
import sys

import click

from checker.errors import CheckerError, LessonError, UsageError
from dockyard.cli import learner, services
from dockyard.cli.author import author
from dockyard.cli.courses import course_group
from dockyard.commands import SHELL

USAGE, CANNOT_TELL, LESSON_BUG = 2, 3, 4
COMMANDS = (
    *(services.up, services.down, services.status, services.env, services.shell, services.workspace),
    *(learner.lessons, learner.start, learner.reset, learner.check, learner.answer, learner.hint),
    *(learner.solution, learner.lab, learner.notebook_group, learner.demo),
    *(course_group, services.hub_group, services.doctor, author),
)


def main() -> None:
    """Run a command; errors become a message with the next command, and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ✓ gets a ?
    try:
        cli(prog_name="dockyard")
    except CheckerError as error:
        _complain(error.message, error.advice(SHELL))
        kinds = ((UsageError, USAGE), (LessonError, LESSON_BUG))
        sys.exit(next((code for kind, code in kinds if isinstance(error, kind)), CANNOT_TELL))
    except OSError as error:
        _complain(f"The system refuses: {error}.", ("dockyard doctor",))
        sys.exit(CANNOT_TELL)


def _complain(message: str, commands: tuple[str, ...]) -> None:
    from checker.verdict import printable  # slow to import, and seldom needed

    for line in message.splitlines():
        click.echo(f"dockyard: {printable(line)}", err=True)
    for command in commands:
        click.echo(f"  try: {printable(command)}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dockyard")
def cli() -> None:
    """Learn Docker on a real engine of your own, and be told at once whether it worked."""


for command in COMMANDS:
    cli.add_command(command)


if __name__ == "__main__":
    main()
