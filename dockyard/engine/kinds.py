"""The kinds of engine, and the one engine of a home."""

from collections.abc import Callable

from dockyard.engine.base import ManagedEngine
from dockyard.engine.private import PrivateEngine
from dockyard.errors import HomeError
from dockyard.home import Home

KINDS: dict[str, Callable[[Home], ManagedEngine]] = {"private": PrivateEngine}


def engine_of(home: Home) -> ManagedEngine:
    """The engine of a home, of the kind that the home has chosen. Raises HomeError for an unknown kind."""
    kind = KINDS.get(home.engine_kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise HomeError(
            f"{home.path} uses an engine of the kind `{home.engine_kind}`. This Dockyard knows: {known}."
        )
    return kind(home)
