"""The accounting: everything that a door answered, against what the record holds; each check yields what is not so."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, select

from router.demo.ledger import Ledger, Promise
from router.demo.outside import Outside
from router.enquiry.happenings import MACHINES
from router.store import outbox as intents
from router.store import schema
from router.store.contacts import DECIDED
from router.store.rows import Row
from rules.landlord import Ruleset

ACKNOWLEDGEMENT = "acknowledgement"
ARRIVES = ("sms", "email")
"""Channels whose messages leave the engine, for a world that counts them."""


@dataclass(frozen=True, slots=True)
class Account:
    """The whole record after a morning, beside what was promised and what arrived outside."""

    ledger: Ledger
    outside: Outside
    ruleset: Ruleset
    contacts: Mapping[tuple[str, str], Sequence[Row]]
    """By channel and conversation."""
    parts: Mapping[str, Sequence[Row]]
    decisions: Mapping[str, Sequence[Row]]
    enquiries: Mapping[str, Row]
    members: Mapping[str, Sequence[Row]]
    """The enquiries of each contact."""
    events: Mapping[str, Sequence[Row]]
    outbox: Mapping[str, Sequence[Row]]
    customers: Mapping[str, Row]
    points: Mapping[str, Sequence[Row]]
    """Whose each number and mailbox is."""

    @property
    def pairs(self) -> Iterator[tuple[Promise, Row]]:
        """Every promise with the contact that was stored for it."""
        found = ((promise, self.contacts.get(key, ())) for key, promise in self.ledger.promises.items())
        return ((promise, rows[0]) for promise, rows in found if rows)


def account(record: Connection, ledger: Ledger, outside: Outside, ruleset: Ruleset) -> Account:
    """Read the record of a morning, which is small enough to be held as a whole, as it is in this transaction."""
    return Account(
        ledger,
        outside,
        ruleset,
        _grouped(_rows(record, schema.contacts), "channel", "conversation"),
        _by(_rows(record, schema.parts), "contact_id"),
        _by(_rows(record, schema.decisions), "contact_id"),
        {row["id"]: row for row in _rows(record, schema.enquiries)},
        _by(_rows(record, schema.enquiry_contacts), "contact_id"),
        _by([row for row in _rows(record, schema.events) if row["enquiry_id"]], "enquiry_id"),
        _by(_rows(record, schema.outbox), "enquiry_id"),
        {row["id"]: row for row in _rows(record, schema.customers)},
        _by(_rows(record, schema.contact_points), "value"),
    )


def _rows(record: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in record.execute(select(table).order_by(*table.primary_key)).mappings()]


def _grouped(rows: Sequence[Row], *names: str) -> dict[Any, list[Row]]:
    key = itemgetter(*names)
    return {each: list(group) for each, group in groupby(sorted(rows, key=key), key)}


def _by(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    return _grouped(rows, name)


def not_refused(account: Account) -> Iterator[str]:
    """No door refused a contact, or gave no answer for too long."""
    yield from account.ledger.odd


def stored_once(account: Account) -> Iterator[str]:
    """Every contact that a door answered 2xx is one contact, under the id that was answered."""
    for key, promise in account.ledger.promises.items():
        rows = account.contacts.get(key, ())
        if len(rows) != 1:
            yield f"{_name(promise)} was answered 2xx and is stored {len(rows)} times"
        elif promise.ids - {rows[0]["id"]}:
            yield f"{_name(promise)} was answered another id than it is stored under"


def parts_once(account: Account) -> Iterator[str]:
    """Every part that was answered is there once."""
    for promise, row in account.pairs:
        incoming = [part for part in account.parts.get(row["id"], ()) if not part["outgoing"]]
        kinds = Counter(part["part"] for part in incoming)
        said = Counter((part["part"], part["text"].strip()) for part in incoming)
        for kind, words in promise.parts:
            times = said[kind, words.strip()] if words else kinds[kind]
            if times != 1:
                yield f"a {kind} of {_name(promise)} was answered 2xx and is stored {times} times"


def decided_once(account: Account) -> Iterator[str]:
    """Every contact has one decision that counts."""
    for promise, row in account.pairs:
        current = [each for each in account.decisions.get(row["id"], ()) if each["current"]]
        if row["state"] != DECIDED or len(current) != 1:
            yield f"{_name(promise)} is {row['state']} ({row['trouble']}) with {len(current)} current decisions"


def owned(account: Account) -> Iterator[str]:
    """Every contact that a person sent belongs to an enquiry, and every enquiry to the one team of its history."""
    for promise, row in account.pairs:
        homeless = not account.members.get(row["id"]) and row["kind"] not in MACHINES
        if homeless or row["team"] not in account.ruleset.teams:
            yield f"{_name(promise)} has no enquiry, or its owner {row['team']} is no team"
    for id_, enquiry in account.enquiries.items():
        owners = [each["team"] for each in account.events[id_] if each["kind"] in ("opened", "transferred")]
        if enquiry["team"] != owners[-1] or enquiry["team"] not in account.ruleset.teams:
            yield f"enquiry {id_} is owned by {enquiry['team']}, and its history says {owners}"


def acknowledged_once(account: Account) -> Iterator[str]:
    """Nobody is told twice that their enquiry was opened."""
    for id_, rows in account.outbox.items():
        if (meant := sum(row["purpose"] == ACKNOWLEDGEMENT for row in rows)) > 1:
            yield f"enquiry {id_} has {meant} acknowledgements in the outbox"


def said_once(account: Account) -> Iterator[str]:
    """What is recorded as sent arrived once, and nothing else did."""
    for row in _intents(account):
        sent = row["state"] == intents.SENT and row["sent"]["channel"] in ARRIVES
        times = account.outside.arrived[row["id"]]
        if times != int(sent):
            yield f"intent {row['id']} ({row['purpose']}, {row['state']}) arrived {times} times"


def duties_kept(account: Account) -> Iterator[str]:
    """Nothing was said on a channel that an adjustment of whoever it was said to rules out."""
    for row in _intents(account):
        if row["state"] != intents.SENT or row["audience"] != "customer":
            continue
        channel = row["sent"]["channel"]
        for key in _duties(account, row["sent"]["address"]):
            duty = account.ruleset.adjustments.get(key)
            if duty and (channel in duty.never or (duty.only and channel not in duty.only)):
                yield f"intent {row['id']} went out by {channel}, which the adjustment {key} rules out"


def _duties(account: Account, address: str) -> set[str]:
    """The adjustments of the customer at an address; of several who share it, of each of them."""
    holders = account.points.get(address, ())
    return {key for point in holders for key in account.customers[point["customer_id"]]["adjustments"]}


CHECKS: Mapping[str, Callable[[Account], Iterator[str]]] = {
    "every contact was taken in by its door": not_refused,
    "every contact answered 2xx is stored once": stored_once,
    "every part answered 2xx is stored once": parts_once,
    "every contact is decided once": decided_once,
    "every contact and enquiry has exactly one owning team": owned,
    "nobody is acknowledged twice": acknowledged_once,
    "what was sent arrived once, and nothing else": said_once,
    "no message broke an adjustment": duties_kept,
}


def wrong(account: Account) -> dict[str, list[str]]:
    """What each check found, by what it checks."""
    return {name: list(check(account)) for name, check in CHECKS.items()}


def _intents(account: Account) -> Iterator[Row]:
    return (row for rows in account.outbox.values() for row in rows)


def _name(promise: Promise) -> str:
    return f"{promise.channel} {promise.conversation}"
