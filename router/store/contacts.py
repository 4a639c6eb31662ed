"""Contacts and their parts in the record: taken in once only, claimed under a lease, put back or set aside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, func, literal_column, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from channels.names import EMAIL
from router.enquiry.happenings import MACHINES
from router.store import one_part, raw_mail, recordings, sql, texts
from router.store.batch import at_once
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import ASIDE, OFTEN, RARE, UNDECIDED, blobs, contacts, enquiry_contacts, events, parts
from router.store.types import UtcDateTime

IN_PROGRESS, WAITING, DECIDED, SET_ASIDE = "in-progress", "waiting", "decided", "set-aside"
URGENT, ROUTINE = 0, 5
MAX_ATTEMPTS = 5
TAKEN_FOR_MESSAGE = "taken-for-message"

Key = tuple[str, ...]
Home = Row
"""What is stored of the contact that a part belongs to: `id`, `state`, `sender_value` and `recipients`; one object for
all parts of one contact."""


class Arrival(NamedTuple):
    """One part to take in: the rows as they would be if all were new, and what it means for a contact that is not.

    `progress` is enough, wait, ended or note. `contact["not_before"]` says until when nobody else takes it up, and
    `contact["lease"]` who does before that.
    """

    contact: Row
    part: Row
    blobs: tuple[Row, ...]
    progress: str
    raw: Row | None = None


class Accepted(NamedTuple):
    """What is stored now: the contact and the part, whether the part was there before, and the contact's state."""

    contact_id: str
    part_id: str
    repeated: bool
    state: str


def _accept_at_once(connection: Connection, arrivals: list[Arrival]) -> list[Accepted | None]:
    """Store those that are new and have nothing to be looked up first, unless one of them brings more with it."""
    plain = not any(each.blobs or each.raw for each in arrivals)
    stored = one_part.store(connection, [(each.contact, each.part) for each in arrivals]) if plain else set()
    return [_as_new(each) if each.contact["id"] in stored else None for each in arrivals]


def _as_new(arrival: Arrival) -> Accepted:
    return Accepted(arrival.contact["id"], arrival.part["id"], repeated=False, state=arrival.contact["state"])


@at_once(_accept_at_once)
def accept(connection: Connection, arrivals: list[Arrival]) -> list[Accepted]:
    """Store parts and the contacts they belong to, each once only; a repeat gets the ids of the first time."""
    texts.prepare(connection, [(each.contact, each.part) for each in arrivals])
    homes = _store_contacts(connection, arrivals)
    for each, home in zip(arrivals, homes, strict=True):
        each.part["contact_id"] = home["id"]
    _store_blobs(connection, [blob for each in arrivals for blob in each.blobs])
    raw_mail.keep(connection, [each.raw for each in arrivals if each.raw])
    first = _store_parts(connection, arrivals)
    _move_on(connection, arrivals, homes, first)
    fresh = [(each.contact, each.part) for each, id_ in zip(arrivals, first, strict=True) if id_ == each.part["id"]]
    texts.follow_up(connection, fresh)
    recordings.follow_up(connection, fresh)
    return [
        Accepted(home["id"], part_id, part_id != each.part["id"], home["state"])
        for each, home, part_id in zip(arrivals, homes, first, strict=True)
    ]


def _conversation(row: Row) -> Key:
    return row["channel"], row["account"], row["conversation"]


def _event(row: Row) -> Key:
    """What makes a part once-only: its event, or that it is the one part with its contact's own id."""
    return (row["channel"], row["account"], row["event"]) if row["event"] else (row["contact_id"],)


_BY_CONVERSATION = Prepared(
    select(
        contacts.c.id,
        contacts.c.channel,
        contacts.c.account,
        contacts.c.conversation,
        contacts.c.state,
        contacts.c.sender_value,
        contacts.c.recipients,
    ).where(among(contacts.c.conversation, "wanted"))
)
_BY_EVENT = Prepared(
    select(parts.c.id, parts.c.channel, parts.c.account, parts.c.event).where(among(parts.c.event, "wanted"))
)
_OWN = Prepared(
    select(parts.c.id, parts.c.contact_id).where(among(parts.c.contact_id, "wanted"), text("event is null"))
)


def _store_contacts(connection: Connection, arrivals: list[Arrival]) -> list[Home]:
    """Where each arrival belongs, now that it is stored: its own contact if that is new, else the one there was."""
    rows = [each.contact for each in arrivals]
    if insert_rows(connection, contacts, rows, only_new=True) == len(rows):
        return rows
    found = _BY_CONVERSATION.rows(connection, wanted=list({row["conversation"] for row in rows}))
    stored: dict[Key, Home] = {_conversation(row): row for row in found}
    return [stored[_conversation(row)] for row in rows]


def _store_parts(connection: Connection, arrivals: list[Arrival]) -> list[str]:
    """The id under which each arrival's part is stored: its own if it is new."""
    rows = [each.part for each in arrivals]
    if insert_rows(connection, parts, rows, only_new=True) == len(rows):
        return [row["id"] for row in rows]
    named = _BY_EVENT.rows(connection, wanted=list({row["event"] for row in rows if row["event"]}))
    own = _OWN.rows(connection, wanted=list({row["contact_id"] for row in rows if not row["event"]}))
    stored: dict[Key, str] = {(row["channel"], row["account"], row["event"]): row["id"] for row in named}
    stored |= {(row["contact_id"],): row["id"] for row in own}
    return [stored[_event(row)] for row in rows]


def _store_blobs(connection: Connection, rows: list[Row]) -> None:
    """Keep contents that are not there yet."""
    if not rows:
        return
    known = select(blobs.c.digest).where(blobs.c.digest.in_([row["digest"] for row in rows]))
    have = set(connection.execute(known).scalars())
    fresh = {row["digest"]: row for row in rows if row["digest"] not in have}
    if fresh:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(blobs).on_conflict_do_nothing(), list(fresh.values()))


def _move_on(connection: Connection, arrivals: list[Arrival], homes: list[Home], first: list[str]) -> None:
    """Let new parts of contacts that were there already change what those wait for."""
    for each, home, part_id in zip(arrivals, homes, first, strict=True):
        if home["id"] == each.contact["id"]:
            continue
        changes = _also_sent_to(each, home)
        if part_id == each.part["id"]:
            changes |= _changes(each, home["state"]) | _named(each, home)
        if changes:
            connection.execute(update(contacts).where(contacts.c.id == home["id"]).values(**changes))
            home["state"] = changes.get("state", home["state"])


def _changes(arrival: Arrival, state: str) -> Row:
    """What a further part changes about its contact; nobody takes up what a person has to look at."""
    wanted = arrival.contact
    hold = {"not_before": wanted["not_before"], "lease": wanted["lease"]}
    changes: Row = {}
    if arrival.progress == "ended":
        changes["ended_at"] = arrival.part["received_at"]
    if state == SET_ASIDE:
        return changes
    if arrival.progress == "enough" or (arrival.progress == "ended" and state in (IN_PROGRESS, WAITING)):
        changes |= hold | {"state": WAITING}
    elif arrival.progress == "wait" and state == IN_PROGRESS:
        changes |= hold
    if arrival.progress == "enough":
        changes["urgency"] = case((contacts.c.urgency < wanted["urgency"], contacts.c.urgency), else_=wanted["urgency"])
    return changes


def _also_sent_to(arrival: Arrival, home: Home) -> Row:
    """Another mailbox of ours that a message was sent to as well may say more about it: then it is decided again."""
    known = {recipient["value"] for recipient in home["recipients"] if recipient.get("value")}
    more = [to for to in arrival.contact["recipients"] if to.get("value") and to["value"] not in known]
    if not more or arrival.part["channel"] != EMAIL:
        return {}
    home["recipients"] = [*home["recipients"], *more]
    changes: Row = {"recipients": home["recipients"]}
    if home["state"] == DECIDED:
        home["state"] = WAITING
        changes |= {"state": WAITING, "not_before": arrival.contact["not_before"], "lease": None}
    return changes


def _named(arrival: Arrival, home: Home) -> Row:
    """Who called whom, where only a later part says so: the events of a call may come in any order."""
    if home["sender_value"] or not arrival.contact["sender_value"]:
        return {}
    home["sender_value"] = arrival.contact["sender_value"]
    return {name: arrival.contact[name] for name in ("sender", "sender_value", "recipients")}


_DUE = Prepared(
    select(contacts)
    .where(text(UNDECIDED), contacts.c.not_before <= bindparam("now"), contacts.c.attempts < MAX_ATTEMPTS)
    .order_by(contacts.c.urgency, contacts.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = Prepared(
    update(contacts)
    .where(among(contacts.c.id, "ids"))
    .values(
        lease=bindparam("token"), not_before=bindparam("until", type_=UtcDateTime()), attempts=contacts.c.attempts + 1
    )
)
_CONTACTS = Prepared(select(contacts).where(among(contacts.c.id, "ids")))
_INCOMING = Prepared(select(parts).where(among(parts.c.contact_id, "ids"), ~parts.c.outgoing).order_by(parts.c.id))


def claim(connection: Connection, limit: int, now: datetime, lease: timedelta) -> list[Row]:
    """Lease up to `limit` undecided contacts that are due, most urgent and then oldest first, with their parts.

    A contact that has been claimed often without being decided comes alone, so that it cannot hold up others.
    """
    due = _DUE.rows(connection, now=now, most=limit)
    claimed = [row for row in due if row["attempts"] > 1][:1] or due
    if not claimed:
        return []
    held = {"lease": new_id(), "not_before": now + lease}
    ids = [row["id"] for row in claimed]
    _LEASE.run(connection, ids=ids, token=held["lease"], until=held["not_before"])
    return _with_parts(connection, [row | held | {"attempts": row["attempts"] + 1} for row in claimed])


def load(connection: Connection, ids: Sequence[str]) -> list[Row]:
    """Contacts in the order of `ids`, each with its incoming `parts`, oldest first."""
    found = {row["id"]: row for row in _CONTACTS.rows(connection, ids=list(ids))}
    return _with_parts(connection, [found[id_] for id_ in ids if id_ in found])


def _with_parts(connection: Connection, rows: list[Row]) -> list[Row]:
    said: dict[str, list[Row]] = {row["id"]: [] for row in rows}
    for part in _INCOMING.rows(connection, ids=list(said)):
        said[part["contact_id"]].append(part)
    return [row | {"parts": said[row["id"]]} for row in rows]


def postpone(connection: Connection, items: list[tuple[str, str, datetime, str]]) -> list[None]:
    """Give back contacts (id, lease, not before, trouble) that could not be decided; too many tries sets one aside."""
    worn_out = contacts.c.attempts >= MAX_ATTEMPTS
    statement = (
        update(contacts)
        .where(contacts.c.id == bindparam("b_id"), contacts.c.lease == bindparam("b_lease"))
        .values(
            state=case((worn_out, SET_ASIDE), else_=contacts.c.state),
            not_before=bindparam("b_not_before"),
            trouble=bindparam("b_trouble"),
            lease=None,
        )
    )
    rows = [{"b_id": id_, "b_lease": lease, "b_not_before": at, "b_trouble": why} for id_, lease, at, why in items]
    connection.execute(statement, rows)
    return [None] * len(items)


def set_aside_worn_out(connection: Connection, now: datetime) -> int:
    """Set aside what has been claimed too often, such as a contact that ends every worker; returns how many."""
    worn_out = (text(UNDECIDED), contacts.c.not_before <= now, contacts.c.attempts >= MAX_ATTEMPTS)
    changed = connection.execute(update(contacts).where(*worn_out).values(state=SET_ASIDE, lease=None))
    return changed.rowcount


def take_for_message(connection: Connection, items: list[tuple[str, datetime, str]]) -> list[bool]:
    """Have contacts (id, now, who says so) that a machine was thought to have sent decided as what a person wrote."""
    return [_take_for_message(connection, *item) for item in items]


def _take_for_message(connection: Connection, id_: str, now: datetime, actor: str) -> bool:
    mine = (contacts.c.id == id_, contacts.c.state == DECIDED, contacts.c.kind.in_(sorted(MACHINES)))
    changes = {"kind": "message", "state": WAITING, "not_before": now, "lease": None, "attempts": 0}
    if not connection.execute(update(contacts).where(*mine).values(**changes)).rowcount:
        return False
    event = {"id": new_id(), "at": now, "kind": TAKEN_FOR_MESSAGE, "enquiry_id": None, "contact_id": id_}
    insert_rows(connection, events, [event | {"team": None, "actor": actor, "data": {}}])
    return True


def last_heard(connection: Connection, party: str, since: datetime) -> dict[tuple[str, str], datetime]:
    """When a party last wrote since a moment, by channel and address."""
    latest = func.max(contacts.c.received_at)
    mine = (contacts.c.party == party, contacts.c.received_at >= since, contacts.c.kind == "message")
    by_way = select(contacts.c.channel, contacts.c.sender_value, latest).where(*mine)
    rows = connection.execute(by_way.group_by(contacts.c.channel, contacts.c.sender_value))
    return {(row[0], row[1]): row[2] for row in rows}


_FEW = contacts.alias("few")


def in_state(state: str) -> list[ColumnElement[bool]]:
    """The conditions on contacts of a state, so that the few that are not decided are found by their index."""
    few = {IN_PROGRESS: UNDECIDED, WAITING: UNDECIDED, SET_ASIDE: ASIDE}.get(state)
    among = [contacts.c.id.in_(select(_FEW.c.id).where(text(few)))] if few else []
    return [*among, contacts.c.state == state]


def of_channel(channel: str) -> list[ColumnElement[bool]]:
    """The conditions on contacts of a channel, so that those of a rare one are found by their index."""
    # Called a truth value, it would be told to SQLite as `(…) = 1`, which does not know it again then.
    among: list[ColumnElement[bool]] = [] if channel in OFTEN else [literal_column(f"({RARE})")]
    return [*among, contacts.c.channel == channel]


def page(connection: Connection, where: Sequence[ColumnElement[bool]], before: str | None, limit: int) -> list[Row]:
    """Contacts that match, newest first, from before an id on; paged by key, so every page costs the same."""
    return sql.page(connection, contacts, where, before, limit)


def waiting(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many contacts wait to be decided although they are due, and since when the oldest does."""
    due = (text(UNDECIDED), contacts.c.not_before <= now)
    row = connection.execute(select(func.count(), func.min(contacts.c.received_at)).where(*due)).one()
    return row[0], row[1]


def set_aside(connection: Connection) -> int:
    """How many contacts are set aside for a person, because nobody could decide them."""
    aside = select(func.count()).select_from(contacts).where(text(ASIDE))
    return connection.execute(aside).scalar_one()


def all_parts(connection: Connection, contact_id: str, after: str = "") -> list[Row]:
    """Every part of a contact, ours too, oldest first, those after a part id only if one is given."""
    statement = select(parts).where(parts.c.contact_id == contact_id, parts.c.id > after).order_by(parts.c.id)
    return sql.mappings(connection.execute(statement).mappings())


def enquiries_of(connection: Connection, contact_id: str) -> list[str]:
    """The ids of the enquiries that a contact belongs to."""
    statement = select(enquiry_contacts.c.enquiry_id).where(enquiry_contacts.c.contact_id == contact_id)
    return list(connection.execute(statement).scalars())
