"""A PostgreSQL server that is killed, restarted or away: what was told is stored, what was not is told so."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, select, text
from sqlalchemy.dialects.postgresql import insert

from router.store import writer as writers
from router.store.engine import begin_read, begin_write, make_engine
from router.store.writer import UnavailableError, Writer
from tests.servers.postgres import Postgres, postgres_server
from tests.servers.process import PATIENCE

numbers = Table("numbers", MetaData(), Column("id", Integer, primary_key=True))


def put(connection: Connection, items: list[int]) -> list[int]:
    """Insert numbers, each once only: run again, it changes nothing."""
    connection.execute(insert(numbers).on_conflict_do_nothing(), [{"id": item} for item in items])
    return items


@pytest.fixture(scope="module")
def durable() -> Iterator[Postgres]:
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture
def record(durable: Postgres) -> Iterator[Engine]:
    if durable.server.process is None:
        durable.server.start()
    engine = make_engine(durable.url(durable.create()))
    with begin_write(engine) as connection:
        numbers.metadata.create_all(connection)
    yield engine
    engine.dispose()


def stored(record: Engine) -> set[int]:
    with begin_read(record) as connection:
        return set(connection.execute(select(numbers.c.id)).scalars())


@pytest.mark.parametrize("how", ["restart", "end connections"])
def test_writing_goes_on_through(how: str, durable: Postgres, record: Engine) -> None:
    futures: list[Future[int]] = []
    begun = threading.Event()
    with closing(Writer(record, limit=100_000)) as writer:

        def feed() -> None:
            for number in range(6_000):
                futures.append(writer.submit(put, number))
                if number % 20 == 0:
                    futures[-1].result(PATIENCE)
                    begun.set()

        feeding = threading.Thread(target=feed)
        feeding.start()
        begun.wait(PATIENCE)
        interrupt(how, durable)
        feeding.join(PATIENCE)
        assert [future.result(PATIENCE) for future in futures] == list(range(6_000))
    assert stored(record) == set(range(6_000))


def interrupt(how: str, durable: Postgres) -> None:
    if how == "restart":
        durable.server.restart()
        return
    other = make_engine(durable.url())
    with begin_write(other) as connection:
        connection.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'test_%'"))
    other.dispose()


def test_a_server_that_stays_away_is_told_and_its_return_is_noticed(
    durable: Postgres, record: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "RETRY_SECONDS", 0.3)
    with closing(Writer(record)) as writer:
        assert writer.submit(put, 1).result(PATIENCE) == 1
        durable.server.kill()
        for number in (2, 3):
            with pytest.raises(UnavailableError, match="cannot be written to now"):
                writer.submit(put, number).result(PATIENCE)
        durable.server.start()
        assert writer.submit(put, 4).result(PATIENCE) == 4
    assert {1, 4} <= stored(record)


def test_what_was_told_outlives_a_power_cut(durable: Postgres, record: Engine) -> None:
    with closing(Writer(record)) as writer:
        told = [writer.submit(put, number).result(PATIENCE) for number in range(200)]
        durable.server.restart()
    assert stored(record) >= set(told)
