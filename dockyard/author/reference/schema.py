"""The JSON Schema of a lesson's YAML, made from the data classes that read it; for editors."""

import json
from typing import Any

import msgspec

from checker.conditions.subjects import kinds_of, subjects
from checker.conditions.vocabulary import COMBINATIONS
from checker.course.lesson_reader import STEP_ID, LessonData, MistakeData, StepData

HINTS = (2, 4)
CONDITION = {"$ref": "#/$defs/Condition"}


def schema() -> dict[str, Any]:
    """The schema, third-party conditions included. Raises LessonError where those are no conditions."""
    kinds = [kind for subject in subjects() for kind in kinds_of(subject)]
    refs, found = msgspec.json.schema_components([LessonData, StepData, MistakeData, *kinds])
    lesson, step, mistake, *conditions = refs
    fields = {name: found[name]["properties"] for name in ("LessonData", "StepData")}
    fields["LessonData"]["steps"] |= {
        "additionalProperties": step,
        "propertyNames": {"pattern": f"^{STEP_ID.pattern}$"},
        "minProperties": 1,
    }
    fields["StepData"]["check"] = CONDITION
    fields["StepData"]["hints"] |= {"minItems": HINTS[0], "maxItems": HINTS[1], "uniqueItems": True}
    fields["StepData"]["mistakes"] |= {"additionalProperties": mistake}
    found["Condition"] = {"anyOf": [*map(_combination, COMBINATIONS), *conditions]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A lesson of Dockyard",
        **lesson,
        "$defs": dict(sorted(found.items())),
    }


def schema_text() -> str:
    """The schema as it stands in a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _combination(word: str) -> dict[str, Any]:
    inner = CONDITION if word == "not" else {"type": "array", "items": CONDITION, "minItems": 1}
    said = (COMBINATIONS[word].__doc__ or "").partition("\n")[0]
    return {
        "type": "object",
        "description": said,
        "properties": {word: inner},
        "required": [word],
        "additionalProperties": False,
    }
