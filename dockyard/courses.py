"""The courses of a home: the built-in one and those that were added. Says which of them is on.

The folder that DOCKYARD_LESSONS names is on, if it is set; otherwise the course that was chosen with
`dockyard course use`; otherwise the built-in one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checker.course.course import Course
from checker.course.course_file import COURSE_FILE, folder_id, read_course
from checker.course.lesson_reader import read_draft
from checker.course.suggestions import suggestion
from checker.errors import LessonError, UsageError
from dockyard.home import Home
from dockyard.system.files import write_atomically

Origin = Literal["built-in", "added", "DOCKYARD_LESSONS"]


@dataclass(frozen=True)
class KnownCourse:
    """A course of a home: where it came from, whether it is on, and why it cannot be used, if so."""

    course: Course
    origin: Origin
    is_on: bool
    problems: tuple[str, ...]


def built_in_folder(part: str = "lessons") -> Path:
    """The folder of the built-in course's `lessons` or `notebooks`: in the package, or in the checkout."""
    here = Path(__file__).resolve().parent
    packaged = here / "course" / part
    return packaged if packaged.is_dir() else here.parent / part


def built_in() -> Course:
    """The course that comes with Dockyard."""
    return Course(built_in_folder())


def current(home: Home) -> Course:
    """The course that is on. Raises UsageError if the folder of the chosen one is gone."""
    folder = _on(home)
    if folder != home.lessons and not folder.is_dir():
        commands = (f"dockyard course use {built_in().id}", "dockyard course list")
        raise UsageError(f"The course that is on was in {folder}, and this folder is gone.", commands)
    return Course(folder)


def known(home: Home) -> tuple[KnownCourse, ...]:
    """All courses of a home, the built-in one first. One of them is on."""
    origins: dict[Path, Origin] = {built_in_folder(): "built-in"}
    origins |= dict.fromkeys(_added(home).values(), "added")
    if home.lessons:
        origins.setdefault(home.lessons, "DOCKYARD_LESSONS")
    on = _on(home)
    return tuple(
        KnownCourse(Course(folder), origin, folder == on, _unusable(folder))
        for folder, origin in origins.items()
    )


def add(home: Home, folder: Path) -> Course:
    """Remember the course of a folder. Raises LessonError with all problems in it, UsageError."""
    folder = folder.expanduser().resolve()
    course = _checked(folder)
    other = _permanent(home).get(course.id, course)
    if other != course:
        message = f"The id `{course.id}` is taken by the course in {other.folder}."
        raise UsageError(
            f"{message} Write another id into {folder / COURSE_FILE}.", ("dockyard course list",)
        )
    if folder != built_in_folder() and folder not in _added(home).values():
        home.make()
        _links(home).mkdir(exist_ok=True)
        (_links(home) / folder_id(folder)).symlink_to(folder)
    return course


def use(home: Home, course_id: str) -> Course:
    """Turn a course on. Raises UsageError if there is none with this id."""
    courses = _permanent(home)
    if course_id not in courses:
        message = f"There is no course `{course_id}`{suggestion(course_id, courses)}."
        raise UsageError(message, ("dockyard course list", "dockyard course add FOLDER"))
    home.make()
    course = courses[course_id]
    if course == built_in():
        _choice_file(home).unlink(missing_ok=True)
    else:
        write_atomically(_choice_file(home), f"{folder_id(course.folder)}\n")
    return course


def _permanent(home: Home) -> dict[str, Course]:
    """The usable courses by id, without that of DOCKYARD_LESSONS, which belongs to one process."""
    found = [each.course for each in known(home) if each.origin != "DOCKYARD_LESSONS" and not each.problems]
    return {course.id: course for course in reversed(found)}  # of two with one id, the first counts


def _checked(folder: Path) -> Course:
    """The course of a folder, with all its lessons readable."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.")
    draft = read_course(folder)
    if not draft.declared and not draft.files:
        message = f"{folder} has no lessons: no `NN-name.md` with a `NN-name.yaml` beside it."
        raise UsageError(message, (f"dockyard author new first --folder {folder}",))
    in_lessons = (each for file in draft.lessons.values() for each in read_draft(file).problems)
    if problems := (*draft.problems, *in_lessons):
        raise LessonError(tuple(map(str, problems)))
    return Course(folder)


def _unusable(folder: Path) -> tuple[str, ...]:
    """Why the course of a folder cannot be used; empty if it can."""
    if not folder.is_dir():
        return ("the folder is gone",)
    return tuple(map(str, read_course(folder).problems))


def _on(home: Home) -> Path:
    """The folder of the course that is on."""
    if home.lessons:
        return home.lessons
    try:
        name = _choice_file(home).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return built_in_folder()
    return _added(home).get(name, _links(home) / name)


def _added(home: Home) -> dict[str, Path]:
    """The folders of the added courses, by the names of their links."""
    links = (link for link in sorted(_links(home).glob("*")) if link.is_symlink())
    return {link.name: link.readlink() for link in links}


def _links(home: Home) -> Path:
    """The folder with a link for each added course. Separate files: two can be added at the same time."""
    return home.path / "courses"


def _choice_file(home: Home) -> Path:
    """The file with the name of the link to the course that is on; missing if it is the built-in one."""
    return home.path / "course"
