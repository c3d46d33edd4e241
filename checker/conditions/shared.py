"""Reasons that conditions of several subjects give."""

from checker.conditions.reasons import Commands, Private, Reason


class ContainerGone(Reason, frozen=True, tag="container-gone"):
    """The container is needed and is gone, or was started with `--rm` and goes when it ends."""

    name: Private
    next_commands: Commands
    still_here: bool = False
    seen = ("`{leaving}` was started with `--rm`.", "The container `{name}` is gone, with everything in it.")
    cause = (
        "Docker removes `{leaving}` when it ends. Leave `--rm` out this time.",
        "It was removed by hand, or by `--rm` when it ended. Leave `--rm` out this time.",
    )
    next = ("{next_commands}",)

    @property
    def leaving(self) -> str:
        """Its name, if it is still here."""
        return self.name if self.still_here else ""
