"""The days that a report is over, and how what the record has of them is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment to before another, both aware."""

    since: datetime
    until: datetime


def stream(connection: Connection, statement: Any) -> Iterator[Any]:
    """What a statement finds, a few thousand rows at a time."""
    result = connection.execute(statement, execution_options={"yield_per": AT_ONCE})
    yield from result.mappings()
