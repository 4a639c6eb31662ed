"""A prepared statement finds and changes what the ordinary one would, on both databases, whatever it is given."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from router.store.engine import begin_read, begin_write, make_engine
from router.store.prepared import Prepared, among
from router.store.types import UtcDateTime
from tests.integration.store.things import metadata, things

AT = datetime(2026, 11, 24, 8, 30, 0, 123456, tzinfo=UTC)
NAMES = ("plain", "O'Brien \\ ün\n", 'a "quoted" one', "100%s", "")
ROWS = [
    {"id": str(number), "order": name, "data": {"a": [number]}, "at": AT, "current": number % 2 == 0, "share": 0.5}
    for number, name in enumerate(NAMES)
]
EMPTY = {"id": "9", "order": None, "data": None, "at": None, "current": None, "share": None}
NUMBER = {"id": "8", "order": None, "data": 8, "at": AT, "current": False, "share": 8.0}

NAMED = Prepared(select(things).where(among(things.c.order, "names")).order_by(things.c.id))
LATE = Prepared(
    select(things.c.id)
    .where(or_(among(things.c.id, "ids"), things.c.at > bindparam("since")), things.c.share < 1)
    .order_by(things.c.id)
    .limit(bindparam("most"))
)
MOVE = Prepared(
    update(things)
    .where(among(things.c.id, "ids"))
    .values(at=bindparam("to", type_=UtcDateTime()), share=things.c.share + 1)
)


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    with begin_write(engine) as connection:
        metadata.create_all(connection)
        connection.execute(insert(things), [*ROWS, EMPTY, NUMBER])
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "names", [[], *([name] for name in NAMES), list(NAMES), [*NAMES, "nobody"] * 30], ids=lambda names: str(len(names))
)
def test_rows_are_found_by_a_list_however_long(record: Engine, names: list[str]) -> None:
    with begin_read(record) as connection:
        assert NAMED.rows(connection, names=names) == [row for row in ROWS if row["order"] in names]


def test_values_come_back_as_they_were_stored(record: Engine) -> None:
    statement = Prepared(select(things).where(among(things.c.id, "ids")).order_by(things.c.id))
    with begin_read(record) as connection:
        assert statement.rows(connection, ids=["8", "9"]) == [NUMBER, EMPTY]


@pytest.mark.parametrize(
    "ids, since, most, found",
    [
        (["0"], AT, 9, ["0"]),
        (["0", "8"], AT, 9, ["0"]),
        ([], AT - timedelta(microseconds=1), 9, ["0", "1", "2", "3", "4"]),
        ([], AT - timedelta(microseconds=1), 2, ["0", "1"]),
        ([], AT, 9, []),
    ],
)
def test_a_list_stands_beside_other_conditions(
    record: Engine, ids: Sequence[str], since: datetime, most: int, found: Sequence[str]
) -> None:
    with begin_read(record) as connection:
        rows: list[dict[str, Any]] = LATE.rows(connection, ids=ids, since=since, most=most)
    assert [row["id"] for row in rows] == found


def test_rows_of_a_list_are_changed_and_no_others(record: Engine) -> None:
    later = AT + timedelta(days=1)
    with begin_write(record) as connection:
        assert MOVE.run(connection, ids=["1", "3", "none"], to=later) == 2
        changed = {row["id"]: row for row in connection.execute(select(things)).mappings()}
    assert {id_ for id_, row in changed.items() if row["at"] == later} == {"1", "3"}
    assert {id_: row["share"] for id_, row in changed.items() if row["share"] == 1.5} == {"1": 1.5, "3": 1.5}
