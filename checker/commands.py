"""What a learner types on the surface in use: a shell, a notebook, or an application.

The library names no application, so no one is told to type a command that does not exist there.
A surface hands in its commands when it opens a session.
"""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Commands:
    """Templates of commands, with the placeholders `{lesson}` and `{step}`. An empty one does not exist."""

    check: str = ""  # judges the active lesson
    check_step: str = ""
    answer: str = ""
    hint: str = ""
    solution: str = ""
    start: str = ""  # begins a lesson, or begins it again
    reset: str = ""  # brings back the start state of the active lesson
    up: str = ""  # starts the engine
    use_engine: str = ""  # points the learner's shell at the lesson's engine
    doctor: str = ""  # says what is wrong with the installation
    update: str = ""  # installs the newest version

    def fill(self, name: str, *, lesson: str = "LESSON", step: str = "STEP") -> tuple[str, ...]:
        """The command of this name (`check`, `reset`, …), ready to be typed; empty if it does not exist."""
        template: str = getattr(self, name)
        return (_filled(template, lesson, step),) if template else ()

    def at(self, lesson: str, step: str) -> "Commands":
        """The commands of one step: all placeholders are filled in."""
        return Commands(*(_filled(getattr(self, each.name), lesson, step) for each in fields(self)))

    def overridden_by(self, other: "Commands") -> "Commands":
        """These commands, with those that `other` has in their place."""
        return replace(self, **{name: template for name, template in vars(other).items() if template})


def _filled(template: str, lesson: str, step: str) -> str:
    return template.replace("{lesson}", lesson).replace("{step}", step)
