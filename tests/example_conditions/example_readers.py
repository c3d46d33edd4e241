"""Reads the example's own kind of fact: what `docker diff` shows."""

from urllib.parse import quote

from example_conditions import ContainerChanges

from checker.sources.reader import Reader, reads


@reads(ContainerChanges)
def container_changes(need: ContainerChanges, sources: Reader) -> tuple[str, ...] | None:
    """Ask the engine. It answers `null` when nothing has changed, as if there were nothing."""
    if sources.engine.container(need.container) is None:
        return None
    found = sources.engine.get(f"/containers/{quote(need.container)}/changes") or ()
    return tuple(each["Path"] for each in found)
