"""Until when everything at a provider was reconciled with the record, and what the record has of its lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, update

from channels.names import PHONE
from router.store import sql
from router.store.bulk import insert_rows
from router.store.ids import lowest_id
from router.store.rows import Row
from router.store.schema import contacts, outbox, parts, reconciliations

AT_ONCE: Final = 500
"""Ids that are looked up in one statement."""


class Due(NamedTuple):
    """An account that is to be reconciled now, if it is due, under a lease of so long; `at_once` even if it is not."""

    account: str
    now: datetime
    lease: timedelta
    at_once: bool = False


class AccountDone(NamedTuple):
    """What came of reconciling an account: until when all is there, or what was in the way; and when it is next."""

    account: str
    now: datetime
    again: datetime
    until: datetime | None = None
    trouble: str = ""


def begin(connection: Connection, items: Sequence[Due]) -> list[Row | None]:
    """The rows of accounts that are taken up now; None of those that are not due, or that somebody else has taken up.

    What was there before an account is met for the first time is nothing that was missed.
    """
    return [_begin(connection, each) for each in items]


def _begin(connection: Connection, due: Due) -> Row | None:
    fresh = {"account": due.account, "since": due.now, "until": due.now, "not_before": due.now, "attempts": 0}
    none = dict.fromkeys(("last_success_at", "trouble", "trouble_since"))
    insert_rows(connection, reconciliations, [fresh | none], only_new=True)
    mine = select(reconciliations).where(reconciliations.c.account == due.account).with_for_update()
    row = sql.mappings(connection.execute(mine).mappings())[0]
    if row["not_before"] > due.now and not due.at_once:
        return None
    _change(connection, due.account, {"not_before": due.now + due.lease})
    return row


def finish(connection: Connection, items: Sequence[AccountDone]) -> list[None]:
    """Record what came of it; the mark only ever moves forward."""
    for done in items:
        row = read(connection, done.account)
        if row is None:
            continue
        if done.until is None:
            since = row["trouble_since"] or done.now
            changes = {"trouble": done.trouble, "trouble_since": since, "attempts": min(row["attempts"] + 1, 1_000)}
        else:
            until = max(row["until"], done.until)
            changes = {"until": until, "last_success_at": done.now, "attempts": 0}
            changes |= dict.fromkeys(("trouble", "trouble_since"))
        _change(connection, done.account, changes | {"not_before": done.again})
    return [None] * len(items)


def read(connection: Connection, account: str) -> Row | None:
    """How far an account is reconciled; None of one that never was."""
    mine = select(reconciliations).where(reconciliations.c.account == account)
    return next(iter(sql.mappings(connection.execute(mine).mappings())), None)


def _change(connection: Connection, account: str, changes: Row) -> None:
    connection.execute(update(reconciliations).where(reconciliations.c.account == account).values(**changes))


@dataclass(slots=True)
class KnownCall:
    """What the record has of a call: its contact, whether it is over, and what there is of its parts."""

    contact_id: str
    over: bool
    events: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    recordings: set[str] = field(default_factory=set)
    transcripts: set[str] = field(default_factory=set)


def calls_known(connection: Connection, account: str, calls: Iterable[str]) -> dict[str, KnownCall]:
    """What the record has of these calls, by the provider's id; nothing of those that it does not have."""
    found: dict[str, KnownCall] = {}
    for some in _chunks(calls):
        wanted = (contacts.c.conversation.in_(some), contacts.c.channel == PHONE, contacts.c.account == account)
        rows = connection.execute(select(contacts.c.id, contacts.c.conversation, contacts.c.ended_at).where(*wanted))
        mine = {row.conversation: KnownCall(row.id, row.ended_at is not None) for row in rows}
        _fill(connection, mine)
        found |= mine
    return found


def _fill(connection: Connection, found: dict[str, KnownCall]) -> None:
    by_id = {known.contact_id: known for known in found.values()}
    columns = (parts.c.contact_id, parts.c.event, parts.c.part, parts.c.facts)
    for row in connection.execute(select(*columns).where(parts.c.contact_id.in_(list(by_id)))):
        known = by_id[row.contact_id]
        known.events.add(row.event or "")
        known.parts.add(row.part)
        if recording := row.facts.get("recording"):
            known.recordings |= {recording} if "recording_url" in row.facts else set()
            known.transcripts |= {recording} if row.part == "transcript" and "typed_by" not in row.facts else set()


def open_calls(connection: Connection, account: str, since: datetime, before: datetime) -> list[tuple[str, str]]:
    """Calls that began between two moments and of whose end nothing is known: their contact, and the provider's id."""
    columns = select(contacts.c.id, contacts.c.conversation)
    mine = (contacts.c.channel == PHONE, contacts.c.account == account, contacts.c.ended_at.is_(None))
    when = (contacts.c.id >= lowest_id(since), contacts.c.received_at < before)
    return [(row[0], row[1]) for row in connection.execute(columns.where(*mine, *when).limit(AT_ONCE))]


def texts_known(connection: Connection, account: str, texts: Iterable[str]) -> set[str]:
    """Those of these texts that the record has, as a contact of their own or as a piece of another."""
    found: set[str] = set()
    for some in _chunks(texts):
        own = select(contacts.c.conversation).where(contacts.c.conversation.in_(some), contacts.c.account == account)
        piece = select(parts.c.event).where(parts.c.event.in_(some), parts.c.account == account)
        found |= {*connection.execute(own).scalars(), *connection.execute(piece).scalars()}
    return found


def sent_known(connection: Connection, messages: Iterable[str]) -> dict[str, str | None]:
    """Those of these messages that we sent, with how far each has come by what is known here."""
    found: dict[str, str | None] = {}
    for some in _chunks(messages):
        mine = select(outbox.c.message_id, outbox.c.delivery).where(outbox.c.message_id.in_(some))
        found |= {row.message_id: row.delivery for row in connection.execute(mine)}
    return found


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    every = list(dict.fromkeys(ids))
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
