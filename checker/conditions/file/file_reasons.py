"""The reasons why a file of the learner's is not as a step asks for it."""

from checker.conditions.reasons import Private, Reason


class AboutFile(Reason, frozen=True):
    """Base of the reasons about a file: its path in the learner's folder, and that folder."""

    path: str
    folder: Private


class FileMisnamed(AboutFile, frozen=True, tag="file-misnamed"):
    """A file has nearly the right name: other letters, or an ending that an editor added."""

    found: Private
    seen = "There is `{found}` in your folder {folder}."
    cause = "The name must be exactly `{path}`."
    next = ("cd {folder}", "mv {found} {path}")


class FileElsewhere(AboutFile, frozen=True, tag="file-elsewhere"):
    """A file has the right name and is in another folder."""

    found: Private
    asked = "This step asks for `{path}` in your folder {folder}."
    seen = "It is at `{found}` instead."
    next = ("cd {folder}", "mv {found} {path}")


class NoFile(AboutFile, frozen=True, tag="no-file"):
    """There is no such file, and none with a similar name."""

    seen = "There is no file `{path}` in your folder {folder}."
    cause = "The check does not look outside this folder."
    next = ("cd {folder}", "ls -l")


class FileNotText(AboutFile, frozen=True, tag="file-not-text"):
    """The file is not text, or too large to be read."""

    seen = "`{path}` is not a text file, or it is too large."
    next = ("cd {folder}", "ls -l {path}")


class FileEmpty(AboutFile, frozen=True, tag="file-empty"):
    """The file is empty."""

    seen = "`{path}` is empty."
    cause = "Was it saved after you wrote into it?"
    next = ("cd {folder}", "ls -l {path}")


class FileLacks(AboutFile, frozen=True, tag="file-lacks"):
    """The file does not contain a text that the step asks for."""

    missing: tuple[str, ...]
    seen = "`{path}` is there, but it does not contain {missing}."
    next = ("cd {folder}", "cat {path}")


class NoFrom(AboutFile, frozen=True, tag="no-from"):
    """The Dockerfile has no FROM, so it builds on nothing."""

    seen = "`{path}` has no line with FROM."
    cause = "A Dockerfile begins with `FROM` and the image to build on."
    next = ("cd {folder}", "cat {path}")
