"""The commands of a learner: lessons, checks, answers, hints, the lab."""

import json

import click

from dockyard.cli.base import as_json, show_report, with_home
from dockyard.home import Home


@click.command()
@as_json
@with_home
def lessons(home: Home, *, as_json: bool) -> None:
    """List the lessons and how far you are."""
    from checker.session.progress import first_achieved
    from dockyard.session.open import open_session

    rows = []
    with open_session(home) as session:
        achieved = first_achieved(session.journal.records(course=session.course.id))
        for lesson in session.course.lessons():
            done = {step: at for (of, step), at in achieved.items() if of == lesson.id}
            steps = [{"step": s.id, "task": s.task, "achieved_at": done.get(s.id)} for s in lesson.steps]
            rows.append({"lesson": lesson.id, "title": lesson.title, "steps": steps})
            if not as_json:
                count = f"{sum(step.id in done for step in lesson.steps)} of {len(steps)} steps"
                click.echo(f"{lesson.id:16} {lesson.title:28} {lesson.minutes:3} min   {count}")
    if as_json:
        click.echo(json.dumps(rows, indent=2))


@click.command()
@click.argument("lesson")
@with_home
def start(home: Home, *, lesson: str) -> None:
    """Begin a lesson, or begin it again, on a fresh engine."""
    from dockyard.session import lifecycle

    begun = lifecycle.start(home, lesson)
    first = begun.steps[0]
    click.echo(f"{begun.title}: {len(begun.steps)} steps, about {begun.minutes} minutes.")
    click.echo(f"Read it: {begun.path}")
    from checker.views import text

    click.echo(f"\n1. {first.id}: {text.plain(first.task)}")
    click.echo('\nIn your shell: eval "$(dockyard env)"   and then: dockyard check')


@click.command()
@with_home
def reset(home: Home) -> None:
    """Bring back the start state of the active lesson."""
    from dockyard.session import lifecycle

    lesson = lifecycle.reset(home)
    click.echo(f"The lesson `{lesson.id}` is back in its start state. What you achieved stays achieved.")


def _target(lessons: tuple[str, ...], target: str | None) -> tuple[str | None, str | None]:
    """LESSON/STEP, LESSON, or a STEP of the active lesson."""
    if target is None or target in lessons:
        return target, None
    lesson, slash, step = target.rpartition("/")
    return (lesson, step) if slash else (None, target)


@click.command()
@click.argument("target", metavar="[LESSON[/STEP]]", required=False)
@as_json
@with_home
def check(home: Home, *, target: str | None, as_json: bool) -> None:
    """Say whether the steps are done and, if not, why."""
    from dockyard.engine.kinds import engine_of
    from dockyard.session import observer_process
    from dockyard.session.open import open_session

    with open_session(home) as session:
        lesson, step = _target(session.course.ids(), target)
        report = session.check(lesson, step)
    if engine_of(home).is_started():
        observer_process.ensure(home)
    show_report(report, as_json=as_json)


@click.command()
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
    show_report(report, as_json=as_json)


@click.command()
@click.argument("step")
@with_home
def hint(home: Home, *, step: str) -> None:
    """Show the next hint of a step."""
    from dockyard.session.open import open_session

    lesson, name = _target((), step)
    with open_session(home) as session:
        shown, stages = session.hints(name or "", lesson)
    from checker.views import text

    for number, words in enumerate(shown, 1):
        click.echo(f"{number}/{stages}  {text.plain(words)}")
    last = f"That was the last one. The solution: dockyard solution {step}"
    more = f"For the next one: dockyard hint {step}"
    click.echo(more if len(shown) < stages else last)


@click.command()
@click.argument("step")
@with_home
def solution(home: Home, *, step: str) -> None:
    """Show how a step can be done."""
    from dockyard.session.open import open_session

    lesson, name = _target((), step)
    with open_session(home) as session:
        click.echo(session.lesson(lesson).step(name or "").solution.rstrip())


@click.command()
@click.option("--lesson", help="The lesson to open; default: where you were, or the first.")
@with_home
def lab(home: Home, *, lesson: str | None) -> None:
    """Open JupyterLab: the lesson on the left, a terminal on the right."""
    from dockyard.session.learn import learn

    learn(home, lesson, click.echo)


@click.group(name="notebook")
def notebook_group() -> None:
    """Your copies of the lessons' notebooks."""


@notebook_group.command()
@click.argument("lesson", required=False)
@with_home
def repair(home: Home, *, lesson: str | None) -> None:
    """Repair a notebook, or all: missing cells come back; what you wrote and achieved is kept."""
    from dockyard.notebooks.build import repair_all

    for placed in repair_all(home, lesson):
        for line in placed.notices or (f"{placed.path} is as it should be.",):
            click.echo(line)
    click.echo("Is one open in the lab? There: File, Reload Notebook from Disk.")


@click.command()
@with_home
def demo(home: Home) -> None:
    """Play the solutions of all lessons on a fresh engine, in a home of its own."""
    from dockyard.courses import current
    from dockyard.session.demo import demonstrate

    demonstrate(current(home), click.echo)
