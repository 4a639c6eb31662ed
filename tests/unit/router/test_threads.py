"""Who joins: exactly the participants whose mail is proven, whatever a contact names and however often."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.same_mailbox import canonical
from router.references import check_character
from router.threads import ALONE, Thread, _Known, _thread, is_proven
from router.tokens import keys_from
from tests.landlord import small_landlord

KEYS, FORGED = keys_from(["ours"]), keys_from(["theirs"])
RULESET = small_landlord().ruleset
ENQUIRIES = {
    id_: f"{body[:4]}-{body[4:]}-{check_character(body)}" for id_, body in {"q1": "7K3M9Q2X", "q2": "ABCDEFGH"}.items()
}
PEOPLE = {"q1": ["jo@home.example", "sam@gmail.com"], "q2": ["eve@evil.example"]}
EVERYBODY = [
    *PEOPLE["q1"],
    *PEOPLE["q2"],
    "JO@home.example",
    "s.am+x@googlemail.com",
    "jo+x@home.example",
    "",
    "new@x.example",
]
MESSAGES = {"m1": ["q1"], "m2": ["q2"], "both": ["q1", "q2"]}


def known() -> _Known:
    by_reference = {reference: id_ for id_, reference in ENQUIRIES.items()}
    sent = {"m1": {"id": "i1", "enquiry_id": "q1", "sent_to": "jo@home.example"}}
    return _Known(KEYS, by_reference, MESSAGES, sent, PEOPLE)


def contact(sender: str, auth: str | None = "pass", kind: str = "message", **more: Any) -> dict[str, Any]:
    facts = {"auth": auth} if auth else {}
    row = {"channel": "email", "kind": kind, "sender": {"kind": "email", "value": sender}, "references": []}
    return row | {"recipients": [], "parts": [{"facts": facts | more.pop("facts", {})}]} | more


def token(keys: Any, enquiry: str, participant: str) -> str:
    return str(keys.issue(enquiry, ENQUIRIES[enquiry], participant))


INVITED = [(id_, person) for id_, people in PEOPLE.items() for person in people]
TOKENS = st.builds(
    lambda keys, invited: (keys is KEYS, invited[0], token(keys, *invited)),
    st.sampled_from([KEYS, FORGED]),
    st.sampled_from(INVITED),
)


@given(
    st.sampled_from(EVERYBODY),
    st.sampled_from(["pass", "none", "fail", None]),
    st.lists(st.sampled_from(["m1", "m2", "both", "unknown"]), max_size=4),
    st.lists(TOKENS, max_size=3),
)
def test_nobody_joins_who_is_no_proven_participant(
    sender: str, auth: str | None, references: list[str], given_tokens: list[tuple[bool, str, str]]
) -> None:
    recipients = [{"kind": "email", "value": f"repairs+{each}@mill-lane.example"} for _, _, each in given_tokens]
    found = _thread(contact(sender, auth, references=references, recipients=recipients), known(), RULESET)
    mine = {id_ for id_, people in PEOPLE.items() if canonical(sender) in map(canonical, people)}
    named = {id_ for each in references for id_ in MESSAGES.get(each, ())}
    named |= {enquiry for ours, enquiry, _ in given_tokens if ours}
    if found.joins:
        assert auth == "pass"
        assert found.joins in mine & named
    elif auth == "pass":
        assert not mine & named
    assert bool(found.joins or found.about) is bool(named)


@pytest.mark.parametrize(
    "to, facts, proven",
    [
        (["repairs@mill-lane.example"], {"auth": "pass"}, True),
        (["repairs@mill-lane.example"], {"auth": "none"}, False),
        (["repairs@mill-lane.example"], {}, False),
        ([], {}, False),
        (["somebody@else.example"], {}, False),
    ],
)
def test_strict_unless_told(to: list[str], facts: dict[str, str], proven: bool) -> None:
    recipients = [{"kind": "email", "value": each} for each in to]
    assert is_proven(contact("jo@home.example", facts.get("auth"), recipients=recipients), RULESET) is proven


@pytest.mark.parametrize("channel, proven", [("sms", True), ("chat", True), ("email", False)])
def test_only_mail_has_a_sender_that_anybody_can_write(channel: str, proven: bool) -> None:
    assert is_proven(contact("jo@home.example", None) | {"channel": channel}, RULESET) is proven


@pytest.mark.parametrize(
    "facts, references, to, found",
    [
        ({"bounce.about": "m1"}, [], "", "q1"),
        ({"bounce.about": "<m1>"}, [], "", "q1"),
        ({}, ["m1"], "", "q1"),
        ({"bounce.about": "m2"}, [], "", None),  # what a customer sent us is no message of ours
        ({}, [], token(KEYS, "q1", "jo@home.example"), "q1"),
        ({}, [], token(FORGED, "q1", "jo@home.example"), None),
        ({}, [], "", None),
    ],
)
def test_a_report_is_about_what_we_sent_or_nothing(
    facts: dict[str, str], references: list[str], to: str, found: str | None
) -> None:
    recipients = [{"kind": "email", "value": f"repairs+{to}@mill-lane.example"}] if to else []
    bounce = contact(
        "mailer-daemon@x.example", None, "bounce", facts=facts, references=references, recipients=recipients
    )
    about = _thread(bounce, known(), RULESET)
    assert about.about == found
    assert (about.returned or {}).get("sent_to") == ("jo@home.example" if found else None)
    assert (about == ALONE) is (found is None)
    assert isinstance(about, Thread)
