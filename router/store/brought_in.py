"""Whoever is brought into a call that goes on, as its row has it: how far they are, and the telephone kept for them."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, text

from router.store.schema import calls

RINGING, HERE, GONE = "ringing", "here", "gone"
Row = dict[str, Any]
_IN_CALLS: Final = text("phone is not null")
"""Somebody is brought in by a colleague who talks, on a telephone."""


def third_of(row: Row) -> Row | None:
    """Whoever was brought into a call, or is being rung for it; None once they are gone."""
    third: Row | None = ((row["live"] or {}).get("talk") or {}).get("third")
    return third if third and third["stage"] != GONE else None


def legs(connection: Connection) -> dict[str, tuple[str, str]]:
    """The contact of a call, and the key of whoever is in it or is rung for it, by the provider's id of their leg."""
    wanted = select(calls.c.contact_id, calls.c.live).where(_IN_CALLS, calls.c.live.is_not(None))
    rows = [row._asdict() for row in connection.execute(wanted)]
    thirds = [(row["contact_id"], third) for row in rows if (third := third_of(row))]
    return {third["leg"]: (contact_id, third["key"]) for contact_id, third in thirds if third["leg"]}


def engaged(connection: Connection, phones: Collection[str], at: datetime) -> Counter[str]:
    """How often each of these telephones is kept for, or talks to, a colleague with a call of their own.

    One of which nothing is heard is kept no longer than it may ring, and then be thought about.
    """
    wanted = select(calls.c.live).where(_IN_CALLS, calls.c.live.is_not(None))
    thirds = (third_of({"live": live}) for live in connection.execute(wanted).scalars())
    kept = (each for each in thirds if each and (each["stage"] == HERE or _is_rung(each, at)))
    return Counter(each["phone"] for each in kept if each.get("phone") in phones)


def _is_rung(third: Row, at: datetime) -> bool:
    return "until" in third and datetime.fromisoformat(third["until"]) > at
