"""What rules ask for beside owner and times, from the contact to the queue, the timers, the plan and the outbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from router.enquiry.state import State
from router.scheduler import fire
from router.services import Services
from router.store import history, outbox, queues
from router.store.engine import begin_read
from rules.folder import read_folder
from tests.landlord import FOLDER, publish_small, route_all, services_on, shown, take_in
from tests.messages import NOON, text_message

RULES = """
handling:
  - rule: a marked tap
    when: {text: {mentions: front}}
    then: {queue: first}
    because: It is tried.
    examples: [{journey: repair, text: front}]
  - rule: a tap that can wait
    when: {text: {mentions: back}}
    then: {queue: last}
    because: It is tried.
    examples: [{journey: repair, text: back}]
  - rule: nobody is answered
    when: {text: {mentions: silence}}
    then: {reply: none}
    because: It is tried.
    examples: [{journey: repair, text: silence}]
  - rule: by mail, and called back
    when: {text: {mentions: letter}}
    then: {reply: [email, sms], offer_callback: true}
    for: safety
    because: It is tried.
    examples: [{journey: repair, text: letter}]
  - rule: watched
    when: {text: {mentions: watched}}
    then: {escalate: {after: 30 minutes, to: [complaints]}}
    because: It is tried.
    examples: [{journey: repair, text: watched}]
"""


@pytest.fixture
def asked(store_url: str, tmp_path: Path) -> Iterator[Services]:
    with services_on(store_url, tmp_path, lambda: NOON) as services:
        publish_small(services, read_folder(FOLDER) | {"z.yaml": RULES.encode()})
        yield services


def comes(services: Services, text: str, sender: str = "") -> dict[str, Any]:
    """The decision on a text about a repair."""
    accepted = take_in(services, text_message(f"my tap is dripping, {text}", sender or f"+4477009001{len(text):02}"))
    assert route_all(services) == 1
    return dict(shown(services, accepted.contact_id)["decision"])


def state_of(services: Services, decision: dict[str, Any]) -> State:
    with begin_read(services.record) as record:
        return history.state_of(record, decision["enquiry"]["id"])


def intents(services: Services, decision: dict[str, Any]) -> list[dict[str, Any]]:
    """What the customer is to be told."""
    with begin_read(services.record) as record:
        rows = outbox.of(record, enquiry_id=decision["enquiry"]["id"])
    return [row for row in rows if row["audience"] == "customer"]


def queue(services: Services) -> list[str]:
    """The queue of Repairs, by enquiry."""
    with begin_read(services.record) as record:
        return [row["id"] for row in queues.page(record, queues.QueueFilter(("repairs",)), 10)]


def test_a_rule_puts_an_enquiry_before_or_after_those_of_its_priority(asked: Services) -> None:
    back, usual, front = (comes(asked, words)["enquiry"]["id"] for words in ("back", "usual", "front!"))
    assert queue(asked) == [front, usual, back]


def test_a_place_in_the_queue_is_kept_by_what_happens_later(asked: Services) -> None:
    usual, front = (comes(asked, words) for words in ("usual", "front!"))
    again = comes(asked, "still", "+447700900106")
    assert again["enquiry"]["id"] == front["enquiry"]["id"]
    assert queue(asked) == [front["enquiry"]["id"], usual["enquiry"]["id"]]
    assert state_of(asked, front).queue == "first"


def test_nobody_is_answered_where_a_rule_says_so(asked: Services) -> None:
    usual, silent = comes(asked, "usual"), comes(asked, "silence")
    assert (len(intents(asked, usual)), intents(asked, silent)) == (1, [])
    assert "No answer is wanted: a rule says so." in silent["plan"]["instructions"]


def test_a_reply_goes_as_a_rule_asks_as_far_as_it_can(asked: Services) -> None:
    decision = comes(asked, "letter")
    assert decision["plan"]["offer_callback"]
    assert decision["asked"] == {"wishes": {"by": ["email", "sms"], "firm": True, "offer_callback": True}}
    [intent] = intents(asked, decision)
    assert intent["values"]["wishes"] == {"by": ["email", "sms"], "firm": True, "offer_callback": True}
    assert state_of(asked, decision).wishes == intent["values"]["wishes"]
    # No mailbox is known of them, so the second channel is the one.
    assert decision["plan"]["channel"] == "sms"


def test_nothing_is_kept_where_no_rule_asks_for_anything(asked: Services) -> None:
    decision = comes(asked, "usual")
    state = state_of(asked, decision)
    assert (state.queue, state.escalate, dict(state.wishes)) == ("", None, {})
    [intent] = intents(asked, decision)
    assert "wishes" not in intent["values"]


def test_what_nobody_acknowledges_is_escalated_as_a_rule_says(asked: Services) -> None:
    decision = comes(asked, "watched")
    assert decision["priority"] == "normal"
    told = []
    for minutes in (29, 31, 62, 93):
        later = NOON + timedelta(minutes=minutes)
        fire(replace(asked, clock=lambda later=later: later))
        told.append(state_of(asked, decision).told)
    assert told == [(), ("complaints",), ("complaints", "repairs"), ("complaints", "repairs")]
    assert state_of(asked, decision).step == 3
