"""The vocabulary of checks. A subject is a key in the YAML; its kinds are told apart by a word.

To add one: a file beside this one with a class that is a `Condition`, and its name in SUBJECTS.
"""

from checker.conditions.answer import LayersAnswer, RanImageAnswer, UserAnswer
from checker.conditions.base import Condition, Goal
from checker.conditions.combined import All, Any, Not
from checker.conditions.container import ContainerExited, ContainerRan
from checker.conditions.image_gone import ImageAbsent, ImageRemoved, ImageUntagged
from checker.conditions.image_here import ImagePresent, ImagePulled

SUBJECTS: dict[str, tuple[type[Goal], ...]] = {
    "answer": (LayersAnswer, RanImageAnswer, UserAnswer),
    "container": (ContainerExited, ContainerRan),
    "image": (ImageAbsent, ImagePresent, ImagePulled, ImageRemoved, ImageUntagged),
}
COMBINATIONS = {"all": All, "any": Any, "not": Not}

__all__ = ["COMBINATIONS", "SUBJECTS", "Condition", "Goal"]
