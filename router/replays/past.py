"""Past contacts as the record has them: a batch at a time by key, each batch in a short transaction of its own.

A transaction of minutes would keep SQLite from shortening its log, and PostgreSQL from clearing up. What is stored
with a decision stays as it was; only who has the contact now can change between two batches.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, func, select

from router.days import Period
from router.enquiry.happenings import EventKind
from router.store import sql
from router.store.engine import begin_read
from router.store.ids import lowest_id
from router.store.rows import Row
from router.store.schema import contacts, decisions, enquiries, events, parts

BATCH: Final = 500


def ids_of(period: Period) -> tuple[str, str]:
    """The ids between which the contacts of a period are: an id tells when the contact was stored."""
    return lowest_id(period.since), lowest_id(period.until)


_DECIDED: Final = (
    select(
        contacts.c.id,
        contacts.c.channel,
        contacts.c.received_at,
        contacts.c.recipients,
        contacts.c.party,
        contacts.c.sender,
        contacts.c.team.label("now"),
        decisions.c.id.label("decision_id"),
        decisions.c.enquiry_id,
        decisions.c.ruleset_version,
        decisions.c.team,
        decisions.c.routed_team,
        decisions.c.priority,
        decisions.c.journey,
        decisions.c.rule,
        decisions.c.how,
        decisions.c.facts,
        decisions.c.parts_until,
        decisions.c.due,
        decisions.c.trouble,
        enquiries.c.reference,
        enquiries.c.first_contact_id,
        enquiries.c.state,
    )
    .outerjoin(decisions, (decisions.c.contact_id == contacts.c.id) & decisions.c.current)
    .outerjoin(enquiries, enquiries.c.id == decisions.c.enquiry_id)
)
_PAST: Final = (
    _DECIDED.where(contacts.c.id > bindparam("after"), contacts.c.id < bindparam("until"))
    .order_by(contacts.c.id)
    .limit(bindparam("most"))
)
_SOME: Final = _DECIDED.where(contacts.c.id.in_(bindparam("ids", expanding=True)), decisions.c.id.is_not(None))
_SAID: Final = (
    select(parts.c.id, parts.c.contact_id, parts.c.subject, parts.c.text, parts.c.facts)
    .where(parts.c.contact_id.in_(bindparam("ids", expanding=True)), ~parts.c.outgoing)
    .order_by(parts.c.id)
)
_TAKEN_OVER: Final = (
    select(events.c.contact_id, events.c.data)
    .where(
        events.c.contact_id.in_(bindparam("ids", expanding=True)),
        events.c.kind == EventKind.TRANSFERRED.value,
        events.c.actor == "engine",
    )
    .order_by(events.c.id)
)


def count(connection: Connection, period: Period) -> int:
    """How many contacts came in."""
    first, end = ids_of(period)
    within = select(func.count()).select_from(contacts).where(contacts.c.id >= first, contacts.c.id < end)
    return connection.execute(within).scalar_one()


def batches(record: Engine, period: Period) -> Iterator[list[Row]]:
    """The contacts of a period, oldest first, with the parts that each decision was made of.

    `taken_from` is the team that had the enquiry before this contact's rule took it over, None where none did. What
    is not decided yet has no `decision_id`.
    """
    after, end = ids_of(period)
    while True:
        with begin_read(record) as connection:
            rows = sql.dicts(connection.execute(_PAST, {"after": after, "until": end, "most": BATCH}))
            _add_beside(connection, rows)
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1]["id"]


def some(connection: Connection, ids: Sequence[str]) -> list[Row]:
    """The decided ones among these contacts, in the same shape."""
    rows = sql.dicts(connection.execute(_SOME, {"ids": list(ids)}))
    _add_beside(connection, rows)
    return rows


def _add_beside(connection: Connection, rows: list[Row]) -> None:
    """Add to the contacts what was said on each until it was decided, and whom its rule took the enquiry from."""
    ids = [row["id"] for row in rows if row["decision_id"]]
    said: dict[str, list[Row]] = {}
    for part in sql.dicts(connection.execute(_SAID, {"ids": ids})):
        said.setdefault(part["contact_id"], []).append(part)
    joined = [row["id"] for row in rows if row["decision_id"] and row["how"] != "opened"]
    taken = {id_: data["from"] for id_, data in connection.execute(_TAKEN_OVER, {"ids": joined})} if joined else {}
    for row in rows:
        row["parts"] = [part for part in said.get(row["id"], ()) if part["id"] <= (row["parts_until"] or "")]
        row["taken_from"] = taken.get(row["id"])
