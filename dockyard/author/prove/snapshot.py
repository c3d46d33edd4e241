"""The visible state of an engine, its hub and the learner's folder, to find out what changed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from checker.facts.objects import Event, Image, familiar
from checker.sources.engine import Engine
from dockyard.engine.kinds import engine_of
from dockyard.home import Home
from dockyard.system.waiting import wait_until

REPOSITORIES = "docker/registry/v2/repositories"
TAGS = "**/_manifests/tags/*/current/link"
BY_ITSELF = ("die", "oom", "destroy", "disconnect", "unmount")  # the events of a container that ends
QUIET = 0.03  # seconds without an event after which the learner's own commands are finished
TIMEOUT = 2.0  # seconds to wait for that


@dataclass(frozen=True)
class Snapshot:
    """Everything that exists at a moment (nanoseconds), each thing described in words."""

    at: int
    things: frozenset[str]


def take(home: Home, engine: Engine) -> Snapshot:
    """A snapshot of what exists now."""
    return Snapshot(time.time_ns(), frozenset((*_on(engine), *_in_hub(home), *_files(home))))


def settle(engine: Engine) -> None:
    """Wait until the engine has been quiet for a moment: a command may return before its last events."""
    wait_until(lambda: not engine.events(time.time_ns() - int(QUIET * 1e9)), TIMEOUT, poll=QUIET / 2)


def changes(home: Home, engine: Engine, before: Snapshot) -> tuple[str, ...]:
    """What someone has changed since: things that came or went, and events that do not happen by themselves.

    The end of a container and a health check happen by themselves.
    """
    after, events = take(home, engine), engine.events(before.at)
    ended = {event.id for event in events if event.type == "container" and event.action == "die"}
    ended -= {event.id for event in events if event.action == "kill"}
    names = {_container(event.attributes.get("name", "")) for event in events if event.id in ended}
    gone = before.things - after.things - names
    caused = {
        f"{event.type} {event.action}: {_name(event)}" for event in events if not _by_itself(event, engine)
    }
    came = (f"{thing} has come" for thing in after.things - before.things)
    went = (f"{thing} has gone" for thing in gone)
    return tuple(sorted((*came, *went, *caused)))


def _by_itself(event: Event, engine: Engine) -> bool:
    if event.action.startswith("exec_") and event.type == "container":
        container = engine.container(event.id)
        return container is None or bool(container.health)
    return event.action in BY_ITSELF or event.action.startswith("health_status")


def _name(event: Event) -> str:
    return event.attributes.get("name") or familiar(event.id)


def _on(engine: Engine) -> Iterator[str]:
    for image in engine.images():
        yield from _names(image)
    yield from (_container(container.name) for container in engine.containers())
    yield from (f"the volume {volume.name}" for volume in engine.volumes())
    yield from (f"the network {network.name}" for network in engine.networks())


def _names(image: Image) -> Iterator[str]:
    for name in image.names or ("without a name",):
        yield f"the image {familiar(name)} ({image.short_id})"


def _container(name: str) -> str:
    return f"the container {name}"


def _in_hub(home: Home) -> Iterator[str]:
    for link in (home.hub / REPOSITORIES).glob(TAGS):
        *repository, _, _, tag, _, _ = link.relative_to(home.hub / REPOSITORIES).parts
        yield f"the hub's {'/'.join(repository)}:{tag} ({link.read_text()[:19]})"


def _files(home: Home) -> Iterator[str]:
    for folder in (home.workspace, engine_of(home).docker_config):
        for path in folder.rglob("*"):
            found = path.lstat()
            yield f"the file {path.relative_to(folder)} ({found.st_size} bytes, {found.st_mtime_ns})"
