"""Removes the control groups that containers leave on the machine when their engine is killed.

The processes of a paused container are frozen in its group; with control groups of version 1, even
SIGKILL does not end them. The groups themselves stay until they are removed.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dockyard.system.waiting import wait_until

HIERARCHIES = Path("/sys/fs/cgroup")
TIMEOUT = 10.0  # seconds for thawed processes to end


def clear(containers: Path) -> None:
    """Remove the groups of the containers in a folder of the engine, and end what is frozen in them.

    The engine must have ended. The containers of an ordinary user have no groups.
    """
    groups = list(_groups(containers))
    for state in (group / "freezer.state" for group in groups):
        if state.exists():
            with suppress(OSError):
                state.write_text("THAWED")
    wait_until(lambda: not [group for group in groups if not _removed(group)], TIMEOUT)


def _groups(containers: Path) -> Iterator[Path]:
    """The groups of the containers. Each is named after its container's ID, which is unique."""
    ids = [each.name for each in containers.iterdir()] if containers.is_dir() else []
    hierarchies = list(HIERARCHIES.iterdir()) if ids and HIERARCHIES.is_dir() else []
    yield from (found for one in hierarchies for id_ in ids if (found := one / id_).is_dir())


def _removed(group: Path) -> bool:
    with suppress(OSError):  # a process is still in it
        group.rmdir()
    return not group.is_dir()
