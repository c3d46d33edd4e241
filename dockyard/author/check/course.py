"""Rules about `course.yaml`: it lists the lessons of its folder, in the order of their files."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checker.course.course_file import CourseDraft
from checker.course.yaml_source import Problem


def course_problems(courses: Mapping[Path, CourseDraft], lessons: tuple[Path, ...]) -> Iterator[Problem]:
    """All problems of the courses' own files; those in the list only if the whole course is checked."""
    for course in courses.values():
        yield from (each for each in course.problems if each.file == course.source.file)
        if course.declared and not course.problems and set(course.lessons.values()) <= set(lessons):
            yield from _unlisted(course)
            yield from _out_of_order(course)


def _unlisted(course: CourseDraft) -> Iterator[Problem]:
    for lesson, file in course.files.items():
        if lesson not in course.lessons:
            what = f"`{lesson}` ({file.name}) is not listed, so it is not part of the course"
            yield Problem(course.source.file, course.source.line("lessons"), what)


def _out_of_order(course: CourseDraft) -> Iterator[Problem]:
    by_file = [lesson for lesson in course.files if lesson in course.lessons]
    for index, (listed, numbered) in enumerate(zip(course.lessons, by_file, strict=True)):
        if listed != numbered:
            what = f"`{listed}` is listed here, but the next file is {course.files[numbered].name}"
            line = course.source.line("lessons", index)
            yield Problem(course.source.file, line, f"{what}: number the files in the order of this list")
            return
