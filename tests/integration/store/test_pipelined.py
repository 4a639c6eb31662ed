"""Statements that are sent without waiting do what they would one by one, and what goes wrong is told apart as ever."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, Text
from sqlalchemy.exc import DBAPIError, IntegrityError

from router.store.bulk import insert_rows
from router.store.driver import pipelined
from router.store.engine import begin_read, begin_write, connect_to_write, make_engine
from router.store.trouble import Trouble, trouble

END_OTHERS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database() and backend_type = 'client backend'
"""
metadata = MetaData()
things = Table("things", metadata, Column("id", String(26), primary_key=True), Column("name", Text))


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        metadata.create_all(connection)
        insert_rows(connection, things, [{"id": "0", "name": "first"}])
    yield engine
    engine.dispose()


def stored(record: Engine) -> list[str]:
    with begin_read(record) as connection:
        return list(connection.exec_driver_sql("select id from things order by id").scalars())


def write(connection: Connection, ids: Sequence[str]) -> None:
    with pipelined(connection):
        for id_ in ids:
            insert_rows(connection, things, [{"id": id_, "name": "thing"}])


def write_alone(record: Engine, ids: Sequence[str]) -> None:
    with begin_write(record) as connection:
        write(connection, ids)


def write_within(connection: Connection, ids: Sequence[str]) -> None:
    with connection.begin_nested():
        write(connection, ids)


def write_and_be_lost(connection: Connection, ids: Sequence[str], record: Engine) -> None:
    with connection.begin(), pipelined(connection):
        for id_ in ids:
            insert_rows(connection, things, [{"id": id_, "name": "thing"}])
        with begin_write(record) as other:
            other.exec_driver_sql(END_OTHERS)
        insert_rows(connection, things, [{"id": "9", "name": "too late"}])


def test_all_of_them_are_carried_out_in_their_order(record: Engine) -> None:
    with begin_write(record) as connection:
        with pipelined(connection):
            insert_rows(connection, things, [{"id": "1", "name": "new"}])
            insert_rows(connection, things, [{"id": "1", "name": "not new"}], only_new=True)
            connection.exec_driver_sql("update things set name = 'changed' where id = '1'")
        assert connection.exec_driver_sql("select name from things where id = '1'").scalar() == "changed"
    assert stored(record) == ["0", "1"]


@pytest.mark.parametrize("ids", [["0"], ["0", "1"], ["1", "0", "2"], ["1", "2", "0"], ["1", "1"]], ids=",".join)
def test_one_that_fails_undoes_them_all_and_is_the_items_own_fault(record: Engine, ids: list[str]) -> None:
    with pytest.raises(IntegrityError) as failed:
        write_alone(record, ids)
    assert trouble(failed.value) is Trouble.ITEM
    assert stored(record) == ["0"]


@pytest.mark.parametrize("ids", [["0", "1"], ["1", "0"]], ids=",".join)
def test_one_that_fails_within_a_savepoint_leaves_what_came_before(record: Engine, ids: list[str]) -> None:
    with begin_write(record) as connection:
        insert_rows(connection, things, [{"id": "5", "name": "before"}])
        with pytest.raises(IntegrityError):
            write_within(connection, ids)
    assert stored(record) == ["0", "5"]


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("ids", [[], ["1"]], ids=["nothing sent", "one sent"])
def test_a_connection_that_is_lost_meanwhile_is_known_to_be(record: Engine, ids: list[str]) -> None:
    connection = connect_to_write(record)
    with pytest.raises(DBAPIError) as failed:
        write_and_be_lost(connection, ids, record)
    assert trouble(failed.value) is Trouble.LOST
    connection.invalidate()
    connection.close()
    assert stored(record) == ["0"]
