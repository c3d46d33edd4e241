"""What containers leave in the machine's control groups when their engine is killed.

A paused container's process is frozen there: with control groups of version 1 not even SIGKILL ends
it. And the groups themselves stay until somebody removes them.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dockyard.engine.process import wait_until

HIERARCHIES = Path("/sys/fs/cgroup")
PATIENCE = 1.0  # seconds for processes that were thawed to end


def clear(containers: Path) -> None:
    """Remove the groups of these containers, a folder each, and end what is frozen in them.

    Their engine must be gone. An ordinary user's containers have none.
    """
    groups = list(_groups(containers))
    for state in (group / "freezer.state" for group in groups):
        if state.exists():
            with suppress(OSError):
                state.write_text("THAWED")
    wait_until(lambda: not [group for group in groups if _remains(group)], PATIENCE)


def _groups(containers: Path) -> Iterator[Path]:
    """A container's groups are named after its ID, which no other in the world has."""
    ids = [each.name for each in containers.iterdir()] if containers.is_dir() else []
    hierarchies = list(HIERARCHIES.iterdir()) if ids and HIERARCHIES.is_dir() else []
    yield from (found for one in hierarchies for id_ in ids if (found := one / id_).is_dir())


def _remains(group: Path) -> bool:
    with suppress(OSError):
        group.rmdir()
    return group.is_dir()
