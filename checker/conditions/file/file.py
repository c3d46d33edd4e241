"""`file: PATH`, in the learner's folder, that `is: present` or `is: dockerfile`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

import msgspec

from checker.conditions.base import Goal
from checker.conditions.file.dockerfile import base_of
from checker.conditions.wording import is_typo, join_words, shell_command
from checker.facts.facts import Facts
from checker.facts.history import History
from checker.facts.needs import FILES, Need, ReadFile
from checker.facts.objects import familiar, full_name
from checker.verdict import Diagnosis

ENDINGS = (".txt", ".md", ".yml", ".yaml", ".sh", ".rtf", ".doc", ".docx")  # that editors add unasked


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

    def missing(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is not there: under another name, in another folder, or nowhere."""
        if facts[ReadFile(self.path)]:
            return
        enter = shell_command("cd", facts.folder)
        for found in filter(self.is_misnamed, facts[FILES]):
            message = (
                f"There is `{found}` in your folder {facts.folder}. The name asked for is `{self.path}`,"
            )
            mend = (enter, shell_command("mv", found, self.path))
            yield Diagnosis("file-misnamed", f"{message} letter for letter.", mend)
        for found in facts[FILES]:
            if found.rpartition("/")[2] == self.name:
                message = f"There is `{found}` in your folder {facts.folder}, but this step wants"
                mend = (enter, shell_command("mv", found, self.path))
                yield Diagnosis("file-elsewhere", f"{message} it at another place: `{self.path}`.", mend)
        message = f"There is no file `{self.path}` in your folder, {facts.folder}."
        yield Diagnosis("no-file", f"{message} Files in other places are not looked at.", (enter, "ls -l"))

    def is_misnamed(self, found: str) -> bool:
        """Whether a file in the same folder has nearly the right name."""
        folder, _, name = found.rpartition("/")
        if folder != self.path.rpartition("/")[0] or name == self.name:
            return False
        bare = next((name.removesuffix(end) for end in ENDINGS if name.lower().endswith(end)), name)
        return bare.lower() == self.name.lower() or is_typo(name.lower(), self.name.lower())

    def unreadable(self, facts: Facts) -> Iterator[Diagnosis]:
        """It is there, and there is no text in it."""
        file, look = (
            facts[ReadFile(self.path)],
            (shell_command("cd", facts.folder), shell_command("ls", "-l", self.path)),
        )
        if file and file.text is None:
            message = f"`{self.path}` is no text, or far too long for one."
            yield Diagnosis("file-not-text", message, look)
        elif file and not (file.text or "").strip():
            message = f"`{self.path}` is empty. Was it saved after you wrote into it?"
            yield Diagnosis("file-empty", message, look)

    def show(self, facts: Facts) -> tuple[str, ...]:
        """The commands that show the file."""
        return (shell_command("cd", facts.folder), shell_command("cat", self.path))


class FilePresent(_File, frozen=True, tag="present"):
    """The file is in the learner's folder; `contains` lists texts that it must hold."""

    example: ClassVar[str] = """
        file: web/index.html
        is: present
        contains: ["<h1>"]
    """
    contains: tuple[str, ...] = ()

    def evidence(self, facts: Facts) -> str | None:
        """The file, and what it holds."""
        file = facts[ReadFile(self.path)]
        if file is None or self.lacking(facts):
            return None
        return f"`{self.path}` is there{f' and holds {join_words(self.contains)}' if self.contains else ''}."

    def lacking(self, facts: Facts) -> tuple[str, ...]:
        """The texts that it should hold and does not."""
        file = facts[ReadFile(self.path)]
        text = (file.text if file else None) or ""
        return tuple(words for words in self.contains if words not in text)

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Not there, nothing in it, or not what it should hold."""
        yield from self.missing(facts)
        yield from self.unreadable(facts)
        message = f"`{self.path}` is there, but it does not hold {join_words(self.lacking(facts))}."
        yield Diagnosis("file-lacks", message, self.show(facts))


class FileDockerfile(_File, frozen=True, tag="dockerfile"):
    """The file is a Dockerfile whose image is built on `base`, or on anything where none is asked for."""

    example: ClassVar[str] = """
        file: Dockerfile
        is: dockerfile
        base: ubuntu
    """
    base: str | None = None

    def image_names(self) -> Iterable[str]:
        """The base."""
        return (full_name(self.base) or self.base,) if self.base else ()

    def found(self, facts: Facts) -> str | None:
        """What it is built on; None if it does not say, or is not there."""
        file = facts[ReadFile(self.path)]
        return base_of(file.text) if file and file.text else None

    def evidence(self, facts: Facts) -> str | None:
        """Its base."""
        found = self.found(facts)
        if found is None or (self.base and full_name(found) != full_name(self.base)):
            return None
        return f"`{self.path}` is a Dockerfile whose image is built on `{found}`."

    def diagnoses(self, facts: Facts) -> Iterator[Diagnosis]:
        """Not there, nothing in it, no FROM, or another base."""
        yield from self.missing(facts)
        yield from self.unreadable(facts)
        found = self.found(facts)
        if found is None:
            message = f"`{self.path}` has no line with FROM. A Dockerfile begins with the image to build on."
            yield Diagnosis("no-from", message, self.show(facts))
        wanted = familiar(full_name(self.base) or self.base) if self.base else ""
        message = f"`{self.path}` builds on `{found}`. This step wants `FROM {wanted}`."
        yield Diagnosis("other-base", message, self.show(facts))
