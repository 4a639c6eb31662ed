"""How fast each number of ours may send: a bucket of segments in the record, that every process draws from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from router.store import sql
from router.store.schema import sending_rates

BURST_SECONDS = 1.0
"""How long a number that sent nothing saves up what it may send."""


class Draw(NamedTuple):
    """What is to be sent from a number: how many segments, how many a second it may send, and whether it is urgent."""

    number: str
    segments: int
    rate: float
    at: datetime
    urgent: bool = False


def draw(connection: Connection, items: Sequence[Draw]) -> list[float]:
    """Draw what is wanted from each number's bucket: 0 where it may go now, else in how many seconds it may.

    What is urgent goes at once, and what comes after it waits for longer. Drawing again what was cut off during its
    commit only makes the next wait.
    """
    sql.lock_names(connection, {f"rate:{each.number}" for each in items})
    return [_draw(connection, each) for each in items]


def _draw(connection: Connection, draw: Draw) -> float:
    room = max(draw.rate * BURST_SECONDS, 1.0)
    mine = sending_rates.c.number == draw.number
    known = connection.execute(select(sending_rates).where(mine)).first()
    # A clock that was put back adds nothing and takes nothing away.
    passed = max((draw.at - known.at).total_seconds(), 0.0) if known else 0.0
    tokens = min(room, known.tokens + passed * draw.rate) if known else room
    wanted = min(float(draw.segments), room)  # what is longer than the bucket is deep goes when that is full
    if tokens < wanted - 1e-9 and not draw.urgent:
        return (wanted - tokens) / draw.rate
    left = {"tokens": tokens - draw.segments, "at": draw.at}
    if known:
        connection.execute(update(sending_rates).where(mine).values(**left))
    else:
        connection.execute(insert(sending_rates).values(number=draw.number, **left))
    return 0.0
