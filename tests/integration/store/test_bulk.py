"""The quick way to insert rows stores exactly what an ordinary statement would, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

from router.store.bulk import insert_rows
from router.store.engine import begin_read, begin_write, make_engine
from router.store.types import Json, UtcDateTime

metadata = MetaData()
rows_of_all_types = Table(
    "values",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("references", Json),
    Column("at", UtcDateTime),
    Column("current", Boolean),
    Column("share", Float),
    Column("small", SmallInteger),
    Column("text", Text),
)
blobs = Table("blobs", metadata, Column("id", String(26), primary_key=True), Column("content", LargeBinary))

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
ROW = st.fixed_dictionaries(
    {
        "references": JSON,
        "at": st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        "current": st.none() | st.booleans(),
        "share": st.none() | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
        "small": st.none() | st.integers(-30_000, 30_000),
        "text": st.none() | TEXT,
    }
)


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        metadata.create_all(connection)
    yield engine
    engine.dispose()


def row(number: int, **values: Any) -> dict[str, Any]:
    plain = dict.fromkeys(rows_of_all_types.c.keys())
    return plain | {"id": f"{number:03}"} | values


def stored(record: Engine) -> list[dict[str, Any]]:
    with begin_read(record) as connection:
        found = connection.execute(select(rows_of_all_types).order_by(rows_of_all_types.c.id))
        return [dict(each) for each in found.mappings()]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=5))
def test_what_is_stored_equals_an_ordinary_insert(record: Engine, values: list[dict[str, Any]]) -> None:
    rows = [row(number, **each) for number, each in enumerate(values)]
    found = []
    for quick in (True, False):
        with begin_write(record) as connection:
            connection.execute(delete(rows_of_all_types))
            if quick:
                assert insert_rows(connection, rows_of_all_types, rows) == len(rows)
            elif rows:
                connection.execute(insert(rows_of_all_types), rows)
        found.append(stored(record))
    assert found[0] == found[1] == rows


@pytest.mark.parametrize(
    "before, given_ids, inserted",
    [
        ([], [1, 2, 3], 3),
        ([2], [1, 2, 3], 2),
        ([1, 2, 3], [1, 2, 3], 0),
        ([], [1, 1, 1], 1),
        ([1], [], 0),
    ],
)
def test_rows_that_are_there_are_left_alone(
    record: Engine, before: list[int], given_ids: list[int], inserted: int
) -> None:
    with begin_write(record) as connection:
        insert_rows(connection, rows_of_all_types, [row(number, text="first") for number in before])
        rows = [row(number, text="second") for number in given_ids]
        assert insert_rows(connection, rows_of_all_types, rows, only_new=True) == inserted
    assert [each["text"] for each in stored(record) if int(each["id"]) in before] == ["first"] * len(before)


def test_a_row_that_is_there_is_an_error_otherwise(record: Engine) -> None:
    with pytest.raises(DBAPIError), begin_write(record) as connection:
        insert_rows(connection, rows_of_all_types, [row(1), row(2), row(1)])
    assert stored(record) == []


def test_columns_that_are_left_out_are_empty(record: Engine) -> None:
    with begin_write(record) as connection:
        insert_rows(connection, rows_of_all_types, [{"id": "1", "text": "only this"}])
    assert stored(record) == [row(0) | {"id": "1", "text": "only this"}]


def test_the_rows_given_are_not_changed(record: Engine) -> None:
    rows = [row(1, at=datetime(2026, 1, 1, tzinfo=UTC), references=["a"])]
    copy = [dict(each) for each in rows]
    with begin_write(record) as connection:
        insert_rows(connection, rows_of_all_types, rows)
    assert rows == copy


def test_binary_columns_are_refused(record: Engine) -> None:
    with pytest.raises(TypeError, match="blobs has a binary column"), begin_write(record) as connection:
        insert_rows(connection, blobs, [{"id": "1", "content": b"\0"}])


def test_a_time_without_a_zone_is_refused(record: Engine) -> None:
    with pytest.raises(ValueError, match="time zone"), begin_write(record) as connection:
        insert_rows(connection, rows_of_all_types, [row(1, at=datetime(2026, 1, 1))])  # noqa: DTZ001
