"""What is handed to the database's driver fails as what SQLAlchemy runs does, on both databases."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from router.store import driver
from router.store.engine import begin_write, connect_to_write, is_sqlite, make_engine
from router.store.trouble import Trouble, trouble
from tests.integration.store.things import metadata, things
from tests.servers.postgres import Postgres


def test_an_error_is_as_sqlalchemy_raises_it_and_keeps_to_itself_what_was_given(empty_url: str) -> None:
    engine = make_engine(empty_url)
    statement = f"insert into things (id) values ({'?' if is_sqlite(engine) else '%s'})"
    with begin_write(engine) as connection:
        metadata.create_all(connection)
        connection.execute(insert(things), {"id": "a"})
        with pytest.raises(DBAPIError) as ordinary, connection.begin_nested():
            connection.execute(insert(things), {"id": "a"})
        with pytest.raises(DBAPIError) as raised, connection.begin_nested():
            driver.execute(connection, statement, ("a",))
        assert type(raised.value) is type(ordinary.value)
        assert trouble(raised.value) is Trouble.ITEM
        assert raised.value.params is None
        assert driver.execute(connection, statement, ("b",)) == 1
    engine.dispose()


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
