"""A run: one go at a lesson, and what was achieved in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One go at a lesson. `since` is the engine's clock in nanoseconds."""

    id: int
    lesson: str
    since: int
    active: bool


@dataclass(frozen=True)
class Achievement:
    """When a step was achieved (ISO 8601, UTC; and in nanoseconds) and what was seen then."""

    at: str
    at_nano: int
    evidence: str
