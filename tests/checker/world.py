"""The made-up facts of checker.testing, for learners who type Dockyard's commands."""

from dataclasses import dataclass

from checker.commands import Commands
from checker.testing import MadeUpFacts, condition, hex_id, ids_in, listed, of_kind, step, thing
from dockyard.commands import SHELL

__all__ = ["World", "condition", "hex_id", "ids_in", "listed", "of_kind", "step", "thing"]


@dataclass(frozen=True)
class World(MadeUpFacts):
    commands: Commands = SHELL
