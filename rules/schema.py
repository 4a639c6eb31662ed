"""JSON Schemas of a landlord's files, for editors that complete and check while somebody types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rules.fields import FIELDS
from rules.landlord import Ruleset
from rules.schema_conditions import conditions, example
from rules.schema_parts import KINDS, TEXT, Schema, defined_key, many, record, table, told
from rules.schema_sections import RECORDS

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
FILE: Final = "file"
"""The kind of any file of a landlord's folder; a section's name is the kind of one with that section alone."""
NAME: Final = "landlord.schema.json"
"""The file beside a landlord's files that has the schema of any of them, made for this landlord."""
MODELINE: Final = f"# yaml-language-server: $schema={NAME}"
"""The line at the top of a file by which editors find its schema."""

_OURS: Final = tuple(field.name for field in FIELDS.values() if field.values_from == "values")
_MEANINGS: Final = {
    "landlord": "Who you are, and which team has what nobody else does",
    "channels": "How people reach you",
    "urgent": "Words that put a waiting contact before the others",
    "values": "The values that your customers' records may have",
    "hours": "When you are open",
    "teams": "Your teams",
    "journeys": "What people want",
    "adjustments": "What you owe to whom",
    "questions": "What is asked at first contact",
    "messages": "What you say",
    "mailboxes": "Where people write to",
    "calls": "What a caller hears",
    "transfer_reasons": "Why an enquiry is passed on",
    "resolutions": "How an enquiry ends",
    "owner": "Whose it is: the first rule that fits decides",
    "handling": "How it is handled: every rule that fits applies",
}


def _section(name: str) -> Schema:
    if name in ("landlord", "calls"):
        return RECORDS[name]
    if name in ("owner", "handling"):
        return {"type": ["array", "null"], "items": RECORDS[name]}
    if name == "urgent":
        return many(TEXT)
    if name == "values":
        return record({ours: many(TEXT) for ours in _OURS}) | {"type": ["object", "null"]}
    return table(RECORDS[name]) | {"type": ["object", "null"]}


SECTIONS: Final = tuple(_MEANINGS)
NAMED: Final = (FILE, *SECTIONS)
"""The kinds of files that there are schemas of."""


def schema(kind: str = FILE, ruleset: Ruleset | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind of file; with a ruleset, its names of teams, journeys and all are offered.

    Raises KeyError for a kind that is none of `NAMED`.
    """
    names = SECTIONS if kind == FILE else (kind,)
    sections = {name: told(_section(name), _MEANINGS[name]) for name in names}
    title = "A file of a landlord's folder" if kind == FILE else f"The section {kind} of a landlord's folder"
    keys = {f"key-{each}": defined_key(found) for each, found in _keys(ruleset).items()}
    return {
        "$schema": DIALECT,
        "title": f"Firstcontact: {title}",
        **record(sections),
        "type": ["object", "null"],
        "definitions": {**keys, **conditions(), "example": example()},
    }


def _keys(ruleset: Ruleset | None) -> Mapping[str, Sequence[str]]:
    """The names that are offered, by what they name; those of a field of the landlord's own by the field."""
    if ruleset is None:
        return dict.fromkeys((*KINDS, *_OURS), ())
    known = {
        "team": ruleset.teams,
        "journey": ruleset.journeys,
        "adjustment": ruleset.adjustments,
        "question": ruleset.questions,
        "message": ruleset.messages,
        "channel": ruleset.channels,
        "hours": ruleset.hours,
    }
    return {kind: sorted(found) for kind, found in known.items()} | {
        name: sorted(ruleset.values.get(name, ())) for name in _OURS
    }
