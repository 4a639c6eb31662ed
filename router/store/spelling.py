"""How each database spells names, and rows that travel to it as one JSON text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table, make_url
from sqlalchemy.engine import Dialect

from router.store.values import to_json

_DIALECTS: Final[Mapping[str, Dialect]] = {
    "sqlite": make_url("sqlite://").get_dialect()(),
    "postgresql": make_url("postgresql+psycopg://").get_dialect()(),
}


def quoted(name: str, dialect: str) -> str:
    """A name as it stands in a statement; `dialect` is sqlite or postgresql."""
    return _DIALECTS[dialect].identifier_preparer.quote(name)


def names(columns: Iterable[str], dialect: str) -> str:
    """Several names with commas between them."""
    return ", ".join([quoted(column, dialect) for column in columns])


def records(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as the JSON text that `recordset` reads, which orjson writes faster than the driver adapts a single row."""
    return to_json([dict(zip(columns, row, strict=True)) for row in rows])


def recordset(table: Table, columns: Sequence[str]) -> str:
    """The rows `r` that PostgreSQL makes of its next parameter, a JSON text: quicker than adapting every value.

    It is read as jsonb, whose inner values need not be read a second time.
    """
    dialect = _DIALECTS["postgresql"]
    types = [f"{quoted(column, 'postgresql')} {table.c[column].type.compile(dialect)}" for column in columns]
    return f"jsonb_to_recordset(%s::jsonb) AS r({', '.join(types)})"
