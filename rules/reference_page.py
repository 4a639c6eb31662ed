"""The reference of the rule language as Markdown, made of the tables that the language itself is read by."""

from collections.abc import Iterable, Mapping, Sequence

from rules.documented import GROUPS, OPERATORS, OUTCOMES, RULE, Entry
from rules.fields import FIELDS, values_of
from rules.fields import OPERATORS as BY_TYPE


def reference() -> str:
    """Every key of a rule, group, field, operator and outcome: what it means and an example of it."""
    return "\n\n".join((*_rule(), *_conditions(), *_outcomes())) + "\n"


def _rule() -> Iterable[str]:
    yield "### The keys of a rule"
    yield _entries("key", RULE)


def _conditions() -> Iterable[str]:
    yield "### Groups of conditions"
    yield _entries("group", GROUPS)
    yield "### Fields"
    columns = ("field", "is a", "values", "means", "for example")
    rows = [
        (f"`{field.name}`", field.type.value, values_of(field), field.meaning, f"`{field.example}`")
        for field in FIELDS.values()
    ]
    yield _table(columns, rows)
    yield "### Operators"
    shown = [
        (f"`{entry.name}`", ", ".join(_types(entry.name)), entry.meaning, f"`{entry.example}`")
        for entry in OPERATORS.values()
    ]
    yield _table(("operator", "of a", "holds when", "for example"), shown)


def _types(operator: str) -> Iterable[str]:
    """The types of fields that take an operator."""
    return [kind.value for kind, operators in BY_TYPE.items() if operator in operators]


def _outcomes() -> Iterable[str]:
    yield "### Outcomes"
    yield _entries("key of `then`", OUTCOMES)


def _entries(what: str, entries: Mapping[str, Entry]) -> str:
    rows = [(f"`{entry.name}`", entry.meaning, f"`{entry.example}`") for entry in entries.values()]
    return _table((what, "means", "for example"), rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
