"""`file: PATH`, in the learner's folder, that `is: present` or `is: dockerfile`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

import msgspec

from checker.conditions.base import Goal
from checker.conditions.file.dockerfile import base_of
from checker.conditions.file.file_reasons import (
    FileElsewhere,
    FileEmpty,
    FileLacks,
    FileMisnamed,
    FileNotText,
    NoFile,
    NoFrom,
)
from checker.conditions.image.comparison import OtherBase
from checker.conditions.reasons import Reason
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import FILES, Need, ReadFile
from checker.facts.objects import familiar, full_name

ENDINGS = (".txt", ".md", ".yml", ".yaml", ".sh", ".rtf", ".doc", ".docx")  # that editors add
# There is no such file, or no text in it.
NO_TEXT: tuple[type[Reason], ...] = (FileMisnamed, FileElsewhere, NoFile, FileNotText, FileEmpty)


class _File(Goal, frozen=True):
    path: str = msgspec.field(name="file")

    def __post_init__(self) -> None:
        if self.path.startswith("/") or not {"", ".", ".."}.isdisjoint(self.path.split("/")):
            raise ValueError(
                "`file` is a path in the learner's folder, such as `Dockerfile` or `web/index.html`"
            )

    @property
    def name(self) -> str:
        """The file's own name, without folders."""
        return self.path.rpartition("/")[2]

    def needs(self, history: History) -> Iterable[Need[object]]:  # noqa: ARG002 - the same at any time
        """The file."""
        return (ReadFile(self.path),)

    def diagnostic_needs(self, facts: Facts) -> Iterable[Need[object]]:
        """What else is there, if it is not."""
        return () if facts[ReadFile(self.path)] else (FILES,)

    def missing(self, facts: Facts) -> Iterator[Reason]:
        """It is not there: under another name, in another folder, or nowhere."""
        if facts[ReadFile(self.path)]:
            return
        for found in filter(self.is_misnamed, facts[FILES]):
            yield FileMisnamed(path=self.path, folder=facts.folder, found=found)
        for found in facts[FILES]:
            if found.rpartition("/")[2] == self.name:
                yield FileElsewhere(path=self.path, folder=facts.folder, found=found)
        yield NoFile(path=self.path, folder=facts.folder)

    def is_misnamed(self, found: str) -> bool:
        """Whether a file in the same folder has nearly the right name."""
        folder, _, name = found.rpartition("/")
        if folder != self.path.rpartition("/")[0] or name == self.name:
            return False
        bare = next((name.removesuffix(end) for end in ENDINGS if name.lower().endswith(end)), name)
        return bare.lower() == self.name.lower() or is_typo(name.lower(), self.name.lower())

    def unreadable(self, facts: Facts) -> Iterator[Reason]:
        """It is there, and there is no text in it."""
        file = facts[ReadFile(self.path)]
        if file and file.text is None:
            yield FileNotText(path=self.path, folder=facts.folder)
        elif file and not (file.text or "").strip():
            yield FileEmpty(path=self.path, folder=facts.folder)


class FilePresent(_File, frozen=True, tag="present"):
    """The file is in the learner's folder; `contains` lists texts that it must contain."""

    example: ClassVar[str] = """
        file: web/index.html
        is: present
        contains: ["<h1>"]
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NO_TEXT, FileLacks)

    contains: tuple[str, ...] = ()

    def evidence(self, facts: Facts) -> str | None:
        """The file, and what it contains."""
        file = facts[ReadFile(self.path)]
        if file is None or self.lacking(facts):
            return None
        return (
            f"`{self.path}` is there{f' and contains {join_words(self.contains)}' if self.contains else ''}."
        )

    def lacking(self, facts: Facts) -> tuple[str, ...]:
        """The texts that it should contain and does not."""
        file = facts[ReadFile(self.path)]
        text = (file.text if file else None) or ""
        return tuple(words for words in self.contains if words not in text)

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Not there, nothing in it, or a text is missing."""
        yield from self.missing(facts)
        yield from self.unreadable(facts)
        yield FileLacks(path=self.path, folder=facts.folder, missing=self.lacking(facts))


class FileDockerfile(_File, frozen=True, tag="dockerfile"):
    """The file is a Dockerfile whose image is built on `base`, or on any image if `base` is left out."""

    example: ClassVar[str] = """
        file: Dockerfile
        is: dockerfile
        base: ubuntu
    """
    reasons: ClassVar[tuple[type[Reason], ...]] = (*NO_TEXT, NoFrom, OtherBase)

    base: str | None = None

    def image_names(self) -> Iterable[str]:
        """The base."""
        return (full_name(self.base) or self.base,) if self.base else ()

    def found(self, facts: Facts) -> str | None:
        """What it is built on; None if it does not say that, or is not there."""
        file = facts[ReadFile(self.path)]
        return base_of(file.text) if file and file.text else None

    def evidence(self, facts: Facts) -> str | None:
        """Its base."""
        found = self.found(facts)
        if found is None or (self.base and full_name(found) != full_name(self.base)):
            return None
        return f"`{self.path}` is a Dockerfile whose image is built on `{found}`."

    def diagnoses(self, facts: Facts) -> Iterator[Reason]:
        """Not there, nothing in it, no FROM, or another base."""
        yield from self.missing(facts)
        yield from self.unreadable(facts)
        found = self.found(facts)
        if found is None:
            yield NoFrom(path=self.path, folder=facts.folder)
        base = familiar(full_name(self.base) or self.base) if self.base else ""
        look = (shell_command("cd", facts.folder), shell_command("cat", self.path))
        yield OtherBase(file=self.path, base=base, found=found or "", next_commands=look)
