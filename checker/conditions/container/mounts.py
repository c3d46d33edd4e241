"""What is mounted into a container, and what is wrong with that."""

from collections.abc import Iterator

from checker.conditions.reasons import Commands, Private, PrivateNames, Reason
from checker.conditions.volume import is_anonymous
from checker.facts.facts import Facts
from checker.facts.objects import Container


class _WrongMount(Reason, frozen=True):
    """Base: the container `name` should have something else at its folder `target`."""

    name: Private
    target: str
    replace_commands: Commands
    next = ("{replace_commands}",)


class MountMissing(_WrongMount, frozen=True, tag="mount-missing"):
    """Nothing is mounted at the folder of the container."""

    seen = "Nothing is mounted at `{target}` of `{name}`."
    cause = "What is written there is lost with the container. Mounts are set when a container is made."


class FolderNotVolume(_WrongMount, frozen=True, tag="folder-not-volume"):
    """A folder of the machine is mounted where the step asks for a volume."""

    volume: str
    folder: Private
    asked = "This step asks for the volume `{volume}` at `{target}`."
    seen = "`{name}` has the folder `{folder}` of this machine there."
    cause = "In front of the colon, a name is a volume and a path is a folder."


class OtherMount(_WrongMount, frozen=True, tag="other-mount"):
    """Another volume or folder is mounted at the folder of the container."""

    source: Private  # the source that is asked for; of a folder, its full path on the learner's machine
    kind: str
    found: Private
    asked = "This step asks for `{source}` at `{target}`."
    seen = "`{name}` has {mount} there."

    @property
    def mount(self) -> str:
        """What is mounted, in words."""
        if self.kind == "bind":
            return f"the folder `{self.found}` of this machine"
        return "a volume without a name" if is_anonymous(self.found) else f"the {self.kind} `{self.found}`"


class MountedElsewhere(_WrongMount, frozen=True, tag="mounted-elsewhere"):
    """The volume or folder is mounted, but at another folder of the container."""

    source: Private
    elsewhere: PrivateNames
    asked = "This step asks for `{source}` at `{target}`."
    seen = "`{name}` has it at {elsewhere}."


WRONG_MOUNT = (FolderNotVolume, OtherMount, MountedElsewhere, MountMissing)


def wrong_mount(
    found: Container, target: str, source: str, replace_commands: tuple[str, ...]
) -> Iterator[Reason]:
    """Nothing is mounted there, or something else, or the source is mounted elsewhere."""
    here = next((m for m in found.mounts if m.target == target.rstrip("/")), None)
    if here and here.source == source:
        return
    name, elsewhere = found.name, tuple(m.target for m in found.mounts if m.source == source)
    if here and here.kind == "bind" and "/" not in source:
        yield FolderNotVolume(name, target, replace_commands, volume=source, folder=here.source)
    elif here:
        yield OtherMount(name, target, replace_commands, source=source, kind=here.kind, found=here.source)
    elif elsewhere:
        yield MountedElsewhere(name, target, replace_commands, source=source, elsewhere=elsewhere)
    else:
        yield MountMissing(name, target, replace_commands)


def absolute(source: str, facts: Facts) -> str:
    """A volume's name as it is; a path as an absolute one, relative to the learner's folder."""
    if "/" not in source or source.startswith("/"):
        return source
    return f"{facts.folder.rstrip('/')}/{source.removeprefix('./')}"
