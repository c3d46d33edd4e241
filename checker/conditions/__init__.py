"""The vocabulary of checks. A subject is a key in the YAML; its kinds are told apart by a word.

Most are built in (checker.conditions.builtin); other packages may bring more (checker.third_party).
"""

from checker.conditions.base import Condition, Goal
from checker.conditions.builtin import COMBINATIONS, SUBJECTS

__all__ = ["COMBINATIONS", "SUBJECTS", "Condition", "Goal", "kinds_of", "subjects"]


def kinds_of(subject: str) -> tuple[type[Goal], ...]:
    """The kinds of a subject, built in or brought by another package; none if there is no such subject.

    Raises LessonError when the other package's are no conditions.
    """
    if subject in SUBJECTS:
        return SUBJECTS[subject]
    from checker.third_party import foreign_kinds  # rarely needed, and slow to import

    return foreign_kinds(subject)


def subjects() -> tuple[str, ...]:
    """All subjects there are, those of other packages included. Raises LessonError as kinds_of does."""
    from checker.third_party import foreign_subjects

    return (*SUBJECTS, *sorted(foreign_subjects()))
