"""All subjects of conditions: the built-in vocabulary, and what other packages bring."""

from checker.conditions.base import Goal
from checker.conditions.vocabulary import SUBJECTS


def kinds_of(subject: str) -> tuple[type[Goal], ...]:
    """The kinds of a subject, built in or brought by another package; none if there is no such subject.

    Raises LessonError when the other package's are no conditions.
    """
    if subject in SUBJECTS:
        return SUBJECTS[subject]
    from checker.conditions.third_party import foreign_kinds  # rarely needed, and slow to import

    return foreign_kinds(subject)


def subjects() -> tuple[str, ...]:
    """All subjects there are, those of other packages included. Raises LessonError as kinds_of does."""
    from checker.conditions.third_party import foreign_subjects

    return (*SUBJECTS, *sorted(foreign_subjects()))
