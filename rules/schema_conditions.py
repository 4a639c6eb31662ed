"""JSON Schemas of conditions and examples, made of the tables of fields and operators."""

from collections.abc import Callable, Mapping
from typing import Final

from rules.documented import GROUPS
from rules.documented import OPERATORS as MEANINGS
from rules.fields import FIELDS, OPERATORS, Field, FieldType
from rules.schema_parts import DATE, FLAG, NUMBER, SEASON, TEXT, TIME, TRUE, Schema, key, many, record, ref, told


def conditions() -> dict[str, Schema]:
    """The definitions of a condition, of a group's members, and of what each field is compared with."""
    tests = {f"test-{field.name}": test(field) for field in FIELDS.values()}
    operators = {f"operators-{field.name}": _operators(field) for field in FIELDS.values()}
    properties = {
        field.name: told(ref(f"test-{field.name}"), field.meaning, field.example) for field in FIELDS.values()
    }
    groups = {name: told(_GROUPS[name], entry.meaning, entry.example) for name, entry in GROUPS.items()}
    part = {"allOf": [ref("condition")], "minProperties": 1}
    return {**tests, **operators, "condition": record(properties | groups), "part": part}


def test(field: Field) -> Schema:
    """What a field may be compared with: a value or a list of them where it can be equal, else its operators."""
    operators = ref(f"operators-{field.name}")
    values = many(value(field))["anyOf"]
    return {"anyOf": [*values, operators]} if "is" in OPERATORS[field.type] else operators


def value(field: Field) -> Schema:
    """One value of a field."""
    if field.values:
        # Small or large letters are one here, so that the list is only what is offered.
        choices: Schema = {"enum": list(field.values)}
        return {"anyOf": [choices, {"type": "string", "pattern": f"^(?:{_any_case(field.values)})$"}]}
    if field.values_from == "values":
        return key(field.name)
    if field.values_from:
        return key(field.values_from.removesuffix("s") if field.values_from != "hours" else "hours")
    return _VALUES[field.type]


def example() -> Schema:
    """One example of a rule: a contact as far as it matters, and what was said, when, and whether it is not decided."""
    fields = {
        field.name: told(_given(field), field.meaning, field.example) for field in FIELDS.values() if not field.moment
    }
    own = {
        "says": told(TEXT, "Words that have to be recognised"),
        "at": told({"type": "string", "pattern": r"^\s*\d{4}-"}, "The local time", "2026-12-25 03:00"),
        "not": told(FLAG, "True where the rule does not decide it"),
    }
    return record(own | fields, minProperties=1)


def _given(field: Field) -> Schema:
    if field.type is not FieldType.SET:
        return value(field)
    return {"anyOf": [value(field), {"type": "array", "items": value(field)}]}


def _operators(field: Field) -> Schema:
    readers: Mapping[str, Schema] = {name: _OPERANDS[name](field) for name in OPERATORS[field.type]}
    shown = {name: told(schema, MEANINGS[name].meaning, MEANINGS[name].example) for name, schema in readers.items()}
    return record(shown, minProperties=1)


def _any_case(words: tuple[str, ...]) -> str:
    return "|".join("".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in word) for word in words)


def _negated(field: Field) -> Schema:
    return {"anyOf": [*many(value(field))["anyOf"], ref(f"operators-{field.name}")]}


def _two(field: Field) -> Schema:
    return {"type": "array", "items": value(field), "minItems": 2, "maxItems": 2}


_LIST: Final[Schema] = {"type": "array", "items": ref("part"), "minItems": 1}
_GROUPS: Final[Mapping[str, Schema]] = {"any": _LIST, "all": _LIST, "not": {"anyOf": [ref("part"), _LIST]}}
_VALUES: Final[Mapping[FieldType, Schema]] = {
    FieldType.TEXT: TEXT,
    FieldType.VALUE: TEXT,
    FieldType.SET: TEXT,
    FieldType.NUMBER: NUMBER,
    FieldType.YES_NO: FLAG,
    FieldType.TIME: TIME,
    FieldType.DATE: DATE,
    FieldType.SEASON: SEASON,
    FieldType.HOURS: TEXT,
}
_OPERANDS: Final[Mapping[str, Callable[[Field], Schema]]] = {
    "is": lambda field: many(value(field)),
    "not": _negated,
    "any": lambda field: many(value(field)),
    "all": lambda field: many(value(field)),
    "at_least": value,
    "below": value,
    "between": _two,
    "mentions": lambda _: many(TEXT),
    "matches": lambda _: many(TEXT),
    "open": lambda field: many(value(field)),
    "closed": lambda field: many(value(field)),
    "present": lambda _: TRUE,
    "absent": lambda _: TRUE,
}
