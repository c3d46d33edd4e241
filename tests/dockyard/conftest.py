"""The engine of a test's home."""

import pytest

from dockyard.engine.base import ManagedEngine
from dockyard.engine.kinds import engine_of
from dockyard.home import Home


@pytest.fixture
def engine(home: Home) -> ManagedEngine:
    """The engine of `home`, not yet up."""
    return engine_of(home)
