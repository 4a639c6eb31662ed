"""What turns the values of a column into stored ones and back, for statements that do not go through SQLAlchemy."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Boolean, Column, LargeBinary
from sqlalchemy.types import TypeEngine

from router.store.types import Json, UtcDateTime, from_micros, to_micros

Convert = Callable[[Any], Any]


def to_json(value: Any) -> str:
    """A JSON text."""
    return orjson.dumps(value).decode()


def from_json(value: Any) -> Any:
    """What a stored JSON text says; SQLite stores one that is just a number as a number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


def to_stored(column: Column[Any], dialect: str) -> Convert | None:
    """What a value that is not None has to go through before the driver gets it; None where it may go as it is.

    `dialect` is sqlite or postgresql. TypeError for a binary column: many rows travel as JSON.
    """
    if isinstance(column.type, LargeBinary):
        raise TypeError(f"{column.table.name} has a binary column: use an ordinary statement for its rows")
    if isinstance(column.type, UtcDateTime):
        return to_micros
    if dialect == "sqlite" and isinstance(column.type, Json):
        return to_json
    if dialect == "sqlite" and isinstance(column.type, Boolean):
        return int  # which is what it becomes there, and the driver takes long over
    return None


def from_stored(kind: TypeEngine[Any], dialect: str) -> Convert | None:
    """What a stored value of this type that is not NULL has to go through; None where the driver gives it as it is."""
    if isinstance(kind, UtcDateTime):
        return from_micros
    if dialect == "sqlite" and isinstance(kind, Json):
        return from_json
    if dialect == "sqlite" and isinstance(kind, Boolean):
        return bool
    return None
