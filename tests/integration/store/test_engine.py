"""Both databases keep what was committed, refuse what a reader writes, and give back what was put in."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from router.store import engine as engines
from router.store.engine import begin_read, begin_write, make_engine
from router.store.types import Id, Json, UtcDateTime

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("key", Id),
    Column("at", UtcDateTime),
    Column("data", Json),
    Column("text", Text),
)


@pytest.fixture
def record(empty_url: str) -> Any:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        things.metadata.create_all(connection)
        connection.execute(insert(things), {"id": 1})
    yield engine
    engine.dispose()


def back(connection: Connection, **values: Any) -> Any:
    name = next(iter(values))
    connection.execute(update(things).values(**values))
    return connection.execute(select(things.c[name])).scalar_one()


LONG = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
NO_NUL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NO_NUL,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NO_NUL, inner, max_size=4),
    max_leaves=12,
)


@LONG
@given(at=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_time_comes_back_exactly_and_in_utc(record: Engine, at: datetime) -> None:
    with begin_write(record) as connection:
        found = back(connection, at=at)
    assert found == at.astimezone(UTC)
    assert found.tzinfo is UTC


@LONG
@given(data=JSON)
def test_json_comes_back_equal(record: Engine, data: Any) -> None:
    with begin_write(record) as connection:
        assert back(connection, data=data) == data


@LONG
@given(text=NO_NUL)
def test_text_of_any_script_comes_back_equal(record: Engine, text: str) -> None:
    with begin_write(record) as connection:
        assert back(connection, text=text) == text


def test_times_compare_as_instants_whatever_their_zone(record: Engine) -> None:
    at = datetime(2026, 10, 25, 1, 30, tzinfo=timezone(timedelta(hours=1)))
    with begin_write(record) as connection:
        connection.execute(update(things).values(at=at))
        assert connection.execute(select(things.c.id).where(things.c.at == at.astimezone(UTC))).scalar() == 1
        assert connection.execute(select(things.c.id).where(things.c.at < at)).scalar() is None


def test_none_in_a_json_column_is_null(record: Engine) -> None:
    with begin_write(record) as connection:
        back(connection, data=None)
        assert connection.execute(select(things.c.id).where(things.c.data.is_(None))).scalar() == 1


def test_a_time_without_a_zone_is_refused(record: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"), begin_write(record) as connection:
        back(connection, at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("statement", [insert(things).values(id=2), update(things).values(text="x"), delete(things)])
def test_a_reader_is_refused_any_writing(record: Engine, statement: Any) -> None:
    with pytest.raises(DBAPIError), begin_read(record) as connection:
        connection.execute(statement)
    with begin_write(record) as connection:
        connection.execute(update(things).values(text="written after"))


def test_a_reader_sees_one_moment_throughout(record: Engine) -> None:
    count = select(func.count()).select_from(things)
    with begin_read(record) as reader:
        before = reader.execute(count).scalar()
        with begin_write(record) as writer:
            writer.execute(insert(things), {"id": 2})
        assert reader.execute(count).scalar() == before
    with begin_read(record) as reader:
        assert reader.execute(count).scalar() == 2


def test_an_error_undoes_the_whole_transaction(record: Engine) -> None:
    with pytest.raises(DBAPIError), begin_write(record) as connection:
        connection.execute(insert(things), [{"id": 2}, {"id": 1}])
    with begin_read(record) as connection:
        assert list(connection.execute(select(things.c.id)).scalars()) == [1]


def test_no_read_then_update_is_lost(record: Engine) -> None:
    with begin_write(record) as connection:
        connection.execute(update(things).values(text="0"))

    def count_up() -> None:
        for _ in range(25):
            with begin_write(record) as connection:
                found = connection.execute(select(things.c.text).with_for_update()).scalar_one()
                connection.execute(update(things).values(text=str(int(found) + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with begin_read(record) as connection:
        assert connection.execute(select(things.c.text)).scalar() == "100"


def test_values_are_not_in_the_text_of_an_error(record: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, begin_write(record) as connection:
        connection.execute(insert(things), {"id": 1, "text": "my neighbour"})
    assert "my neighbour" not in str(caught.value)


def test_sqlite_flushes_to_disk_and_checks_references(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/record.db")
    with begin_write(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_transaction_of_no_declared_kind_takes_the_lock_at_once(tmp_path: Path) -> None:
    file = tmp_path / "record.db"
    engine = make_engine(f"sqlite:///{file}")
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    with engine.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("begin immediate")
    other.close()
    engine.dispose()


def test_a_writer_that_waits_in_vain_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.sqlite, "BUSY_SECONDS", 0.05)
    file = tmp_path / "record.db"
    engine = make_engine(f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(DBAPIError, match="locked"), begin_write(engine):
        pass
    other.close()
    with begin_write(engine):
        pass
    engine.dispose()


@pytest.mark.parametrize(
    "url, says",
    [
        ("", "cannot be read"),
        ("not an address", "cannot be read"),
        ("mysql://user@host/name", "starts with mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all/record.db", "there is no folder /nowhere/at/all"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make_engine(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(scheme: str) -> None:
    assert make_engine(f"{scheme}://user@host/name").dialect.driver == "psycopg"
