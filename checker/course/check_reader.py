"""Reading a check: plain data to a condition, every problem noted at its line."""

from typing import Any

from checker.conditions.base import Condition, Goal
from checker.conditions.vocabulary import COMBINATIONS, SUBJECTS, kinds_of, subjects
from checker.course.suggestions import instead
from checker.course.validation import convert
from checker.course.yaml_source import Path_, Source
from checker.errors import LessonError
from checker.facts.objects import full_name
from checker.reference import ImageReference, InvalidReference


def read_condition(source: Source, path: Path_, fields: Any) -> Condition | None:
    """A condition: a combination of others, or the one subject that its keys name."""
    if not isinstance(fields, dict):
        source.complain(path, "a condition is a mapping, such as `image: ubuntu` and `is: present`")
        return None
    for word in COMBINATIONS:
        if word in fields:
            return _combination(source, (*path, word), fields)
    kinds = _kinds(source, path, fields)
    if not kinds:
        return None
    word, tags = telling(kinds)
    tag = fields.get(word)
    if not isinstance(tag, str) or tag not in tags:
        wrong = f"`{word}: {tag}` is unknown" if word in fields else f"`{word}` is missing"
        source.complain((*path, word), f"{wrong}{instead(tag, tags)}")
        return None
    found: Any = convert(source, path, fields, tags[tag])
    return found if found and _names_images(source, path, fields, found) else None


def telling(kinds: tuple[type[Goal], ...]) -> tuple[str, dict[str, type[Goal]]]:
    """The key that tells the kinds of a subject apart, and the kind for each word there."""
    tags = {str(kind.__struct_config__.tag): kind for kind in kinds}
    return str(kinds[0].__struct_config__.tag_field), tags


def _kinds(source: Source, path: Path_, fields: dict[str, Any]) -> tuple[type[Goal], ...]:
    """The kinds of the one subject among the keys; none, with the problem noted, if there is not one."""
    found = [word for word in fields if word in SUBJECTS]
    try:
        known = SUBJECTS if found else subjects()  # one that is not built in takes longer to find
        found = found or [word for word in fields if word in known]
        if len(found) == 1:
            return kinds_of(found[0])
    except LessonError as error:  # of another package
        source.complain((*path, *found), error.message)
        return ()
    allowed = {*known, *COMBINATIONS}
    if found:
        what = f"a condition has one subject, not {len(found)}: {', '.join(found)}"
        source.complain((*path, found[1]), f"{what}. Put each into a condition of its own, under `all`")
    else:
        odd = next((word for word in fields if word != "is"), None)
        wrong = f"`{odd}` is no subject of a condition" if odd else "a condition has a subject"
        source.complain((*path, odd) if odd else path, f"{wrong}{instead(odd, allowed)}")
    return ()


def _combination(source: Source, path: Path_, fields: dict[str, Any]) -> Condition | None:
    word = str(path[-1])
    inner = [fields[word]] if word == "not" else fields[word]
    for other in fields.keys() - {word}:
        source.complain((*path[:-1], other), f"`{word}` stands alone; put `{other}` inside it")
    if not isinstance(inner, list) or not inner:
        source.complain(path, f"`{word}` holds a list of at least one condition")
        return None
    places = [path] if word == "not" else [(*path, index) for index in range(len(inner))]
    parts = [read_condition(source, place, part) for place, part in zip(places, inner, strict=True)]
    right = tuple(part for part in parts if part)
    combine: Any = COMBINATIONS[word]
    made: Condition | None = combine(right) if len(right) == len(parts) else None
    return made


def _names_images(source: Source, path: Path_, fields: dict[str, Any], found: Condition) -> bool:
    """Whether all images that a condition speaks of have names that Docker would take."""
    wrong = [name for name in found.image_names() if full_name(name) is None]
    for name in wrong:
        key = next((key for key, value in fields.items() if value == name), None)
        source.complain((*path, key) if key else path, _why_no_reference(name))
    return not wrong


def _why_no_reference(name: str) -> str:
    try:
        ImageReference.parse(name)
    except InvalidReference as error:
        return f"`{name}` is not an image reference: {error.why}"
    return f"`{name}` is not an image reference"
