"""Calls that go on now, for the colleagues whose they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, or_, select, text
from sqlalchemy.sql.elements import ColumnElement

from router.store import sql
from router.store.calls import CONNECTING, TALKING, WAITING, Row
from router.store.schema import ON, calls

LONGEST: Final = timedelta(hours=4)
"""The provider ends a call after that long: one not spoken of for longer is over, whether its end was told or not."""

STAGES: Final = (WAITING, CONNECTING, TALKING)


def going_on(connection: Connection, teams: Sequence[str] | None, now: datetime, limit: int) -> list[Row]:
    """The calls that go on with these teams, or with any, the most urgent first; at most `limit`."""
    mine = [] if teams is None else [or_(calls.c.team.in_(teams), calls.c.also.in_(teams))]
    order = (calls.c.rank, calls.c.since, calls.c.contact_id)
    wanted = select(calls).where(*_on(now), *mine).order_by(*order).limit(limit)
    return sql.mappings(connection.execute(wanted).mappings())


def of(connection: Connection, contact_ids: Sequence[str], now: datetime) -> list[Row]:
    """The calls of these contacts that go on."""
    wanted = select(calls).where(*_on(now), calls.c.contact_id.in_(list(contact_ids)))
    return sql.mappings(connection.execute(wanted).mappings()) if contact_ids else []


def _on(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_on: Any = text(ON)
    return is_on, calls.c.stage.in_(STAGES), calls.c.seen_at >= now - LONGEST
