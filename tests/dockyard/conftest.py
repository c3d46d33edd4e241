"""Homes with engines of their own, for every test anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import erase

from dockyard.engine.private import PrivateEngine
from dockyard.home import Home


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Gives homes by name; whatever is up in them is taken down after the test."""
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
def engine(home: Home) -> PrivateEngine:
    """The engine of `home`, not yet up."""
    return PrivateEngine(home)
