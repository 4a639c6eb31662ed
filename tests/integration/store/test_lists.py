"""Lists of what is rare are found by an index on both records, with the very statements and values that are asked."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert

from router.store import contacts, enquiries, people
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import contacts as contacts_table
from router.store.schema import enquiries as enquiries_table
from tests.landlord import TUESDAY

MANY, FEW, LIMIT = 4_000, 3, 2
CUSTOMER = f"{7:026d}"
Ask = Callable[[Connection], list[dict[str, Any]]]


def contact(channel: str) -> dict[str, Any]:
    id_ = new_id()
    texts = {"provider": "p", "account": "a", "kind": "message", "state": "decided", "team": "hub", "sender_value": ""}
    moments = {"not_before": TUESDAY, "received_at": TUESDAY}
    rest = {"sender": {}, "recipients": [], "references": [], "urgency": 5, "attempts": 0}
    return {"id": id_, "channel": channel, "conversation": id_, **texts, **moments, **rest}


def enquiry(party: str) -> dict[str, Any]:
    id_ = new_id()
    texts = {"reference": id_, "party": party, "team": "hub", "priority": "normal", "state": "open"}
    rest = {"also": [], "due": {}, "first_contact_id": id_, "rank": 4, "opened_at": TUESDAY, "due_at": TUESDAY}
    return {"id": id_, **texts, **rest}


@pytest.fixture
def filled(store: Engine) -> Engine:
    """Many contacts and enquiries, of which the oldest few are by letter, and of one customer."""
    channels = ["letter"] * FEW + ["sms", "email"] * (MANY // 2)
    states = {0: "waiting", 1: "in-progress", 2: "set-aside", 3: "waiting", 4: "in-progress", 5: "set-aside"}
    parties = [people.party(CUSTOMER)] * FEW + [f"phone:+4477009{number:05d}" for number in range(MANY)]
    with begin_write(store) as record:
        record.execute(
            insert(contacts_table),
            [contact(channel) | {"state": states.get(number, "decided")} for number, channel in enumerate(channels)],
        )
        record.execute(insert(enquiries_table), [enquiry(party) for party in parties])
        if record.dialect.name == "postgresql":
            record.exec_driver_sql("analyze")  # as the server does by itself; nobody does it for SQLite
    return store


def letters(record: Connection) -> list[dict[str, Any]]:
    return contacts.page(record, contacts.of_channel("letter"), None, LIMIT)


def in_state(state: str) -> Ask:
    return lambda record: contacts.page(record, contacts.in_state(state), None, LIMIT)


def of_customer(record: Connection) -> list[dict[str, Any]]:
    return enquiries.page(record, [enquiries_table.c.party == people.party(CUSTOMER)], None, LIMIT)


@pytest.mark.parametrize(
    "ask,index",
    [
        (letters, "ix_contacts_rare"),
        (of_customer, "ix_enquiries_party"),
        (in_state("waiting"), "ix_contacts_undecided"),
        (in_state("in-progress"), "ix_contacts_undecided"),
        (in_state("set-aside"), "ix_contacts_set_aside"),
    ],
    ids=["channel", "customer", "waiting", "in progress", "set aside"],
)
def test_the_few_are_found_by_their_index(filled: Engine, ask: Ask, index: str) -> None:
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    with begin_read(filled) as record:
        event.listen(record, "before_cursor_execute", remember)
        found = ask(record)
        event.remove(record, "before_cursor_execute", remember)
        plan = _plan(record, *asked[-1])
    assert (len(found), index in plan) == (LIMIT, True), plan


def _plan(record: Connection, statement: str, values: Sequence[Any]) -> str:
    explain = "explain query plan" if record.dialect.name == "sqlite" else "explain"
    return "\n".join(str(row) for row in record.exec_driver_sql(f"{explain} {statement}", values))


@pytest.mark.parametrize("channel,count", [("letter", FEW), ("sms", MANY // 2), ("email", MANY // 2), ("phone", 0)])
def test_every_channel_has_its_contacts(filled: Engine, channel: str, count: int) -> None:
    with begin_read(filled) as record:
        found = contacts.page(record, contacts.of_channel(channel), None, MANY)
    assert ({row["channel"] for row in found}, len(found)) == ({channel} if count else set(), count)
