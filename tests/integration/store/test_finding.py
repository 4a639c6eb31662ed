"""The quick way to find rows gives what an ordinary query would, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Engine, Float, MetaData, String, Table, Text, insert, select, text
from sqlalchemy.exc import DBAPIError

from router.store import driver
from router.store.engine import begin_read, begin_write, connect_to_write, is_sqlite, make_engine
from router.store.finding import find_rows
from router.store.trouble import Trouble, trouble
from router.store.types import Json, UtcDateTime
from tests.servers.postgres import Postgres

AT = datetime(2026, 11, 24, 8, 30, 0, 123456, tzinfo=UTC)
metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("order", Text),  # a word that has to be quoted
    Column("data", Json),
    Column("at", UtcDateTime),
    Column("current", Boolean),
    Column("share", Float),
)
ROWS: list[dict[str, Any]] = [
    {"id": "a", "order": "first", "data": {"a": [1, None]}, "at": AT, "current": True, "share": 0.5},
    {"id": "b", "order": "first", "data": 7, "at": None, "current": False, "share": None},
    {"id": "c", "order": 'it\'s "last", ’é', "data": None, "at": AT, "current": None, "share": 1e-9},
    {"id": "d", "order": None, "data": "seven", "at": AT, "current": True, "share": 2.0},
]


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        metadata.create_all(connection)
        connection.execute(insert(things), ROWS)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "keys, found",
    [
        ([], ""),
        ([{"id": "a"}], "a"),
        ([{"id": "c"}, {"id": "nobody"}, {"id": "d"}], "cd"),
        ([{"order": "first"}], "ab"),
        ([{"order": 'it\'s "last", ’é'}], "c"),
        ([{"order": "first", "id": "b"}, {"order": "first", "id": "c"}], "b"),
        ([{"id": "a"}, {"id": "a"}], "aa"),
        ([{"order": "' or 1=1 --"}], ""),
    ],
)
def test_what_has_one_of_the_keys_is_found(record: Engine, keys: list[dict[str, str]], found: str) -> None:
    with begin_read(record) as connection:
        rows = sorted(find_rows(connection, things, keys), key=lambda row: row["id"])
        ordinary = {row["id"]: dict(row) for row in connection.execute(select(things)).mappings()}
    assert rows == [ordinary[id_] for id_ in found]


def test_an_error_is_as_sqlalchemy_raises_it_and_keeps_to_itself_what_was_given(record: Engine) -> None:
    statement = f"insert into things (id) values ({'?' if is_sqlite(record) else '%s'})"
    with begin_write(record) as connection:
        with pytest.raises(DBAPIError) as ordinary, connection.begin_nested():
            connection.execute(insert(things), {"id": "a"})
        with pytest.raises(DBAPIError) as raised, connection.begin_nested():
            driver.execute(connection, statement, ("a",))
        assert type(raised.value) is type(ordinary.value)
        assert trouble(raised.value) is Trouble.ITEM
        assert raised.value.params is None
        assert driver.execute(connection, statement, ("e",)) == 1


def test_a_connection_that_is_lost_is_told_as_lost_and_let_go_of(postgres: Postgres) -> None:
    engine = make_engine(postgres.url(postgres.create()))
    connection = connect_to_write(engine)
    [[number]] = driver.fetch(connection, "select pg_backend_pid()", ())
    with begin_write(engine) as other:
        other.execute(text("select pg_terminate_backend(:number, 10000)"), {"number": number})
    with pytest.raises(DBAPIError) as raised:
        driver.fetch(connection, "select 1", ())
    assert trouble(raised.value) is Trouble.LOST
    assert connection.invalidated
    connection.close()
    engine.dispose()
