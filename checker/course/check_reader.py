"""Reads a check: converts plain data to a condition, and records every problem at its line."""

from typing import Any

from checker.conditions.base import Condition, Goal
from checker.conditions.subjects import kinds_of, subjects
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS
from checker.course.suggestions import suggestion
from checker.course.validation import convert
from checker.course.yaml_source import KeyPath, Source
from checker.errors import LessonError
from checker.facts.objects import full_name
from checker.reference import ImageReference, InvalidReference


def read_condition(source: Source, path: KeyPath, fields: Any) -> Condition | None:
    """A condition: a combination of others, or the kind that its subject and `is` name. None if invalid."""
    if not isinstance(fields, dict):
        source.add_problem(path, "a condition is a mapping, such as `image: ubuntu` and `is: present`")
        return None
    for word in COMBINATIONS:
        if word in fields:
            return _combination(source, (*path, word), fields)
    kinds = _kinds(source, path, fields)
    if not kinds:
        return None
    word, tags = _by_tag(kinds)
    tag = fields.get(word)
    if not isinstance(tag, str) or tag not in tags:
        wrong = f"`{word}: {tag}` is unknown" if word in fields else f"`{word}` is missing"
        source.add_problem((*path, word), f"{wrong}{suggestion(tag, tags)}")
        return None
    found: Any = convert(source, path, fields, tags[tag])
    return found if found and _names_images(source, path, fields, found) else None


def _by_tag(kinds: tuple[type[Goal], ...]) -> tuple[str, dict[str, type[Goal]]]:
    """The key whose value selects the kind of a subject (mostly `is`), and the kind for each value."""
    tags = {str(kind.__struct_config__.tag): kind for kind in kinds}
    return str(kinds[0].__struct_config__.tag_field), tags


def _kinds(source: Source, path: KeyPath, fields: dict[str, Any]) -> tuple[type[Goal], ...]:
    """The kinds of the one subject among the keys. Empty, with a problem recorded, if there is not one."""
    found = [word for word in fields if word in SUBJECTS]
    try:
        known = SUBJECTS if found else subjects()  # finding those of other packages takes longer
        found = found or [word for word in fields if word in known]
        if len(found) == 1:
            return kinds_of(found[0])
    except LessonError as error:  # a package registers something that is no condition
        source.add_problem((*path, *found), error.message)
        return ()
    allowed = {*known, *COMBINATIONS}
    if found:
        what = f"a condition has one subject, not {len(found)}: {', '.join(found)}"
        source.add_problem((*path, found[1]), f"{what}. Write a condition for each, under `all`")
    else:
        odd = next((word for word in fields if word != "is"), None)
        wrong = f"`{odd}` is not a subject of a condition" if odd else "a condition has a subject"
        source.add_problem((*path, odd) if odd else path, f"{wrong}{suggestion(odd, allowed)}")
    return ()


def _combination(source: Source, path: KeyPath, fields: dict[str, Any]) -> Condition | None:
    word = str(path[-1])
    inner = [fields[word]] if word == "not" else fields[word]
    for other in fields.keys() - {word}:
        source.add_problem((*path[:-1], other), f"`{word}` stands alone; put `{other}` inside it")
    if not isinstance(inner, list) or not inner:
        source.add_problem(path, f"`{word}` holds a list of at least one condition")
        return None
    places = [path] if word == "not" else [(*path, index) for index in range(len(inner))]
    parts = [read_condition(source, place, part) for place, part in zip(places, inner, strict=True)]
    valid = tuple(part for part in parts if part)
    combine: Any = COMBINATIONS[word]
    combined: Condition | None = combine(valid) if len(valid) == len(parts) else None
    return combined


def _names_images(source: Source, path: KeyPath, fields: dict[str, Any], found: Condition) -> bool:
    """Whether Docker accepts the names of all images in a condition."""
    wrong = [name for name in found.image_names() if full_name(name) is None]
    for name in wrong:
        key = next((key for key, value in fields.items() if value == name), None)
        source.add_problem((*path, key) if key else path, _why_invalid(name))
    return not wrong


def _why_invalid(name: str) -> str:
    try:
        ImageReference.parse(name)
    except InvalidReference as error:
        return f"`{name}` is not an image reference: {error.why}"
    return f"`{name}` is not an image reference"
