"""Addresses at which nothing arrives: what is said of them, and a colleague's word that one works again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.inbound import PointKind
from channels.receipts import Closing
from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Redirect
from router.store import closed, people
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.rows import Row
from router.store.schema import events
from rules.landlord import Ruleset

WORKS_AGAIN = "address-works-again"


def failing_view(point: people.Point, row: Row) -> dict[str, Any]:
    """An address that fails, as a page shows it with its button."""
    kind, value = point
    return {
        "kind": kind,
        "value": value,
        "address": words.address({"kind": kind, "value": value}),
        "since": row["since"],
        "status": row["status"],
    }


def closed_view(row: Row, ruleset: Ruleset) -> dict[str, Any]:
    """A channel that is not to be used to an address: which, why in words, and since when."""
    number = words.address({"kind": PointKind.PHONE, "value": row["value"]})
    name = words.channel(row["channel"], ruleset)
    stopped = row["why"] == Closing.OPTED_OUT
    why = (
        "They have stopped these; only they can start them again, with START"
        if stopped
        else words.trouble(row["status"])
    )
    return {
        "what": f"{name} to {number}",
        "why": why,
        "since": row["since"],
        "kind": PointKind.PHONE.value,
        "value": row["value"],
        "may_reopen": not stopped,
    }


def works_again(ask: Ask) -> Answer:
    """Take a colleague's word that an address works again; whatever goes out next may go there."""
    point = ask.given("kind"), ask.given("value")
    done = ask.services.writer.submit(_works_again, (point, ask.person.actor, ask.now)).result()
    if not done:
        raise NotFoundError("This address is not among those that fail.")
    back = ask.given("back")
    return Redirect(back if _is_ours(back) else "/queue", "Done: we write to this address again.")


def _is_ours(path: str) -> bool:
    return path.startswith(("/enquiries/", "/customers/")) and "\\" not in path and "//" not in path


def _works_again(connection: Connection, items: list[tuple[people.Point, str, datetime]]) -> list[bool]:
    return [_mark(connection, *item) for item in items]


def _mark(connection: Connection, point: people.Point, actor: str, at: datetime) -> bool:
    failing = people.failing(connection, [point]).get(point)
    lost = [each for each in closed.of(connection, [point[1]]) if each["why"] == Closing.NOT_REACHED]
    row = failing or next(iter(lost), None)
    if row is None:
        return False
    people.mark_working(connection, [point])
    for each in lost:
        closed.reopen(connection, (each["channel"], each["value"]), Closing.NOT_REACHED, at)
    event = {
        "id": new_id(),
        "at": at,
        "kind": WORKS_AGAIN,
        "enquiry_id": None,
        "contact_id": row["contact_id"],
        "team": None,
        "actor": actor,
        "data": {"intent": row["intent_id"], "status": row["status"]},
    }
    insert_rows(connection, events, [event])
    return True
