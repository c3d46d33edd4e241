"""What a learner types, on the surface that is used: in a shell, in a notebook, or in an application.

The library names no application of its own, so that no one is told to type a command that is not
there. Whoever opens a session hands in its commands.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Commands:
    """Templates of commands; `{lesson}` and `{step}` are filled in. An empty one does not exist here.

    `up` starts the engine, `use_engine` points the shell at the lesson's engine, `doctor` says what
    is wrong with the installation.
    """

    check: str = ""
    answer: str = ""
    hint: str = ""
    solution: str = ""
    start: str = ""
    reset: str = ""
    up: str = ""
    use_engine: str = ""
    doctor: str = ""

    def fill(self, command: str, *, lesson: str = "", step: str = "") -> tuple[str, ...]:
        """The command of this name (`check`, `reset`, …), filled in; empty where there is none."""
        template: str = getattr(self, command)
        return (template.format(lesson=lesson, step=step),) if template else ()
