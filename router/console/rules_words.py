"""What can be written in a rule, beside its editor: the language's own tables, with this landlord's names in them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rules.documented import GROUPS, OPERATORS, OUTCOMES, RULE, Entry
from rules.fields import FIELDS, values_of
from rules.given import allowed
from rules.landlord import Ruleset

Words = list[dict[str, Any]]
_TABLES: Final[tuple[tuple[str, Mapping[str, Entry]], ...]] = (
    ("Operators", OPERATORS),
    ("Groups of conditions", GROUPS),
    ("What happens then", OUTCOMES),
    ("The keys of a rule", RULE),
)


def vocabulary(ruleset: Ruleset) -> list[tuple[str, Words]]:
    """Fields, operators, groups, outcomes and a rule's keys: what each means, an example, and its values."""
    return [("Fields", list(_fields(ruleset))), *((heading, list(_entries(table))) for heading, table in _TABLES)]


def _fields(ruleset: Ruleset) -> Iterator[dict[str, Any]]:
    for field in FIELDS.values():
        known = ", ".join(allowed(field, ruleset)) or values_of(field)
        yield {"name": field.name, "meaning": field.meaning, "example": field.example, "known": known}


def _entries(table: Mapping[str, Entry]) -> Iterator[dict[str, Any]]:
    for entry in table.values():
        meaning = entry.meaning.replace("`", "")
        yield {"name": entry.name, "meaning": meaning, "example": entry.example, "known": ""}
