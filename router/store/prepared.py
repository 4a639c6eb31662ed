"""Statements that are put into words once and from then on only given values: for the path that every contact takes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Column, Connection, Select, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnElement

from router.store import driver
from router.store.rows import Row
from router.store.types import to_micros
from router.store.values import from_stored, to_json


class _Among(ColumnElement[bool]):
    """A column that has one of the texts of a list."""

    inherit_cache = False

    def __init__(self, column: Column[Any], name: str) -> None:
        self.column = column
        self.wanted = bindparam(name, type_=ARRAY(Text))


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """That a column has one of the texts of a list, which is a single value however long it is; none is among none.

    `name` is that by which a `Prepared` is given the list.
    """
    return _Among(column, name)


@compiles(_Among, "postgresql")
def _any(condition: _Among, compiler: SQLCompiler, **more: Any) -> str:
    return f"{compiler.process(condition.column, **more)} = ANY ({compiler.process(condition.wanted, **more)})"


@compiles(_Among, "sqlite")
def _each(condition: _Among, compiler: SQLCompiler, **more: Any) -> str:
    wanted = compiler.process(condition.wanted, **more)
    return f"{compiler.process(condition.column, **more)} IN (SELECT value FROM json_each({wanted}))"  # noqa: S608 - compiled


class _Words(NamedTuple):
    """A statement as a database is told it, the values that are always the same, and in which order it takes them."""

    statement: str
    constant: Mapping[str, Any]
    order: tuple[str, ...] | None
    reads: tuple[tuple[str, Callable[[Any], Any]], ...]
    """What turns the values of some columns into Python's."""

    write: Callable[[Any], Any]
    """What makes a value one that the driver takes."""

    def parameters(self, given: Mapping[str, Any]) -> driver.Parameters:
        """What the driver is given for these values, by name or in order."""
        values = {name: self.write(value) for name, value in {**self.constant, **given}.items()}
        return values if self.order is None else tuple([values[name] for name in self.order])


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

    def rows(self, connection: Connection, **given: Any) -> list[Row]:
        """The rows that a query finds, as dictionaries, which outlive their transaction."""
        words = self._in_words(connection.dialect)
        rows = driver.fetch(connection, words.statement, words.parameters(given))
        found = [dict(zip(self._names, row, strict=True)) for row in rows]
        for name, read in words.reads:
            for row in found:
                if (value := row[name]) is not None:
                    row[name] = read(value)
        return found

    def run(self, connection: Connection, **given: Any) -> int:
        """Have it done with texts, numbers, moments, and lists of texts for `among`; how many rows it changed."""
        words = self._in_words(connection.dialect)
        return driver.execute(connection, words.statement, words.parameters(given))

    def _in_words(self, dialect: Dialect) -> _Words:
        words = self._words.get(dialect.name)
        if words is None:
            made = self._statement.compile(dialect=dialect)
            order = None if made.positiontup is None else tuple(made.positiontup)
            types = zip(self._names, (column.type for column in self._columns), strict=True)
            reads = tuple((name, read) for name, kind in types if (read := from_stored(kind, dialect.name)))
            write = _to_sqlite if dialect.name == "sqlite" else _to_postgres
            words = self._words[dialect.name] = _Words(made.string, made.params, order, reads, write)
        return words


def _to_sqlite(value: Any) -> Any:
    if isinstance(value, list):
        return to_json(value)
    return to_micros(value) if isinstance(value, datetime) else value


def _to_postgres(value: Any) -> Any:
    if isinstance(value, list):
        return _array(value)
    return to_micros(value) if isinstance(value, datetime) else value


def _array(texts: list[str]) -> str:
    """Texts as PostgreSQL writes an array of them; the driver takes six times as long over it."""
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    return "{" + ",".join(quoted) + "}"
