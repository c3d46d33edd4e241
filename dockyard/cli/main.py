"""The command line. Every command is short: it asks another module, and prints what it says."""

import functools
import io
import json
import os
import shlex
import sys
from collections.abc import Callable
from typing import Any

import click

from checker.errors import CheckerError, LessonError, UsageError
from checker.session.report import Report
from checker.verdict import EXIT_CODES, printable
from checker.views import text
from dockyard.cli.author import author
from dockyard.home import Home

USAGE, CANNOT_TELL, LESSON_BUG = 2, 3, 4
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


def main() -> None:
    """Run a command; errors become a message with the next command, and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ✓ gets a ?
    try:
        cli(prog_name="dockyard")
    except CheckerError as error:
        _complain(error.message, error.next)
        kinds = ((UsageError, USAGE), (LessonError, LESSON_BUG))
        sys.exit(next((code for kind, code in kinds if isinstance(error, kind)), CANNOT_TELL))
    except OSError as error:
        _complain(f"The system refuses: {error}.", ("dockyard doctor",))
        sys.exit(CANNOT_TELL)


def _complain(message: str, commands: tuple[str, ...]) -> None:
    for line in message.splitlines():
        click.echo(f"dockyard: {printable(line)}", err=True)
    for command in commands:
        click.echo(f"  try: {printable(command)}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dockyard")
def cli() -> None:
    """Learn Docker on a real engine of your own, and be told at once whether it worked."""


def with_home(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the home that the environment names."""

    @functools.wraps(command)
    def wrapped(**options: Any) -> None:
        command(Home.locate(), **options)

    return wrapped


@cli.command()
@with_home
def up(home: Home) -> None:
    """Start the private engine and the hub."""
    from dockyard.session import lifecycle

    status = lifecycle.up(home, click.echo)
    for note in status.notes:
        click.echo(note)
    click.echo(f"Engine {status.version} answers at {status.docker_host}, the hub at {status.hub_address}.")
    click.echo('Point your shell at it: eval "$(dockyard env)"')


@cli.command()
@with_home
def down(home: Home) -> None:
    """Stop engine and hub; images, progress and files stay."""
    from dockyard.session import lifecycle

    lifecycle.down(home)
    click.echo("Engine and hub are down.")


@cli.command()
@with_home
def reset(home: Home) -> None:
    """Bring back the start state of the active lesson."""
    from dockyard.session import lifecycle

    lesson = lifecycle.reset(home)
    click.echo(f"The lesson `{lesson.id}` is back in its start state. What you achieved stays achieved.")


@cli.command()
@as_json
@with_home
def status(home: Home, *, as_json: bool) -> None:
    """Say what runs."""
    from dockyard.engine.private import PrivateEngine
    from dockyard.session import observer_process

    found = PrivateEngine(home).status()
    parts: dict[str, dict[str, Any]] = {
        "engine": {
            "running": found.running,
            "docker_host": found.docker_host,
            "version": found.version,
            "store": found.store,
        },
        "hub": {"running": found.hub_running, "address": found.hub_address},
        "observer": {"running": observer_process.is_running(home)},
    }
    if as_json:
        click.echo(json.dumps({"home": str(home.path), **parts}, indent=2))
        return
    for name, part in parts.items():
        words = [str(value) for key, value in part.items() if key != "running" and value]
        click.echo(f"{name:9} {'runs' if part['running'] else 'is down'}  {' '.join(words)}".rstrip())
    for note in found.notes:
        click.echo(note)


@cli.command()
@with_home
def env(home: Home) -> None:
    """Print what points a shell at the private engine: eval "$(dockyard env)"."""
    click.echo(f"export DOCKER_HOST={shlex.quote(home.docker_host)}")
    if foreign := [name for name in ("DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH") if name in os.environ]:
        click.echo(f"unset {' '.join(foreign)}")


@cli.command()
@with_home
def workspace(home: Home) -> None:
    """Print the path of your folder, where the lessons look for files: cd "$(dockyard workspace)"."""
    home.prepare()
    click.echo(home.workspace)


@cli.command()
@with_home
def shell(home: Home) -> None:
    """Open a shell that talks to the private engine."""
    from dockyard.session import lifecycle

    lifecycle.up(home, click.echo)
    program = os.environ.get("SHELL") or "/bin/sh"
    click.echo(f"DOCKER_HOST is {home.docker_host}. Leave with `exit`.")
    os.execvpe(program, [program], lifecycle.learner_env(home))


@cli.command()
@as_json
@with_home
def lessons(home: Home, *, as_json: bool) -> None:
    """List the lessons and how far you are."""
    from dockyard.session.open import open_session

    rows = []
    with open_session(home) as session:
        for lesson in session.course.lessons():
            done = session.journal.first_achieved(lesson.id)
            steps = [{"step": s.id, "task": s.task, "achieved_at": done.get(s.id)} for s in lesson.steps]
            rows.append({"lesson": lesson.id, "title": lesson.title, "steps": steps})
            if not as_json:
                count = f"{sum(step.id in done for step in lesson.steps)} of {len(steps)} steps"
                click.echo(f"{lesson.id:16} {lesson.title:28} {lesson.minutes:3} min   {count}")
    if as_json:
        click.echo(json.dumps(rows, indent=2))


@cli.command()
@click.argument("lesson")
@with_home
def start(home: Home, *, lesson: str) -> None:
    """Begin a lesson, or begin it again, on a fresh engine."""
    from dockyard.session import lifecycle

    begun = lifecycle.start(home, lesson)
    first = begun.steps[0]
    click.echo(f"{begun.title}: {len(begun.steps)} steps, about {begun.minutes} minutes.")
    click.echo(f"Read it: {begun.path}")
    click.echo(f"\n1. {first.id}: {text.plain(first.task)}")
    click.echo('\nIn your shell: eval "$(dockyard env)"   and then: dockyard check')


def _target(lessons: tuple[str, ...], target: str | None) -> tuple[str | None, str | None]:
    """LESSON/STEP, LESSON, or a STEP of the active lesson."""
    if target is None or target in lessons:
        return target, None
    lesson, slash, step = target.rpartition("/")
    return (lesson, step) if slash else (None, target)


@cli.command()
@click.argument("target", metavar="[LESSON[/STEP]]", required=False)
@as_json
@with_home
def check(home: Home, *, target: str | None, as_json: bool) -> None:
    """Say whether the steps are done and, if not, why."""
    from dockyard.session import observer_process
    from dockyard.session.open import open_session

    with open_session(home) as session:
        lesson, step = _target(session.course.ids(), target)
        report = session.check(lesson, step)
    if home.socket.exists():
        observer_process.ensure(home)
    _show(report, as_json=as_json)


@cli.command()
@click.argument("step")
@click.argument("words", metavar="TEXT", nargs=-1, required=True)
@as_json
@with_home
def answer(home: Home, *, step: str, words: tuple[str, ...], as_json: bool) -> None:
    """Answer the question of a step."""
    from dockyard.session.open import open_session

    lesson, name = _target((), step)
    with open_session(home) as session:
        report = session.answer(name or "", " ".join(words), lesson)
    _show(report, as_json=as_json)


@cli.command()
@click.argument("step")
@with_home
def hint(home: Home, *, step: str) -> None:
    """Show the next hint of a step."""
    from dockyard.session.open import open_session

    lesson, name = _target((), step)
    with open_session(home) as session:
        shown, stages = session.hints(name or "", lesson)
    for number, words in enumerate(shown, 1):
        click.echo(f"{number}/{stages}  {text.plain(words)}")
    last = f"That was the last one. The solution: dockyard solution {step}"
    more = f"For the next one: dockyard hint {step}"
    click.echo(more if len(shown) < stages else last)


@cli.command()
@click.argument("step")
@with_home
def solution(home: Home, *, step: str) -> None:
    """Show how a step can be done."""
    from dockyard.session.open import open_session

    lesson, name = _target((), step)
    with open_session(home) as session:
        click.echo(session.lesson(lesson).step(name or "").solution.rstrip())


@cli.command()
@click.option("--lesson", help="The lesson to open; default: where you were, or the first.")
@with_home
def lab(home: Home, *, lesson: str | None) -> None:
    """Open JupyterLab: the lesson on the left, a terminal on the right."""
    from dockyard.session.learn import learn

    learn(home, lesson, click.echo)


@cli.group(name="notebook")
def notebook_group() -> None:
    """Your copies of the lessons' notebooks."""


@notebook_group.command()
@click.argument("lesson", required=False)
@with_home
def repair(home: Home, *, lesson: str | None) -> None:
    """Mend a notebook, or all: what is missing comes back, what is yours stays, and so do your ticks."""
    from dockyard.notebooks.build import repair_all

    for placed in repair_all(home, lesson):
        for line in placed.notices or (f"{placed.path} is as it should be.",):
            click.echo(line)
    click.echo("Is one open in the lab? There: File, Reload Notebook from Disk.")


@cli.command()
def demo() -> None:
    """Play the solutions of all lessons on a fresh engine, in a home of its own."""
    from dockyard.session.demo import demonstrate

    demonstrate(click.echo)


@cli.group(name="hub")
def hub_group() -> None:
    """The registry beside the engine."""


@hub_group.command()
@click.option("--online", is_flag=True, help="Copy the real images from Docker Hub, by pinned digest.")
@with_home
def fill(home: Home, *, online: bool) -> None:
    """Fill the hub with the images of the course, and nothing else."""
    from dockyard.hub import contents

    home.prepare()
    (contents.fill_online if online else contents.fill_practice)(home, click.echo)


@hub_group.command()
@with_home
def release(home: Home) -> None:
    """Play the maintainers of busybox: the hub's tag `stable` moves to another build."""
    from dockyard.engine.private import PrivateEngine
    from dockyard.hub.release import release as moved

    status = PrivateEngine(home).status()
    moved(status.hub_address if status.hub_running else None, click.echo)


@hub_group.command()
def build() -> None:
    """Make the practice images, once for this machine."""
    from dockyard.hub.practice import practice_images

    click.echo(f"The practice images are in {practice_images.ensure(click.echo)}.")


@cli.command()
@click.option("--fix", is_flag=True, help="Install what is missing (as root), naming it first.")
@click.option("--quiet", is_flag=True, help="Say only what had to be done.")
@as_json
def doctor(*, fix: bool, quiet: bool, as_json: bool) -> None:
    """Say what is here, what is missing, and the command that mends it."""
    from dockyard.system import install, requirements

    if fix:
        install.install(click.echo)
        if quiet:
            return
    found = requirements.requirements()
    if as_json:
        rows = [
            {"name": r.name, "why": r.why, "present": r.present, "optional": r.optional, "fix": r.fix}
            for r in found
        ]
        click.echo(json.dumps({"requirements": rows}, indent=2))
    else:
        for need in found:
            mark = "✓" if need.present else "·" if need.optional else "✗"
            click.echo(f"{mark} {need.name:28} {need.why}")
            if not need.present:
                click.echo(f"    {'if you like' if need.optional else 'mend it'}: {need.fix}")
    sys.exit(0 if all(need.present or need.optional for need in found) else 1)


cli.add_command(author)


def _show(report: Report, *, as_json: bool) -> None:
    """Print a report and end with the exit code of its outcome."""
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo(text.render(report, colour=text.wants_colour()))
    sys.exit(EXIT_CODES[report.outcome])


if __name__ == "__main__":
    main()
