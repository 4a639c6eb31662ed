"""The parts of which JSON Schemas of a landlord's files are made: texts, flags, times, lists, records and keys.

They are meant for editors: what is offered and checked while somebody types. A schema is a little more lenient than
`rules check`, which has the last word, because it sees one file and not the whole folder.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
"""Whatever stands there as typed: an editor takes `0123` for a number, and we do not."""
FLAG: Final[Schema] = {"enum": [True, False, "yes", "no", "Yes", "No", "true", "false"]}
TRUE: Final[Schema] = {"enum": [True, "yes", "Yes", "true"]}
SPAN: Final[Schema] = {
    "type": "string",
    "pattern": r"^\s*\d{1,4} +(working day|open hour|hour|week)s?\s*$",
    "examples": ["10 working days", "4 open hours", "24 hours", "2 weeks"],
}
MINUTES: Final[Schema] = {
    "type": "string",
    "pattern": r"^\s*\d{1,5} +(minute|hour)s?\s*$",
    "examples": ["15 minutes", "2 hours"],
}
NUMBER: Final[Schema] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[+-]?\d{1,15}(\.\d{1,15})?\s*$"}]
}
TIME: Final[Schema] = {"anyOf": [{"type": "string", "pattern": r"^\s*\d{1,2}[:.]\d\d\s*$"}, {"type": "number"}]}
DATE: Final[Schema] = {"type": "string", "pattern": r"^\s*\d{4}-?\d\d-?\d\d\s*$", "examples": ["2026-12-25"]}
SEASON: Final[Schema] = {
    "type": "string",
    "pattern": r"^\s*(\d{1,2} +[A-Za-z]+|[A-Za-z]+ +\d{1,2})\s*$",
    "examples": ["31 October"],
}
PHONE: Final[Schema] = {"anyOf": [{"type": "string", "pattern": r"^\s*\+[1-9][\d\s().-]{5,30}$"}, {"type": "number"}]}
EMAIL: Final[Schema] = {"type": "string", "pattern": r"^[^\s@]+@[^\s@]+\.[^\s@]+$"}

KINDS: Final = ("team", "journey", "adjustment", "question", "message", "channel", "hours")
"""What can be named elsewhere, and so is offered where a landlord's own names are known."""


def ref(name: str) -> Schema:
    """What is defined once, under this name."""
    return {"$ref": f"#/definitions/{name}"}


def key(kind: str) -> Schema:
    """The key of a team, a journey or whatever else: the landlord's are offered, and others may be in another file."""
    return ref(f"key-{kind}")


def whole(least: int, most: int) -> Schema:
    """A whole number within these limits."""
    return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, {"type": "string", "pattern": r"^\d+$"}]}


def many(each: Schema) -> Schema:
    """One of something or a list of them."""
    return {"anyOf": [each, {"type": "array", "items": each, "minItems": 1}]}


def table(each: Schema) -> Schema:
    """A mapping from free names to something."""
    return {"type": "object", "additionalProperties": each}


def record(properties: Mapping[str, Schema], *required: str, **more: Any) -> Schema:
    """A mapping with these keys and no others."""
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {}) | more


def told(schema: Schema, meaning: str, example: str = "") -> Schema:
    """A schema with what an editor shows beside it."""
    shown = f"{meaning}. Example: {example}" if example else meaning
    return {"description": shown, **schema} if "$ref" not in schema else {"description": shown, "allOf": [schema]}


def one_of(choices: Sequence[str]) -> Schema:
    """One of a fixed list of words."""
    return {"enum": list(choices)}


def defined_key(names: Sequence[str]) -> Schema:
    """Any key, the landlord's own being offered."""
    free: Schema = {"type": ["string", "number"]}
    return {"anyOf": [{"enum": list(names)}, free]} if names else free
