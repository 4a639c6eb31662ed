"""The writer commits together what waits, lets a poisoned item fail alone, and tells nobody before the commit."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, func, insert, select

from router.store import batch
from router.store.engine import begin_read, begin_write, make_engine
from router.store.writer import OverloadedError, UnavailableError, Writer
from tests.servers.process import PATIENCE

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text, nullable=False))


def put(connection: Connection, items: list[Any]) -> list[Any]:
    """Insert numbers; whatever is no number is refused by the database or by Python."""
    connection.execute(insert(notes), [{"id": item, "text": f"note {item}"} for item in items])
    return items


def shout(connection: Connection, items: list[Any]) -> list[Any]:
    """Another operation, on the same table."""
    connection.execute(insert(notes), [{"id": item + 1_000_000, "text": "shout"} for item in items])
    return [item * 2 for item in items]


def choke(connection: Connection, items: list[str]) -> list[str]:
    """Fails in Python on one of its items, after having written."""
    connection.execute(insert(notes), [{"id": 2_000_000 + len(item), "text": item} for item in items])
    if any(item == "poison" for item in items):
        raise ValueError("cannot swallow this")
    return items


def forget(connection: Connection, items: list[int]) -> list[int]:
    """Breaks the promise of one result for each item."""
    del connection, items
    return []


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        notes.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def writing(record: Engine) -> Iterator[Writer]:
    with closing(Writer(record)) as writer:
        yield writer


class Gate:
    """An operation that waits until it is let go on, so that a test can fill the queue behind it."""

    def __init__(self, writer: Writer) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        self.future: Future[int] = writer.submit(self.hold, 0)
        assert self.reached.wait(PATIENCE)

    def hold(self, connection: Connection, items: list[int]) -> list[int]:
        del connection
        self.reached.set()
        assert self.open.wait(PATIENCE)
        return items


def ids(record: Engine) -> list[int]:
    with begin_read(record) as connection:
        return list(connection.execute(select(notes.c.id).order_by(notes.c.id)).scalars())


def outcome(future: "Future[Any]") -> Any:
    error = future.exception(timeout=PATIENCE)
    return future.result() if error is None else type(error.__cause__ or error).__name__


def test_what_is_told_is_committed(record: Engine, writing: Writer) -> None:
    for number in range(20):
        assert writing.submit(put, number).result(PATIENCE) == number
        assert number in ids(record)


def test_what_waits_is_committed_together(record: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "HOLD_SECONDS", 60.0)
    seen: list[int] = []
    with closing(Writer(record, observe=lambda count, _: seen.append(count))) as writer:
        gate = Gate(writer)
        futures = [writer.submit(put, number) for number in range(50)]
        futures += [writer.submit(shout, number) for number in range(50)]
        gate.open.set()
        assert [future.result(PATIENCE) for future in futures] == [*range(50), *range(0, 100, 2)]
    assert seen == [1, 100]


@pytest.mark.parametrize(
    "items, expected",
    [
        ([1, 2, 3], [1, 2, 3]),
        ([1, "not a number", 3], [1, "ERROR", 3]),
        ([1, 1, 2], [1, "ERROR", 2]),
        (["a", "b"], ["ERROR", "ERROR"]),
        (["a", 5], ["ERROR", 5]),
    ],
)
def test_a_poisoned_item_fails_alone(record: Engine, writing: Writer, items: list[Any], expected: list[Any]) -> None:
    gate = Gate(writing)
    futures = [writing.submit(put, item) for item in items]
    other = writing.submit(shout, 7)
    gate.open.set()
    assert ["ERROR" if future.exception(10) else future.result() for future in futures] == expected
    assert other.result(PATIENCE) == 14
    assert ids(record) == [*[item for item in expected if item != "ERROR"], 1_000_007]


def test_what_an_operation_wrote_before_it_failed_is_undone(record: Engine, writing: Writer) -> None:
    gate = Gate(writing)
    futures = [writing.submit(choke, text) for text in ("fine", "poison", "finer")]
    gate.open.set()
    assert [outcome(future) for future in futures] == ["fine", "ValueError", "finer"]
    assert ids(record) == [2_000_004, 2_000_005]


def test_an_operation_that_forgets_a_result_is_named(writing: Writer) -> None:
    with pytest.raises(TypeError, match="forget returned 0 results for 1 items"):
        writing.submit(forget, 1).result(PATIENCE)


def test_items_of_one_operation_keep_their_order(writing: Writer) -> None:
    order: list[int] = []

    def note(connection: Connection, items: list[int]) -> list[int]:
        del connection
        order.extend(items)
        return items

    wait([writing.submit(note, number) for number in range(1_000)], timeout=PATIENCE)
    assert order == list(range(1_000))


def test_a_long_operation_lets_a_short_one_pass(writing: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "HOLD_SECONDS", 0.0)
    gate = Gate(writing)
    many = [writing.submit(put, number) for number in range(10 * batch.CHUNK)]
    one = writing.submit(shout, 1)
    gate.open.set()
    assert one.result(PATIENCE) == 2
    assert not many[-1].done()
    wait(many, timeout=PATIENCE)


def test_too_much_is_refused_at_once(record: Engine) -> None:
    with closing(Writer(record, limit=5)) as writer:
        gate = Gate(writer)
        futures = [writer.submit(put, number) for number in range(4)]
        with pytest.raises(OverloadedError, match="5 items wait"):
            writer.submit(put, 99)
        gate.open.set()
        assert [future.result(PATIENCE) for future in futures] == [0, 1, 2, 3]
        assert writer.submit(put, 99).result(PATIENCE) == 99


def test_closing_writes_what_waits(record: Engine) -> None:
    writer = Writer(record)
    gate = Gate(writer)
    futures = [writer.submit(put, number) for number in range(500)]
    gate.open.set()
    writer.close()
    assert all(future.done() for future in futures)
    assert len(ids(record)) == 500
    with pytest.raises(UnavailableError, match="closed"):
        writer.submit(put, 1_000)
    writer.close()


def test_a_cancelled_future_harms_nobody(writing: Writer) -> None:
    gate = Gate(writing)
    futures = [writing.submit(put, number) for number in range(3)]
    futures[1].cancel()
    gate.open.set()
    assert futures[2].result(PATIENCE) == 2


def test_coroutines_wait_for_the_commit_and_their_loop_is_woken_once_a_batch(
    record: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = 0

    async def run() -> list[Any]:
        loop = asyncio.get_running_loop()
        plain = loop.call_soon_threadsafe

        def count(*arguments: Any, **options: Any) -> Any:
            nonlocal woken
            woken += 1
            return plain(*arguments, **options)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        with closing(Writer(record)) as writer:
            gate = Gate(writer)
            tasks = [asyncio.create_task(writer.write(put, number)) for number in [*range(40), 7]]
            await asyncio.wait(tasks, timeout=0)
            gate.open.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(run())
    assert results[:40] == list(range(40))
    assert isinstance(results[40], Exception)
    assert woken == 1


def test_a_cancelled_coroutine_harms_nobody(record: Engine) -> None:
    async def run() -> Any:
        with closing(Writer(record)) as writer:
            gate = Gate(writer)
            first, second = (asyncio.create_task(writer.write(put, number)) for number in (1, 2))
            await asyncio.wait([first, second], timeout=0)
            first.cancel()
            gate.open.set()
            return await second

    assert asyncio.run(run()) == 2


def test_several_writers_on_one_record_lose_nothing(record: Engine) -> None:
    writers = [Writer(record) for _ in range(3)]
    futures = [writer.submit(put, base * 1_000 + n) for base, writer in enumerate(writers) for n in range(300)]
    wait(futures, timeout=PATIENCE)
    for writer in writers:
        writer.close()
    with begin_read(record) as connection:
        assert connection.execute(select(func.count()).select_from(notes)).scalar() == 900
    assert {outcome(future) for future in futures} == {base * 1_000 + n for base in range(3) for n in range(300)}


def test_a_full_disk_is_told_at_once_and_passes(tmp_path: Any) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/record.db")
    with begin_write(engine) as connection:
        notes.metadata.create_all(connection)

    def fill(connection: Connection, items: list[str]) -> list[str]:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        pages = driver.execute("pragma page_count").fetchone()[0]
        driver.execute(f"pragma max_page_count={pages}")
        return put_long(connection, items)

    with closing(Writer(engine)) as writer:
        with pytest.raises(UnavailableError):
            writer.submit(fill, "x" * 100_000).result(PATIENCE)
        assert writer.submit(put_long, "y" * 100_000).result(PATIENCE)
    engine.dispose()


def put_long(connection: Connection, items: list[str]) -> list[str]:
    """Insert texts under numbers of the database's choice."""
    connection.execute(insert(notes), [{"text": item} for item in items])
    return items
