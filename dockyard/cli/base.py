"""What the commands of the command line share."""

import functools
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dockyard.home import Home

if TYPE_CHECKING:
    from checker.session.report import Report

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def with_home(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the home that the environment names."""

    @functools.wraps(command)
    def wrapped(**options: Any) -> None:
        command(Home.locate(), **options)

    return wrapped


def show_report(report: "Report", *, as_json: bool) -> None:
    """Print a report and end with the exit code of its outcome."""
    from checker.verdict import EXIT_CODES
    from checker.views import text

    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo(text.render(report, colour=text.wants_colour()))
    sys.exit(EXIT_CODES[report.outcome])
