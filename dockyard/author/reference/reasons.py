"""Which reasons a step can be refused with, from the declarations of its check."""

from checker.conditions.base import Condition
from checker.conditions.general import Unknown, Waiting, WrongEngine
from checker.conditions.reasons import Reason, id_of


def reasons_of(condition: Condition) -> frozenset[str]:
    """The ids of the reasons that a step with this check can have."""
    any_step = (Waiting, WrongEngine, Unknown, *Unknown.__subclasses__())
    return frozenset(map(id_of, (*condition.reasons, *any_step)))


def reasons_in(kinds: tuple[type[Reason], ...]) -> tuple[type[Reason], ...]:
    """Reasons in the order of their ids, each once."""
    return tuple(sorted(set(kinds), key=id_of))
