"""The facts of a contact, from its parts and its customer: what is unknown is left out, and nothing is guessed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router import facts as fact
from router.directory import Customer
from tests.landlord import small_landlord
from tests.unit.router.rows import PHONE, contact, customer, part, who

RULES = small_landlord().ruleset
KEYS = st.sampled_from(["channel", "journey", "customer.household", "repeat_contacts", "sender.known", "confidence"])
VALUES = st.one_of(st.text(), st.booleans(), st.integers(), st.frozensets(st.text(), max_size=4))


def mailbox(value: str, kind: str = "email") -> dict[str, str]:
    return {"kind": kind, "value": value}


@pytest.mark.parametrize(
    "row,people,expected",
    [
        (contact(part("hello", "Hi")), (), {"text": "Hi\nhello", "subject": "Hi", "channel": "sms", "kind": "message"}),
        (contact(part("one"), part(""), part("two")), (), {"text": "one\ntwo", "subject": ""}),
        (contact(part(kind="call-event"), kind="call-event"), (), {"kind": "call-event"}),
        (contact(part(kind="call-event"), part("hi"), kind="call-event"), (), {"kind": "message"}),
        (contact(part(attachments=[{}, {}]), part(attachments=[{}])), (), {"attachments": 3}),
        (contact(part(facts={"menu": "1"}), part(facts={"menu": "2"})), (), {"menu": "2"}),
        (contact(part(facts={"journey": "repair", "language": "pl"})), (), {"journey": "repair", "language": "pl"}),
        (contact(), (), {"sender.known": False, "sender.address": PHONE, "about.another": False}),
        (contact(about=mailbox("x@y.example")), (), {"about.another": True}),
        (contact(recipients=[mailbox("a@b.example"), mailbox("c@d.example")]), (), {"recipient": "a@b.example"}),
        (
            contact(recipients=[mailbox("a@b.example"), mailbox("repairs@mill-lane.example")]),
            (),
            {"recipient": "repairs@mill-lane.example"},
        ),
        (contact(), (customer(),), {"sender.known": True, "customer.adjustments": frozenset()}),
        (
            contact(),
            (customer(facts={"tenure": "leaseholder", "household": ["young-child"]}, language="pl"),),
            {
                "customer.tenure": "leaseholder",
                "customer.household": frozenset({"young-child"}),
                "customer.language": "pl",
            },
        ),
        (contact(), (customer(preferences=["sms"]),), {"customer.preferences": frozenset({"sms"})}),
        (
            contact(),
            (customer(adjustments={"email-only": ""}), customer(id="k2", adjustments={"no-telephone": ""})),
            {"sender.known": False, "customer.adjustments": frozenset({"email-only", "no-telephone"})},
        ),
    ],
)
def test_facts(row: dict[str, Any], people: tuple[Customer, ...], expected: dict[str, Any]) -> None:
    found = fact.facts_of(row, who(*people), RULES)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "row,people,unknown",
    [
        (contact(sender={"kind": "unknown"}), (), "sender.address"),
        (contact(), (), "recipient"),
        (contact(recipients=[{"kind": "unknown"}]), (), "recipient"),
        (contact(part(facts={"journey": "no such journey"})), (), "journey"),
        (contact(part(facts={"menu": ""})), (), "menu"),
        (contact(part(facts={"country": "GB"})), (), "country"),
        (contact(), (), "customer.adjustments"),
        (contact(), (customer(),), "customer.tenure"),
        (contact(), (customer(),), "customer.language"),
        (contact(), (customer(facts={"tenure": "x"}), customer(facts={"tenure": "x"})), "customer.tenure"),
    ],
)
def test_what_is_unknown_is_left_out(row: dict[str, Any], people: tuple[Customer, ...], unknown: str) -> None:
    assert unknown not in fact.facts_of(row, who(*people), RULES)


@pytest.mark.parametrize(
    "row,marks",
    [
        (contact(recipients=[]), []),
        (contact(recipients=[mailbox("repairs@mill-lane.example")]), []),
        (contact(recipients=[mailbox("+441632960000", "phone")]), []),
        (contact(recipients=[mailbox("+441632960002", "phone")]), []),
        (contact(recipients=[mailbox("x@elsewhere.example")]), ["recipient-unknown"]),
        (contact(recipients=[mailbox("x@elsewhere.example"), mailbox("repairs@mill-lane.example")]), []),
        (
            contact(part(marks=["text-cut"]), part(marks=["text-cut", "number-short-code"])),
            ["text-cut", "number-short-code"],
        ),
    ],
)
def test_marks(row: dict[str, Any], marks: list[str]) -> None:
    numbers = RULES.calls.numbers if RULES.calls else ()
    ours = frozenset(
        (*numbers, *RULES.mailboxes, *(each for team in RULES.teams.values() for each in team.channels.values()))
    )
    assert fact.marks_of(row, ours) == marks


@given(st.dictionaries(KEYS, VALUES), st.text(), st.text())
def test_facts_are_restored_as_they_were(kept: dict[str, Any], text: str, subject: str) -> None:
    row = contact(part(text, subject))
    facts = {**kept, "text": fact.text_of(row), "subject": subject}
    assert fact.restored(fact.stored(facts), row) == facts
    assert not {"text", "subject"} & fact.stored(facts).keys()
