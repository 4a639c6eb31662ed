"""Whoever is brought into a call that goes on, as its row has it: how far they are, and the telephone kept for them."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, text

from router.store.rows import Row
from router.store.schema import calls

RINGING, HERE, GONE = "ringing", "here", "gone"
_IN_CALLS: Final = text("phone is not null")
"""A colleague talks on a telephone; only then somebody is brought in."""


def third_of(row: Row) -> Row | None:
    """Whoever was brought into a call, or is being rung for it; None once they are gone."""
    third: Row | None = ((row["live"] or {}).get("talk") or {}).get("third")
    return third if third and third["stage"] != GONE else None


def legs(connection: Connection) -> dict[str, tuple[str, str]]:
    """The contact of a call, and the key of whoever is in it or is rung for it, by the provider's id of their leg."""
    return {third["leg"]: (contact_id, third["key"]) for contact_id, third in _thirds(connection) if third["leg"]}


def engaged(connection: Connection, phones: Collection[str], at: datetime) -> Counter[str]:
    """How often each of these telephones is kept for, or talks to, a colleague with a call of their own.

    One of which nothing is heard is kept no longer than it may ring, and then be thought about.
    """
    kept = [third for _, third in _thirds(connection) if third["stage"] == HERE or _is_rung(third, at)]
    return Counter(third["phone"] for third in kept if third.get("phone") in phones)


def _thirds(connection: Connection) -> Iterator[tuple[str, Row]]:
    """Everybody who was brought into a call or is rung for one, with the contact of the call."""
    wanted = select(calls.c.contact_id, calls.c.live).where(_IN_CALLS, calls.c.live.is_not(None))
    for row in connection.execute(wanted):
        if third := third_of(row._asdict()):
            yield row.contact_id, third


def _is_rung(third: Row, at: datetime) -> bool:
    return "until" in third and datetime.fromisoformat(third["until"]) > at
