"""The column types of the record: the same value comes back from SQLite and from PostgreSQL, bit for bit."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware time; a naive one raises ValueError, because its zone would be a guess."""
    if value.tzinfo is None:
        message = f"{value!r} has no time zone: give an aware time, such as datetime.now(UTC)"
        raise ValueError(message)
    return (value - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """The aware UTC time of a number of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as whole microseconds since 1970 and read back as an aware UTC datetime.

    An integer of eight bytes sorts, indexes and round-trips alike on both databases, and its SQL arithmetic is the
    same on both: `micros / 86_400_000_000` is the day. By hand on PostgreSQL: `to_timestamp(column / 1e6)`.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the library's
        """What is stored for a time; a naive one is refused with ValueError."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's
        """The aware UTC time of what is stored."""
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """Any JSON value: text on SQLite, JSONB on PostgreSQL, through the engine's orjson. None is SQL's NULL.

    Compare by value, never by text: JSONB does not keep the order of keys.
    """

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        """A column whose None is NULL, not the JSON text `null`."""
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))


Id = String(26).with_variant(String(26, collation="C"), "postgresql")
"""A column for `router.store.ids.new_id`: compared byte by byte on both databases, so that order is time."""
