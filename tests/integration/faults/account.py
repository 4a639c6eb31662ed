"""Accounting for every contact straight from the record: each check yields a line for whatever is not as promised."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, select

from router.explaining import explanation
from router.store import schema
from router.store.engine import begin_read
from tests.integration.faults.ledger import Promise
from tests.integration.faults.siege import Stand

Row = dict[str, Any]
ACKNOWLEDGED = ("sms", "email", "chat", "portal")
"""Channels on which whoever opens an enquiry is told so in writing; the others are spoken."""

PERHAPS_SENT = "perhaps-sent"
OWNING = ("opened", "transferred")
"""Events after which an enquiry has the owner that they name."""


@dataclass(frozen=True)
class Account:
    """Everything in the record after the siege, beside what was promised; poison is what no customer sent."""

    stand: Stand
    contacts: Sequence[Row]
    parts: Mapping[str, Sequence[Row]]
    decisions: Mapping[str, Sequence[Row]]
    links: Mapping[str, Sequence[Row]]
    enquiries: Mapping[str, Row]
    events: Mapping[str, Sequence[Row]]
    outbox: Mapping[str, Sequence[Row]]
    timers: Mapping[str, Sequence[Row]]

    @cached_property
    def by_conversation(self) -> dict[tuple[str, str], Row]:
        """Contacts by channel and conversation."""
        return {(row["channel"], row["conversation"]): row for row in self.contacts}

    @cached_property
    def pairs(self) -> list[tuple[Promise, Row]]:
        """Every promise with the contact that was stored for it."""
        found = self.by_conversation
        return [(promise, found[key]) for key, promise in self.stand.ledger.promises.items() if key in found]

    @cached_property
    def said(self) -> Counter[str]:
        """How often each text message reached the provider, by its words."""
        return Counter(message["Body"] for message in list(self.stand.provider.sent))


def account(stand: Stand) -> Account:
    """Read the whole record."""
    with begin_read(stand.services.record) as record:
        return Account(
            stand,
            _rows(record, schema.contacts),
            _grouped(record, schema.parts, "contact_id"),
            _grouped(record, schema.decisions, "contact_id"),
            _grouped(record, schema.enquiry_contacts, "contact_id"),
            {row["id"]: row for row in _rows(record, schema.enquiries)},
            _grouped(record, schema.events, "enquiry_id"),
            _grouped(record, schema.outbox, "enquiry_id"),
            _grouped(record, schema.timers, "enquiry_id"),
        )


def _rows(record: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in record.execute(select(table).order_by(*table.primary_key)).mappings()]


def _grouped(record: Connection, table: Table, column: str) -> dict[str, list[Row]]:
    rows = sorted((row for row in _rows(record, table) if row[column] is not None), key=itemgetter(column))
    return {key: list(group) for key, group in groupby(rows, itemgetter(column))}


def stored_once(account: Account) -> Iterator[str]:
    """Every promise is one contact, under the id that was answered."""
    found = account.by_conversation
    for key, promise in account.stand.ledger.promises.items():
        if key not in found:
            yield f"{promise} was answered 2xx and is not stored"
        elif promise.ids - {found[key]["id"]}:
            yield f"{promise} was answered another id than it is stored under, {found[key]['id']}"


def nothing_else_is_stored(account: Account) -> Iterator[str]:
    """There is no contact that nobody made."""
    for row in account.contacts:
        if (row["channel"], row["conversation"]) not in account.stand.ledger.promises and row["provider"] != "poison":
            yield f"{_name(row)} is stored and was never answered"


def all_parts_once(account: Account) -> Iterator[str]:
    """Every part that was answered is there exactly once, and no other."""
    for promise, row in account.pairs:
        incoming = [part for part in account.parts.get(row["id"], ()) if not part["outgoing"]]
        stored = Counter((part["part"], part["text"]) for part in incoming)
        if stored != promise.parts:
            yield f"{promise} lacks {list(promise.parts - stored)} and has too many {list(stored - promise.parts)}"


def decided_once(account: Account) -> Iterator[str]:
    """Every contact has one current decision, about the right journey; a second needs another ruleset."""
    for promise, row in account.pairs:
        decisions = account.decisions.get(row["id"], ())
        current = [each for each in decisions if each["current"]]
        if row["state"] != "decided" or len(current) != 1:
            yield f"{promise} is {row['state']} (trouble {row['trouble']}) with {len(current)} current decisions"
        elif current[0]["journey"] != promise.journey or current[0]["trouble"]:
            yield f"{promise} is about {promise.journey}, not {current[0]['journey']} ({current[0]['trouble']})"
        elif len(decisions) > len({each["ruleset_version"] for each in decisions}):
            yield f"{promise} was decided {len(decisions)} times"


def decided_by_one_version(account: Account) -> Iterator[str]:
    """Every decision was made by the version that it names, and by nothing else: made again, it is the same."""
    with begin_read(account.stand.services.record) as record:
        versions = {row["version"]: "".join(row["files"].values()) for row in _rows(record, schema.rulesets)}
        for promise, row in account.pairs:
            contact = row | {"parts": [part for part in account.parts[row["id"]] if not part["outgoing"]]}
            for decision in account.decisions.get(row["id"], ()):
                if f"- rule: {decision['rule']}\n" not in versions[decision["ruleset_version"]]:
                    yield f"{promise} was decided by {decision['rule']}, not in version {decision['ruleset_version']}"
                if not explanation(record, contact, decision)["proven"]:
                    yield f"{promise} is decided otherwise when version {decision['ruleset_version']} decides it again"


def owned(account: Account) -> Iterator[str]:
    """Every contact is owned by its enquiry's owner, as the enquiry's history says; it was decided for one of those."""
    for promise, row in account.pairs:
        mine = [account.enquiries[each["enquiry_id"]] for each in account.links.get(row["id"], ())]
        if {row["team"]} != {each["team"] for each in mine}:
            yield f"{promise} is owned by {row['team']}, its enquiry by {[each['team'] for each in mine]}"
        past = {each["team"] for enquiry in mine for each in account.events[enquiry["id"]] if each["kind"] in OWNING}
        for decision in account.decisions.get(row["id"], ()):
            if decision["current"] and decision["team"] not in past:
                yield f"{promise} was decided for {decision['team']}, who never owned its enquiry"
    for enquiry in account.enquiries.values():
        owners = [each["team"] for each in account.events[enquiry["id"]] if each["kind"] in OWNING]
        if enquiry["team"] != owners[-1]:
            yield f"enquiry {enquiry['id']} is owned by {enquiry['team']}, and its history says {owners}"


def in_one_enquiry(account: Account) -> Iterator[str]:
    """Every contact belongs to the one open enquiry of its matter."""
    matters: dict[tuple[str, str], set[str]] = {}
    for promise, row in account.pairs:
        linked = [link["enquiry_id"] for link in account.links.get(row["id"], ())]
        if len(linked) != 1:
            yield f"{promise} belongs to {len(linked)} enquiries"
        matters.setdefault((row["party"], row["journey"]), set()).update(linked)
    for (party, journey), enquiries in matters.items():
        if len(enquiries) != 1:
            yield f"{journey} of {party} has {len(enquiries)} enquiries: {sorted(enquiries)}"


def opened_once(account: Account) -> Iterator[str]:
    """Every enquiry was opened once, by its first contact, and has its timers."""
    for id_, enquiry in account.enquiries.items():
        opened = [each["contact_id"] for each in account.events[id_] if each["kind"] == "opened"]
        if opened != [enquiry["first_contact_id"]]:
            yield f"enquiry {id_} was opened by {opened}, and its first contact is {enquiry['first_contact_id']}"
        timers = Counter(timer["data"]["timescale"] for timer in account.timers.get(id_, ()) if timer["kind"] == "due")
        if timers != Counter(list(enquiry["due"])):
            yield f"enquiry {id_} is due {enquiry['due']} and has timers {timers}"


def acknowledgement_meant_once(account: Account) -> Iterator[str]:
    """Every enquiry that was opened in writing has one acknowledgement to say, and no other has one."""
    channels = {row["id"]: row["channel"] for row in account.contacts}
    for id_, enquiry in account.enquiries.items():
        wanted = int(channels[enquiry["first_contact_id"]] in ACKNOWLEDGED)
        meant = [row for row in account.outbox.get(id_, ()) if row["purpose"] == "acknowledgement"]
        if len(meant) != wanted:
            yield f"enquiry {id_} has {len(meant)} acknowledgements in the outbox, and should have {wanted}"


def owners_told_once(account: Account) -> Iterator[str]:
    """Every contact has one notice for the owner of its enquiry, divided among addresses, and none is left undone.

    One that was decided again may have another, where it changed whose the enquiry is.
    """
    for id_ in account.enquiries:
        rows = [row for row in account.outbox.get(id_, ()) if row["audience"] == "team"]
        came = [event for event in account.events[id_] if event["kind"] in ("opened", "joined", "threaded")]
        meant = [row for row in rows if not row["channel"] and row["values"]["news"] != "overdue"]
        again = [event for event in account.events[id_] if event["kind"] == "decided-again"]
        if not len(came) <= len(meant) <= len(came) + len(again):
            yield f"enquiry {id_} has {len(came)} contacts, and {len(meant)} notices for its owner"
        for row in rows:
            parts = [each for each in rows if each["key"].startswith(f"{row['key']}:")]
            if row["state"] in ("pending", "sending") or (row["state"] == "sent" and not row["channel"] and not parts):
                yield f"notice {row['id']} of enquiry {id_} is {row['state']}, in {len(parts)} parts"


def escalated_in_order(account: Account) -> Iterator[str]:
    """Every open emergency that nobody acknowledged has one timer that waits; no step was taken twice."""
    for id_, enquiry in account.enquiries.items():
        waiting = [
            timer for timer in account.timers.get(id_, ()) if timer["kind"] == "escalated" and not timer["fired_at"]
        ]
        if len(waiting) != (enquiry["priority"] == "emergency"):
            yield f"enquiry {id_}, {enquiry['priority']}, has {len(waiting)} timers that would escalate it"
        steps = [event["data"]["step"] for event in account.events[id_] if event["kind"] == "escalated"]
        if steps != list(range(1, len(steps) + 1)):
            yield f"enquiry {id_} was escalated by the steps {steps}"


def said_once(account: Account) -> Iterator[str]:
    """What is recorded as sent was said exactly once; what perhaps left, at most once; anything else, never."""
    for row in _intents(account):
        channel, times = (row["sent"] or row)["channel"], _times_said(account, row)
        allowed = {1} if row["state"] == "sent" else {0, 1} if row["trouble"] == PERHAPS_SENT else {0}
        if times not in allowed:
            yield f"{_intent(row)} on {channel} was said {times} times"


def everything_is_said(account: Account) -> Iterator[str]:
    """Nothing is left in the outbox, and nothing that could be said was given up."""
    for row in _intents(account):
        told = row["state"] == "sent" or row["trouble"] == PERHAPS_SENT
        if not told and not (row["state"] == "to-person" and row["channel"] in ("email", "portal")):
            yield f"{_intent(row)} on {row['channel']} was not said"


def nothing_else_is_said(account: Account) -> Iterator[str]:
    """The provider got no message that the outbox does not know."""
    references = {account.enquiries[row["enquiry_id"]]["reference"] for row in _intents(account)}
    for words in account.said:
        if not any(word.strip(",.") in references for word in words.split()):
            yield f"the provider was given: {words}"


def only_asked_of_us_what_we_do(account: Account) -> Iterator[str]:
    """Whatever a client was answered was 2xx, or that it should come again."""
    yield from account.stand.ledger.odd


CHECKS: tuple[Callable[[Account], Iterator[str]], ...] = (
    stored_once,
    nothing_else_is_stored,
    all_parts_once,
    decided_once,
    decided_by_one_version,
    owned,
    in_one_enquiry,
    opened_once,
    acknowledgement_meant_once,
    owners_told_once,
    escalated_in_order,
    said_once,
    everything_is_said,
    nothing_else_is_said,
    only_asked_of_us_what_we_do,
)


def perhaps_said(account: Account) -> list[Row]:
    """The acknowledgements of which nobody knows whether they were said."""
    return [row for row in _intents(account) if row["trouble"] == PERHAPS_SENT]


def _intents(account: Account) -> list[Row]:
    """What is to be said to customers."""
    return [row for rows in account.outbox.values() for row in rows if row["audience"] == "customer"]


def _times_said(account: Account, row: Row) -> int:
    if row["channel"] == "chat":
        parts = account.parts[row["contact_id"]]
        return sum(part["event"] == f"ours:{row['id']}" for part in parts)
    reference = account.enquiries[row["enquiry_id"]]["reference"]
    return sum(times for words, times in account.said.items() if reference in words)


def _intent(row: Row) -> str:
    return f"intent {row['id']} of contact {row['contact_id']}, {row['state']} ({row['trouble']}),"


def _name(row: Row) -> str:
    return f"{row['channel']} {row['conversation']} (contact {row['id']})"
