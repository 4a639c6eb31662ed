"""Changing many rows at once leaves what an ordinary statement would leave, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from router.store.changes import update_rows
from router.store.engine import begin_read, begin_write, connect_to_write, make_engine
from tests.integration.store.things import metadata, things

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
BEFORE = {"order": "first", "data": {"a": [1]}, "at": AT, "current": True, "share": 0.5}


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        metadata.create_all(connection)
        connection.execute(insert(things), [{"id": str(number), **BEFORE} for number in range(3)])
    yield engine
    engine.dispose()


def stored(record: Engine) -> dict[str, dict[str, Any]]:
    with begin_read(record) as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(things)).mappings()}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"order": "O'Brien \\ ün\n"}, id="a text"),
        pytest.param({"data": {"b": [None, "x"]}, "share": 0.25}, id="JSON and a number"),
        pytest.param({"at": AT.replace(year=2027), "current": False}, id="a moment and a no"),
        pytest.param(dict.fromkeys(BEFORE), id="nothing at all"),
    ],
)
def test_each_row_gets_values_of_its_own(record: Engine, changes: dict[str, Any]) -> None:
    with begin_write(record) as connection:
        update_rows(connection, things, [{"id": "0", **changes}, {"id": "2", **dict.fromkeys(changes)}])
    found = stored(record)
    assert found["0"] == {"id": "0"} | BEFORE | changes
    assert found["1"] == {"id": "1"} | BEFORE
    assert found["2"] == {"id": "2"} | BEFORE | dict.fromkeys(changes)


def test_rows_that_are_not_there_are_left_out(record: Engine) -> None:
    with begin_write(record) as connection:
        update_rows(connection, things, [{"id": "9", "order": "none"}])
        update_rows(connection, things, [])
    assert [row["order"] for row in stored(record).values()] == ["first"] * 3


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_the_writers_plans_go_by_the_indexes_of_a_table_that_seems_small(record: Engine) -> None:
    with connect_to_write(record) as connection:
        plan = connection.exec_driver_sql("EXPLAIN SELECT * FROM things WHERE id = '1'").scalars().all()
    assert "Index Scan" in plan[0]
