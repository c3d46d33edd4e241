"""`config:` of an image: the settings with which its containers start."""

from collections.abc import Iterator

import msgspec

from checker.conditions.wording import join_words
from checker.facts.objects import ImageConfig
from checker.verdict import Diagnosis

ROOT = ("", "root", "0")
ANY_BUT_ROOT = "any-but-root"


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

    def lacking(self, short: str, found: ImageConfig, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        """What is otherwise in an image of this short name."""
        yield from self._user(short, found.user, mend)
        if self.command is not None and self.command != found.command:
            message = _otherwise(short, "runs", found.command, "CMD", self.command)
            yield Diagnosis("other-command", message, mend)
        if self.entrypoint is not None and self.entrypoint != found.entrypoint:
            message = _otherwise(short, "enters by", found.entrypoint, "ENTRYPOINT", self.entrypoint)
            yield Diagnosis("other-entrypoint", message, mend)
        if self.workdir is not None and self.workdir != found.workdir:
            message = f"`{short}` starts in the folder `{found.workdir or '/'}`, not in `{self.workdir}`."
            yield Diagnosis("other-workdir", f"{message} WORKDIR sets it.", mend)
        yield from self._named_values(short, found, mend)
        ports = [str(port) if "/" in str(port) else f"{port}/tcp" for port in self.exposes]
        if closed := [port for port in ports if port not in found.exposes]:
            message = f"`{short}` does not say that it listens on {join_words(closed)}. EXPOSE does."
            yield Diagnosis("not-exposed", message, mend)

    def _user(self, short: str, found: str, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        is_root = found.partition(":")[0] in ROOT
        if self.user == ANY_BUT_ROOT and is_root:
            message = f"A container from `{short}` still runs as root. A line with USER, such as"
            yield Diagnosis("runs-as-root", f"{message} `USER nobody`, names somebody else.", mend)
        elif self.user not in (None, ANY_BUT_ROOT, found):
            message = f"A container from `{short}` runs as `{found or 'root'}`, not as `{self.user}`."
            yield Diagnosis("other-user", f"{message} USER says as whom.", mend)

    def _named_values(self, short: str, found: ImageConfig, mend: tuple[str, ...]) -> Iterator[Diagnosis]:
        variables = dict(_pair(each) for each in found.env)
        for name, value in self.env.items():
            if variables.get(name) != value:
                has = f"`{variables[name]}`" if name in variables else "not set"
                message = f"In `{short}`, the variable `{name}` is {has}; it should be `{value}`."
                yield Diagnosis("other-env", f"{message} ENV sets it.", mend)
        for name, value in self.labels.items():
            if found.labels.get(name) != value:
                has = f"`{found.labels[name]}`" if name in found.labels else "not there"
                message = f"In `{short}`, the label `{name}` is {has}; it should be `{value}`."
                yield Diagnosis("other-label", f"{message} LABEL sets it.", mend)


def _otherwise(short: str, does: str, found: tuple[str, ...], line: str, wanted: tuple[str, ...]) -> str:
    what = f"`{' '.join(found)}`" if found else "nothing"
    return f"`{short}` {does} {what}; this step wants `{' '.join(wanted)}`. {line} says so."


def _pair(written: str) -> tuple[str, str]:
    name, _, value = written.partition("=")
    return name, value
