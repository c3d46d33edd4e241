"""Reads the facts that conditions need: each from its source, each once.

One function reads one kind of fact. It gets the need and the sources, which can only read:

    @reads(ContainerChanges)
    def container_changes(need: ContainerChanges, sources: Reader) -> tuple[Change, ...]:
        found = sources.engine.get(f"/containers/{quote(need.container)}/changes") or ()
        return tuple(Change(each["Kind"], each["Path"]) for each in found)

A package from elsewhere names its function in an entry point whose name is that of the need's class:

    [project.entry-points."checker.readers"]
    ContainerChanges = "example_readers:container_changes"
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checker import plugins
from checker.errors import CannotTell, CheckerError, LessonError
from checker.facts import needs
from checker.facts.needs import Need
from checker.sources.engine import Engine
from checker.sources.http_probe import machine_of, reply
from checker.sources.registries import Registries
from checker.sources.workspace import Workspace

GROUP = "checker.readers"


@dataclass
class Reader:
    """An engine and the sources beside it."""

    engine: Engine
    registries: Registries = field(default_factory=Registries)
    workspace: Workspace = field(default_factory=lambda: Workspace(None))

    def close(self) -> None:
        """Close all connections."""
        self.engine.close()
        self.registries.close()

    def read(self, wanted: Iterable[Need[object]]) -> dict[Need[object], Any]:
        """Read each need once, and map it to what was found.

        Raises CannotTell if the engine gives no answer: then nothing can be judged. If a source beside
        the engine gives none, only its needs are unknown: each is mapped to a CannotTell. Raises
        LessonError if a need has no reader, or if its reader fails.
        """
        return {need: self._read_one(need) for need in sorted(set(wanted), key=repr)}

    def _read_one(self, need: Need[object]) -> Any:
        function, beside_the_engine = READERS.get(type(need)) or _foreign_reader(type(need))
        try:
            return function(need, self)
        except CannotTell as error:
            if not beside_the_engine:
                raise
            return error
        except CheckerError:
            raise
        except Exception as error:  # a foreign function may raise anything
            raise LessonError((f"{need} cannot be read: {function.__module__} fails: {error!r}.",)) from error


Wanted = TypeVar("Wanted", bound=Need[object])
ReadFunction = Callable[[Wanted, Reader], object]
READERS: dict[type[Need[object]], tuple[ReadFunction[Any], bool]] = {}


def reads(
    kind: type[Wanted], *, beside_the_engine: bool = False
) -> Callable[[ReadFunction[Wanted]], ReadFunction[Wanted]]:
    """Register the function that reads one kind of fact.

    `beside_the_engine`: it reads another source, and other facts are known even if this one is not.
    """

    def register(function: ReadFunction[Wanted]) -> ReadFunction[Wanted]:
        READERS[kind] = function, beside_the_engine
        return function

    return register


def _foreign_reader(kind: type[Need[object]]) -> tuple[ReadFunction[Any], bool]:
    """The reader that another package brings. Raises LessonError."""
    points = [point for point in plugins.installed(GROUP) if point.name == kind.__name__]
    for point in points:
        plugins.load(point)  # its decorator registers the function
    if kind in READERS:
        return READERS[kind]
    if points:
        raise plugins.refused(points[0], f"it does not register a reader with `@reads({kind.__name__})`")
    where = f"{kind.__module__}.{kind.__name__}"
    raise LessonError((f"Nothing reads {where}: no entry point of {GROUP} is called `{kind.__name__}`.",))


@reads(needs.InspectImage)
def _image(need: needs.InspectImage, sources: Reader) -> object:
    return sources.engine.image(need.key)


@reads(needs.CountHistory)
def _history(need: needs.CountHistory, sources: Reader) -> object:
    return sources.engine.image_rows(need.key)


@reads(needs.ListImages)
def _images(_: needs.ListImages, sources: Reader) -> object:
    return sources.engine.images()


@reads(needs.ListDangling)
def _dangling(_: needs.ListDangling, sources: Reader) -> object:
    return sources.engine.dangling()


@reads(needs.InspectContainer)
def _container(need: needs.InspectContainer, sources: Reader) -> object:
    return sources.engine.container(need.key)


@reads(needs.ListContainers)
def _containers(_: needs.ListContainers, sources: Reader) -> object:
    return sources.engine.containers()


@reads(needs.ReadLogs)
def _logs(need: needs.ReadLogs, sources: Reader) -> object:
    return sources.engine.logs(need.key)


@reads(needs.InspectVolume)
def _volume(need: needs.InspectVolume, sources: Reader) -> object:
    return sources.engine.volume(need.name)


@reads(needs.ListVolumes)
def _volumes(_: needs.ListVolumes, sources: Reader) -> object:
    return sources.engine.volumes()


@reads(needs.InspectNetwork)
def _network(need: needs.InspectNetwork, sources: Reader) -> object:
    return sources.engine.network(need.name)


@reads(needs.ResolveReference, beside_the_engine=True)
def _remote_image(need: needs.ResolveReference, sources: Reader) -> object:
    return sources.registries.image(need.reference)


@reads(needs.ListTags, beside_the_engine=True)
def _tags(need: needs.ListTags, sources: Reader) -> object:
    return sources.registries.tags(need.reference)


@reads(needs.ReadFile, beside_the_engine=True)
def _file(need: needs.ReadFile, sources: Reader) -> object:
    return sources.workspace.file(need.path)


@reads(needs.ListFiles, beside_the_engine=True)
def _files(_: needs.ListFiles, sources: Reader) -> object:
    return sources.workspace.files()


@reads(needs.ProbePort, beside_the_engine=True)
def _reply(need: needs.ProbePort, sources: Reader) -> object:
    return reply(machine_of(sources.engine.endpoint.host), need.port)
