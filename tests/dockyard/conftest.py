"""Homes with engines of their own, for every test anew."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dockyard.engine import PrivateEngine
from dockyard.home import Home


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Gives homes by name; whatever engine is up in them is taken down after the test."""
    made: list[Home] = []

    def make(name: str) -> Home:
        made.append(Home(tmp_path / name))
        return made[-1]

    yield make
    for home in made:
        _erase(home)


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    """A home that no other test uses."""
    return new_home("home")


@pytest.fixture
def engine(home: Home) -> PrivateEngine:
    """The engine of `home`, not yet up."""
    return PrivateEngine(home)


def _erase(home: Home) -> None:
    PrivateEngine(home).down()
    # Only its user namespace may delete what an ordinary user's engine leaves.
    data = [str(home.engine / "data"), str(home.engine / "trash")]
    subprocess.run(["rootlesskit", "rm", "-rf", *data], check=True, capture_output=True)
