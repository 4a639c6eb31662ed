"""Calls written by two processes at once, in opposite orders: on PostgreSQL nobody waits for who waits for them."""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, text

from router.store import calls as store
from router.store.call_ends import Ending, Heard, settle
from router.store.calls import CallNews, Turn
from router.store.engine import begin_read, begin_write, make_engine
from router.store.writer import Writer
from tests.integration.store.test_waiting import HUB, PATIENCE, RESTS, RINGS, Hub, seconds

ROUNDS = 15
NAMES = ("ada", "ben", "cleo", "dev")


def turn(hub: Hub, name: str, at: int) -> Turn:
    return Turn(hub.ids[name], (HUB,), seconds(at), RINGS, RESTS, seconds(at) - PATIENCE)


def end(hub: Hub, name: str, at: int) -> Heard:
    ending = Ending("abandoned", seconds(at), at, at)
    return Heard(hub.ids[name], seconds(at), lambda _: ending)


def one_process(hub: Hub, order: tuple[str, ...], at: int) -> list[tuple[Any, list[Any]]]:
    """What a process may have to write at once, in one order of the callers."""
    told = [CallNews(hub.ids[name], seconds(at)) for name in order]
    return [
        (settle, [end(hub, name, at) for name in order[:2]]),
        (store.take_turn, [turn(hub, name, at) for name in order]),
        (store.pass_on, told),
        (settle, [end(hub, name, at + 1) for name in order[2:]]),
        (store.leave, told),
    ]


def at_once(*work: Callable[[], None]) -> list[BaseException]:
    """Run these in threads that begin together; gives what went wrong."""
    wrong: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(each: Callable[[], None]) -> None:
        start.wait()
        try:
            each()
        except Exception as error:  # noqa: BLE001 - it is what is asserted on
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_two_transactions_in_opposite_orders_do_not_lock_each_other_out(store_url: str) -> None:
    engines = make_engine(store_url), make_engine(store_url)
    hub = Hub(engines[0])
    for at, name in enumerate(NAMES):
        hub.comes(name, at)

    def write(engine: Engine, order: tuple[str, ...], at: int) -> Callable[[], None]:
        def run() -> None:
            with begin_write(engine) as record:
                for operation, items in one_process(hub, order, at):
                    operation(record, items)

        return run

    for number in range(ROUNDS):
        at = 10 + number
        assert at_once(write(engines[0], NAMES, at), write(engines[1], NAMES[::-1], at)) == []
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("processes", [3])
def test_nor_do_the_writers_of_several_processes(store_url: str, processes: int) -> None:
    engines = [make_engine(store_url) for _ in range(processes)]
    hub = Hub(engines[0])
    for at, name in enumerate(NAMES):
        hub.comes(name, at)
    before = deadlocks(engines[0])

    def write(engine: Engine, order: tuple[str, ...]) -> Callable[[], None]:
        def run() -> None:
            with closing(Writer(engine)) as writer:
                done = [
                    writer.submit(operation, item)
                    for at in range(10, 10 + ROUNDS)
                    for operation, items in one_process(hub, order, at)
                    for item in items
                ]
                for future in done:
                    future.result()

        return run

    orders = (NAMES, NAMES[::-1], NAMES[2:] + NAMES[:2])
    assert at_once(*(write(engine, order) for engine, order in zip(engines, orders, strict=True))) == []
    for engine in engines:
        engine.dispose()
    assert deadlocks(engines[0]) == before
    with begin_read(engines[0]) as record:
        stages = record.execute(text("select distinct stage from calls")).scalars().all()
    assert stages == ["over"]
    engines[0].dispose()


def deadlocks(engine: Engine) -> int:
    """How many the server has counted in this database; a record of one file has none."""
    if engine.dialect.name != "postgresql":
        return 0
    with begin_read(engine) as record:
        counted = text("select deadlocks from pg_stat_database where datname = current_database()")
        return int(record.execute(counted).scalar_one())
