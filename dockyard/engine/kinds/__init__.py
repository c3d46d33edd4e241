"""The kinds of engine, a module each, and the one engine of a home.

To add a kind, put a module here whose class follows `ManagedEngine` and is registered with `kind`.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from dockyard.engine.base import KINDS, ManagedEngine
from dockyard.errors import HomeError
from dockyard.home import Home


def engine_of(home: Home) -> ManagedEngine:
    """The engine of a home, of the kind that the home has chosen. Raises HomeError for an unknown kind."""
    _import_kinds()
    kind = KINDS.get(home.engine_kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise HomeError(
            f"{home.path} uses an engine of the kind `{home.engine_kind}`. This Dockyard knows: {known}."
        )
    return kind(home)


@cache
def _import_kinds() -> None:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
