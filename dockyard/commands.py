"""What a learner of Dockyard types in a shell."""

from checker.commands import Commands

SHELL = Commands(
    check="dockyard check",
    check_step="dockyard check {lesson}/{step}",
    answer="dockyard answer {step} ANSWER",
    hint="dockyard hint {step}",
    solution="dockyard solution {step}",
    start="dockyard start {lesson}",
    reset="dockyard reset",
    up="dockyard up",
    use_engine='eval "$(dockyard env)"',
    doctor="dockyard doctor",
    update="pip install --upgrade dockyard",
)
