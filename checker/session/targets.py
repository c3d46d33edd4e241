"""What a learner may write for a step: `STEP`, `LESSON/STEP`, or `LESSON` for all of its steps."""

from checker.errors import UsageError
from checker.session.session import Session


def find_target(session: Session, target: str) -> tuple[str, str | None]:
    """The lesson and the step; no step if the whole lesson is meant. Raises UsageError."""
    return (target, None) if target in session.course.ids() else find_step(session, target)


def find_step(session: Session, target: str) -> tuple[str, str]:
    """The lesson and the step of `LESSON/STEP` or `STEP`. Raises UsageError.

    A step alone belongs to the active lesson, or else to the only lesson that has such a step: a
    notebook may be open whose lesson is not the active one, and then the report says so.
    """
    lesson, slash, step = target.rpartition("/")
    if slash:
        return lesson, step
    active = session.active()
    if active and active.lesson in session.course.ids():
        steps = [each.id for each in session.lesson(active.lesson).steps]
        if step in steps:
            return active.lesson, step
    owners = [each for each in session.course.lessons() if step in [s.id for s in each.steps]]
    if len(owners) == 1:
        return owners[0].id, step
    if owners:
        ways = tuple(f"{each.id}/{step}" for each in owners)
        commands = tuple(command for way in ways for command in session.commands.fill("check_step", step=way))
        raise UsageError(f"More than one lesson has a step `{step}`. Write {' or '.join(ways)}.", commands)
    if active:
        return active.lesson, step
    known = "; ".join(f"{one.id}: {', '.join(s.id for s in one.steps)}" for one in session.course.lessons())
    raise UsageError(f"No lesson has a step `{step}`. There is {known or 'no lesson at all'}.")
