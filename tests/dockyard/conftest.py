"""Homes with engines of their own, new ones for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import erase

from dockyard.engine.base import ManagedEngine
from dockyard.engine.kinds import engine_of
from dockyard.home import Home


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Creates homes by name; what runs in them is stopped after the test."""
    made: list[Home] = []

    def make(name: str) -> Home:
        made.append(Home(tmp_path / name))
        return made[-1]

    yield make
    for home in made:
        erase(home)


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    """A home that no other test uses."""
    return new_home("home")


@pytest.fixture
def engine(home: Home) -> ManagedEngine:
    """The engine of `home`, not yet up."""
    return engine_of(home)
