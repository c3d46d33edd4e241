"""Rule: the images in the text exist. A name that appears nowhere else is most likely a typo."""

from collections.abc import Iterator
from typing import Any

from checker.conditions.wording import is_typo
from checker.course.lesson_reader import Draft
from checker.course.suggestions import nearest
from checker.course.yaml_source import Problem
from checker.facts.objects import familiar, full_name
from checker.reference import ImageReference
from dockyard.author.check.docker_words import Mention, mentions
from dockyard.author.check.page import Page
from dockyard.courses import built_in_folder


def image_problems(draft: Draft, page: Page) -> Iterator[Problem]:
    """The images in the text's commands that come neither from the YAML nor from an earlier command."""
    known = _known(draft)
    names = {_repository(name) for name in known} | _in_the_hub()
    codes = [fence for fence in page.fences if fence.info in ("sh", "bash", "shell", "console")]
    codes += [code for code in page.codes if code.code.startswith("docker ")]
    for code in sorted(codes, key=lambda code: code.line):
        first = code.line + bool(code.info)  # a fence's line is that of its opening
        for mention in mentions(code.code, first):
            if what := _unknown(mention, known, names):
                yield Problem(draft.file, mention.line, what)
            known.add(full_name(mention.image) or "")
            names.add(_repository(mention.image))


def _known(draft: Draft) -> set[str]:
    """Full names of the images in the checks and the commands of the YAML."""
    steps = draft.steps.values()
    known = {name for step in steps if step.check for name in step.check.image_names()}
    known |= {full_name(word) or "" for step in steps if not step.check for word in _texts(step.data.check)}
    for commands in _commands(draft):
        known |= {full_name(mention.image) or "" for mention in mentions(commands)}
    return known - {""}


def _texts(data: Any) -> Iterator[str]:
    """All texts in an invalid check: one of them may be the name of an image."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for part in data.values() if isinstance(data, dict) else data:
            yield from _texts(part)


def _commands(draft: Draft) -> Iterator[str]:
    yield from draft.data.start if draft.data else ()
    for step in draft.steps.values():
        yield step.data.solution
        yield from step.data.routes
        yield from (mistake.run for mistake in step.mistakes)


def _unknown(mention: Mention, known: set[str], names: set[str]) -> str | None:
    """What is wrong with an image in a command; None if it is known."""
    repository = _repository(mention.image)
    if mention.how == "made" or full_name(mention.image) in known:
        return None
    if mention.how == "fetched":  # this command may bring it: only a typo is wrong
        meant = next((name for name in sorted(names) if is_typo(repository, name)), None)
        if repository in names or meant is None:
            return None
        return f"`{mention.image}` appears nowhere else in the lesson; did you mean `{familiar(meant)}`?"
    if repository in names and (mention.how == "listed" or "@" in mention.image):
        return None
    close = nearest(familiar(full_name(mention.image) or ""), map(familiar, known))
    meant = f"; did you mean `{close}`?" if close else ""
    return f"no step, start state or earlier command brings the image `{mention.image}`{meant}"


def _repository(name: str) -> str:
    return ImageReference.parse(name).repository


def _in_the_hub() -> set[str]:
    """The repositories of the practice images."""
    recipes = built_in_folder() / "images"
    return {_repository(each.name) for each in recipes.iterdir() if (each / "Dockerfile").is_file()}
