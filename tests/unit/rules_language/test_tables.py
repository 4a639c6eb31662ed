"""Decision tables as textbooks have them, in our YAML: the first hit, all hits in order, the greatest, the least."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.fields import FIELDS, FieldType
from rules.model import FactValue, Outcome
from tests.unit.rules_language.landlords import CASES, loaded

TABLES = sorted((CASES / "tables").glob("*.yaml"))
USUAL = "2026-03-03 10:00"


def value(name: str, cell: str) -> FactValue:
    match FIELDS[name].type:
        case FieldType.NUMBER:
            return int(cell)
        case FieldType.YES_NO:
            return cell == "true"
        case FieldType.SET:
            return frozenset(cell.split())
        case _:
            return cell


def shown(outcome: Outcome, name: str, at: datetime) -> str:
    """One column of what is expected."""
    found = getattr(outcome, name)
    if name == "due":
        return "; ".join(f"{each} {(moment - at) // timedelta(hours=1)}" for each, moment in found.items())
    return "; ".join(found) if isinstance(found, tuple) else str(found)


def cases() -> list:
    return [
        pytest.param(table, row, id=f"{table.stem} {number}")
        for table in TABLES
        for number, row in enumerate(
            csv.DictReader(table.with_suffix(".csv").read_text(encoding="utf-8").splitlines()), 2
        )
    ]


@pytest.fixture(scope="module")
def compiled() -> dict[Path, Compiled]:
    return {table: compile_rules(loaded(table.read_bytes())) for table in TABLES}


@pytest.mark.parametrize("table, row", cases())
def test_a_published_table_decides_as_published(table: Path, row: dict[str, str], compiled: dict) -> None:
    at = datetime.fromisoformat(row.pop("at", USUAL)).replace(tzinfo=UTC)
    facts = {name: value(name, cell) for name, cell in row.items() if name in FIELDS and cell}
    expected = {name: cell for name, cell in row.items() if name not in FIELDS}
    outcome = decide(compiled[table], facts, at)
    assert {name: shown(outcome, name, at) for name in expected} == expected
