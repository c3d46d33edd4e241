"""The commands for the engine, the hub and the machine."""

import json
import os
import shlex
import sys
from typing import Any

import click

from dockyard.cli.base import as_json, with_home
from dockyard.home import Home


@click.command()
@with_home
def up(home: Home) -> None:
    """Start the engine and the hub."""
    from dockyard.session import lifecycle

    status = lifecycle.up(home, click.echo)
    for note in status.notes:
        click.echo(note)
    click.echo(f"Engine {status.version} answers at {status.docker_host}, the hub at {status.hub_address}.")
    click.echo('Point your shell at it: eval "$(dockyard env)"')


@click.command()
@with_home
def down(home: Home) -> None:
    """Stop the engine and the hub; images, progress and files are kept."""
    from dockyard.session import lifecycle

    lifecycle.down(home)
    click.echo("Engine and hub are down.")


@click.command()
@as_json
@with_home
def status(home: Home, *, as_json: bool) -> None:
    """Show what runs."""
    from dockyard.engine.kinds import engine_of
    from dockyard.session import observer_process

    found = engine_of(home).status()
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


@click.command()
@with_home
def env(home: Home) -> None:
    """Print the commands that point a shell at the engine: eval "$(dockyard env)"."""
    from dockyard.engine.base import shell_variables
    from dockyard.engine.kinds import engine_of

    variables = shell_variables(engine_of(home).endpoint)
    for name, value in variables.items():
        if value is not None:
            click.echo(f"export {name}={shlex.quote(value)}")
    if foreign := [name for name, value in variables.items() if value is None and name in os.environ]:
        click.echo(f"unset {' '.join(foreign)}")


@click.command()
@with_home
def workspace(home: Home) -> None:
    """Print the path of your folder, in which the lessons look for files: cd "$(dockyard workspace)"."""
    home.prepare()
    click.echo(home.workspace)


@click.command()
@with_home
def shell(home: Home) -> None:
    """Open a shell that talks to the engine."""
    from dockyard.session import lifecycle

    status = lifecycle.up(home, click.echo)
    program = os.environ.get("SHELL") or "/bin/sh"
    click.echo(f"DOCKER_HOST is {status.docker_host}. Leave with `exit`.")
    os.execvpe(program, [program], lifecycle.learner_env(home))


@click.group(name="hub")
def hub_group() -> None:
    """The registry beside the engine."""


@hub_group.command()
@click.option("--online", is_flag=True, help="Copy the real images from Docker Hub, by pinned digest.")
@with_home
def fill(home: Home, *, online: bool) -> None:
    """Make the images of the course the only content of the hub."""
    from dockyard.hub import contents

    home.prepare()
    (contents.fill_online if online else contents.fill_practice)(home, click.echo)


@hub_group.command()
@with_home
def release(home: Home) -> None:
    """Play the maintainers of busybox: move the hub's tag `stable` to another build."""
    from dockyard.engine.kinds import engine_of
    from dockyard.hub.release import release as move_tag

    status = engine_of(home).status()
    move_tag(status.hub_address if status.hub_running else None, click.echo)


@hub_group.command()
def build() -> None:
    """Build the practice images, once for this machine."""
    from dockyard.hub.practice import practice_images

    click.echo(f"The practice images are in {practice_images.ensure(click.echo)}.")


@click.command()
@click.option("--fix", is_flag=True, help="Install what is missing (as root); name it first.")
@click.option("--quiet", is_flag=True, help="Show only what had to be done.")
@as_json
def doctor(*, fix: bool, quiet: bool, as_json: bool) -> None:
    """Show what is installed, what is missing, and the command that fixes it."""
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
                click.echo(f"    {'optional' if need.optional else 'fix'}: {need.fix}")
    sys.exit(0 if all(need.present or need.optional for need in found) else 1)
