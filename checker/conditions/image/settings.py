"""`config:` of an image: the settings with which its containers start."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from checker.conditions.reasons import PRIVATE, Commands, Private, Reason
from checker.facts.objects import ImageConfig

ROOT = ("", "root", "0")
ANY_BUT_ROOT = "any-but-root"


class _SettingReason(Reason, frozen=True):
    image: str
    next_commands: Commands
    next = ("{next_commands}",)


class OtherCommand(_SettingReason, frozen=True, tag="other-command"):
    """Containers from the image run another command."""

    command: str
    found: Private
    asked = ("This step asks for the command `{command}`.", "This step asks for no command.")
    seen = ("`{image}` runs `{found}`.", "`{image}` runs nothing.")
    cause = "CMD in the Dockerfile sets the command."


class OtherEntrypoint(_SettingReason, frozen=True, tag="other-entrypoint"):
    """The image has another entrypoint."""

    entrypoint: str
    found: Private
    asked = ("This step asks for the entrypoint `{entrypoint}`.", "This step asks for no entrypoint.")
    seen = ("`{image}` has the entrypoint `{found}`.", "`{image}` has no entrypoint.")
    cause = "ENTRYPOINT in the Dockerfile sets it."


class OtherWorkdir(_SettingReason, frozen=True, tag="other-workdir"):
    """Containers from the image start in another folder."""

    workdir: str
    found: Private
    seen = "`{image}` starts in the folder `{found}`, not in `{workdir}`."
    cause = "WORKDIR in the Dockerfile sets the folder."


class RunsAsRoot(_SettingReason, frozen=True, tag="runs-as-root"):
    """Containers from the image run as root, and should not."""

    seen = "A container from `{image}` still runs as root."
    cause = "A line with USER in the Dockerfile, such as `USER nobody`, sets another user."


class OtherUser(_SettingReason, frozen=True, tag="other-user"):
    """Containers from the image run as another user."""

    user: str
    found: Private
    seen = "A container from `{image}` runs as `{found}`, not as `{user}`."
    cause = "USER in the Dockerfile sets the user."


class _ValueReason(_SettingReason, frozen=True):
    name: str
    value: str
    found: Annotated[str | None, PRIVATE] = None  # None: not set

    @property
    def is_now(self) -> str:
        """What was found, in words."""
        return "not set" if self.found is None else f"`{self.found}`"


class OtherEnv(_ValueReason, frozen=True, tag="other-env"):
    """An environment variable of the image has another value, or is not set."""

    seen = "In `{image}`, the variable `{name}` is {is_now}; it should be `{value}`."
    cause = "ENV in the Dockerfile sets it."


class OtherLabel(_ValueReason, frozen=True, tag="other-label"):
    """A label of the image has another value, or is not set."""

    seen = "In `{image}`, the label `{name}` is {is_now}; it should be `{value}`."
    cause = "LABEL in the Dockerfile sets it."


class NotExposed(_SettingReason, frozen=True, tag="not-exposed"):
    """The image does not declare a port on which its containers listen."""

    ports: tuple[str, ...]
    seen = "`{image}` does not declare that it listens on {ports}."
    cause = "EXPOSE in the Dockerfile declares a port."


SETTING_REASONS: tuple[type[Reason], ...] = (
    RunsAsRoot,
    OtherUser,
    OtherCommand,
    OtherEntrypoint,
    OtherWorkdir,
    OtherEnv,
    OtherLabel,
    NotExposed,
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that an image should have; words as in `docker image inspect`, in small letters.

    `user` is a name, or `any-but-root`; `exposes` holds ports (`80`, or `53/udp`).
    """

    user: str | None = None
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    workdir: str | None = None
    env: dict[str, str] = {}
    labels: dict[str, str] = {}
    exposes: tuple[int | str, ...] = ()

    def lacking(self, image: str, found: ImageConfig, next_commands: tuple[str, ...]) -> Iterator[Reason]:
        """The settings that are different in an image of this short name."""
        yield from self._user(image, found.user, next_commands)
        yield from self._process(image, found, next_commands)
        yield from self._values(image, found, next_commands)
        ports = [str(port) if "/" in str(port) else f"{port}/tcp" for port in self.exposes]
        if closed := tuple(port for port in ports if port not in found.exposes):
            yield NotExposed(image, next_commands, ports=closed)

    def _user(self, image: str, found: str, next_commands: tuple[str, ...]) -> Iterator[Reason]:
        is_root = found.partition(":")[0] in ROOT
        if self.user == ANY_BUT_ROOT and is_root:
            yield RunsAsRoot(image, next_commands)
        elif self.user is not None and self.user not in (ANY_BUT_ROOT, found):
            yield OtherUser(image, next_commands, user=self.user, found=found or "root")

    def _process(self, image: str, found: ImageConfig, next_commands: tuple[str, ...]) -> Iterator[Reason]:
        if self.command is not None and self.command != found.command:
            command, runs = " ".join(self.command), " ".join(found.command)
            yield OtherCommand(image, next_commands, command=command, found=runs)
        if self.entrypoint is not None and self.entrypoint != found.entrypoint:
            entrypoint, has = " ".join(self.entrypoint), " ".join(found.entrypoint)
            yield OtherEntrypoint(image, next_commands, entrypoint=entrypoint, found=has)
        if self.workdir is not None and self.workdir != found.workdir:
            starts_in = found.workdir or "/"
            yield OtherWorkdir(image, next_commands, workdir=self.workdir, found=starts_in)

    def _values(self, image: str, found: ImageConfig, next_commands: tuple[str, ...]) -> Iterator[Reason]:
        variables = dict(_pair(each) for each in found.env)
        for name, value in self.env.items():
            if variables.get(name) != value:
                yield OtherEnv(image, next_commands, name, value, found=variables.get(name))
        for name, value in self.labels.items():
            if found.labels.get(name) != value:
                yield OtherLabel(image, next_commands, name, value, found=found.labels.get(name))


def _pair(written: str) -> tuple[str, str]:
    name, _, value = written.partition("=")
    return name, value
