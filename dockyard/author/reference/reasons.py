"""Which reasons a step can be refused with, from the declarations of its check."""

from checker.conditions.base import Condition
from checker.conditions.general import CANNOT_TELL, Waiting, WrongEngine
from checker.conditions.reasons import Reason, id_of


def reasons_of(condition: Condition) -> frozenset[str]:
    """The ids of the reasons that a step with this check can have."""
    possible: tuple[type[Reason], ...] = (*condition.reasons, Waiting, WrongEngine, *CANNOT_TELL)
    return frozenset(map(id_of, possible))


def reasons_in(kinds: tuple[type[Reason], ...]) -> tuple[type[Reason], ...]:
    """Reasons in the order of their ids, each once."""
    return tuple(sorted(set(kinds), key=id_of))
