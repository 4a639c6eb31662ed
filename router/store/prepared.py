"""Statements that are put into words once and from then on only given values: for the path that every contact takes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ARRAY, Boolean, Column, Connection, CursorResult, Select, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from router.store.types import Json, UtcDateTime, from_json, from_micros, to_micros


class among(ColumnElement[bool]):  # noqa: N801 - it reads as the condition that it is
    """That a column has one of the texts of a list, which is a single value however long it is; none is among none."""

    inherit_cache = False

    def __init__(self, column: Column[Any], name: str) -> None:
        """Take the column, and the name by which a `Prepared` is given the list."""
        self.column = column
        self.wanted = bindparam(name, type_=ARRAY(Text))


@compiles(among, "postgresql")
def _any(condition: among, compiler: SQLCompiler, **more: Any) -> str:
    return f"{compiler.process(condition.column, **more)} = ANY ({compiler.process(condition.wanted, **more)})"


@compiles(among, "sqlite")
def _each(condition: among, compiler: SQLCompiler, **more: Any) -> str:
    wanted = compiler.process(condition.wanted, **more)
    return f"{compiler.process(condition.column, **more)} IN (SELECT value FROM json_each({wanted}))"  # noqa: S608


class _Words(NamedTuple):
    """A statement as a database is told it, the values that are always the same, and in which order it takes them."""

    statement: str
    constant: Mapping[str, Any]
    order: tuple[str, ...] | None
    reads: tuple[tuple[str, Callable[[Any], Any]], ...]
    """What turns the values of some columns into Python's."""


class Prepared:
    """A statement that is put into words at its first use on each kind of database.

    The general way does so again for each length of a list, and asks of each value in each row what it is.
    """

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        """Take a statement whose parameters have names; binary columns are not for this."""
        self._statement = statement
        self._columns = tuple(statement.selected_columns) if isinstance(statement, Select) else ()
        self._names = tuple(str(column.name) for column in self._columns)
        self._words: dict[str, _Words] = {}

    def rows(self, connection: Connection, **given: Any) -> list[dict[str, Any]]:
        """The rows that a query finds, as dictionaries, which outlive their transaction."""
        found = [dict(zip(self._names, row, strict=True)) for row in self.run(connection, **given)]
        for name, read in self._in_words(connection.dialect).reads:
            for row in found:
                if (value := row[name]) is not None:
                    row[name] = read(value)
        return found

    def run(self, connection: Connection, **given: Any) -> CursorResult[Any]:
        """Have it done with these values: texts, numbers, moments, and lists of texts for `among`."""
        words = self._in_words(connection.dialect)
        write = _to_sqlite if connection.dialect.name == "sqlite" else _to_postgres
        values = {name: write(value) for name, value in {**words.constant, **given}.items()}
        parameters = values if words.order is None else tuple([values[name] for name in words.order])
        return connection.exec_driver_sql(words.statement, parameters)

    def _in_words(self, dialect: Dialect) -> _Words:
        words = self._words.get(dialect.name)
        if words is None:
            made = self._statement.compile(dialect=dialect)
            order = None if made.positiontup is None else tuple(made.positiontup)
            reads = tuple(
                (name, read)
                for name, column in zip(self._names, self._columns, strict=True)
                if (read := _reader(column.type, dialect))
            )
            words = self._words[dialect.name] = _Words(made.string, made.params, order, reads)
        return words


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a column's values Python's, where the driver has not done so."""
    if isinstance(kind, UtcDateTime):
        return from_micros
    if dialect.name == "postgresql":
        return None
    if isinstance(kind, Json):
        return from_json
    return bool if isinstance(kind, Boolean) else None


def _to_sqlite(value: Any) -> Any:
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return to_micros(value) if isinstance(value, datetime) else value


def _to_postgres(value: Any) -> Any:
    if isinstance(value, list):
        return _array(value)
    return to_micros(value) if isinstance(value, datetime) else value


def _array(texts: list[str]) -> str:
    """Texts as PostgreSQL writes an array of them; the driver takes six times as long over it."""
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    return "{" + ",".join(quoted) + "}"
