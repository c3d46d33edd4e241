"""`dockyard author new`: writes a small lesson that passes `check` and `prove`, for the author to replace."""

import re
from collections.abc import Iterator
from pathlib import Path

from checker.course.course_file import LESSON_FILES, read_course
from checker.errors import UsageError
from dockyard import courses
from dockyard.home import Home

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SCHEMA = "lesson.schema.json"
TEXT = """\
# {title}

In two sentences: what your reader will know, and be able to do, at the end.

## A first thing to do

Say what one needs to know before the work begins, and show it:

```sh
docker run busybox echo "anybody home?"
```

```
anybody home?
```

<!-- step: say-hello -->

**Your turn.** Let a container from the image `hello-world` run to its end.

## What you can do now

- start a container from an image
"""
DATA = """\
# yaml-language-server: $schema={schema}
title: {title}
minutes: 10
steps:
  say-hello:
    check:
      container: any
      from: hello-world
      is: ran
    hints:
      - The command that makes a container and starts it is `docker run`.
      - Its one argument is the name of the image, here `hello-world`.
    solution: docker run hello-world
    routes:
      - |
        docker create --name greeting hello-world
        docker start --attach greeting
    mistakes:
      only pulled it:
        run: docker pull hello-world
        reason: pulled-not-run
        says: [hello-world, docker run hello-world]
"""


def new_lesson(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the two files of a lesson and, if it is missing, the schema; returns their paths, Markdown first.

    Nothing is overwritten. Raises UsageError for a name that is invalid or taken.
    """
    if not NAME.fullmatch(name):
        fit = re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-0123456789").rstrip("-")
        commands = (f"dockyard author new {fit}",) if NAME.fullmatch(fit) else ()
        message = f"`{name}` cannot name a lesson: write a-z and 0-9, in words joined by `-`."
        raise UsageError(message, commands)
    for course in (folder.resolve(), courses.current(Home.locate()).folder):
        if taken_by := read_course(course).files.get(name):
            raise UsageError(f"There is a lesson `{name}` already: {taken_by}.")
    stem = f"{_next_number(folder):02}-{name}"
    title = name.replace("-", " ").capitalize()
    texts = {f"{stem}.md": TEXT.format(title=title), f"{stem}.yaml": DATA.format(title=title, schema=SCHEMA)}
    taken = [file for file in texts if (folder / file).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]} exists already, and nothing is overwritten.")
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_write(folder, texts))


def _write(folder: Path, texts: dict[str, str]) -> Iterator[Path]:
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
        yield folder / file
    schema = folder / SCHEMA
    if not schema.exists():
        from dockyard.author.reference.schema import schema_text  # slow to import, and mostly not needed

        schema.write_text(schema_text(), encoding="utf-8")
        yield schema


def _next_number(folder: Path) -> int:
    numbers = (file.stem.partition("-")[0] for file in folder.glob(LESSON_FILES))
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1
