"""What a team is told, by each way: in our words alone, with what to do next and by when."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from router.enquiry.state import State
from router.live import LiveRuleset, prepare
from router.telling import Standing, divided, is_over, message_of, spelled, values_of
from rules.landlord import News
from tests.landlord import small_landlord

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ENQUIRY = {"id": "q1", "reference": "7K3M-9Q2X-4", "team": "emergency", "journey": "gas-escape"}
CALM = State(is_open=True, team="repairs", priority="normal", ladder="e1")
ALARM = State(is_open=True, team="emergency", priority="emergency", ladder="e1")
DUE = {"respond": "2026-03-03T13:00:00+00:00", "make-safe": "2026-03-04T12:00:00+00:00"}


@cache
def live() -> LiveRuleset:
    return prepare(1, small_landlord().ruleset)


def standing(state: State, now: datetime = NOW, **enquiry: Any) -> Standing:
    return Standing(ENQUIRY | enquiry, state, live(), now, "https://hub.example")


def row(news: str = "new", team: str = "emergency", channel: str = "", **values: str) -> dict[str, Any]:
    told = {"news": news, "team": team, **values}
    whole = {"id": "n1", "key": "team:e1:x", "enquiry_id": "q1", "purpose": "notification", "values": told}
    template = "team-call" if channel == "phone" else f"team-{news}"
    return whole | {"template": template, "channel": channel, "address": {"kind": "x", "value": "there"}}


WAYS = [
    ("new", "emergency", ALARM, NOW, ["email", "phone"]),
    (
        "new",
        "emergency",
        State(is_open=True, team="emergency", priority="emergency", acknowledged=True),
        NOW,
        ["email"],
    ),
    ("new", "emergency", State(is_open=True, team="emergency", priority="high"), NOW, []),
    ("escalated", "hub", ALARM, NOW, ["email", "sms"]),
    ("escalated", "hub", ALARM, NOW + timedelta(hours=9), ["sms"]),
    ("new", "gone", State(is_open=True, team="gone"), NOW, ["email"]),
]


@pytest.mark.parametrize("news, team, state, at, channels", WAYS)
def test_a_notice_is_divided_among_what_fits_now(
    news: str, team: str, state: State, at: datetime, channels: list[str]
) -> None:
    found = divided(row(news, team), standing(state, at))
    assert [each["channel"] for each in found] == channels
    assert len({each["key"] for each in found}) == len(found)
    assert all(each["key"].startswith("team:e1:x:") for each in found)


@pytest.mark.parametrize(
    "news, team, channel, state, over",
    [
        ("new", "repairs", "email", CALM, False),
        ("new", "hub", "email", CALM, True),
        ("asked", "hub", "email", CALM, False),
        ("escalated", "hub", "sms", ALARM, False),
        ("escalated", "hub", "sms", CALM, True),
        ("new", "emergency", "phone", ALARM, False),
        ("new", "repairs", "phone", CALM, True),
        ("asked", "hub", "", State(team="repairs"), True),
    ],
)
def test_what_there_is_nothing_to_tell_of_any_more(
    news: str, team: str, channel: str, state: State, over: bool
) -> None:
    assert is_over(row(news, team, channel), standing(state)) is over


def test_a_mail_says_what_it_is_and_what_to_do() -> None:
    letter = message_of(row("new", channel="email"), standing(State(True, "emergency", priority="emergency", due=DUE)))
    assert letter.subject == "New, emergency: Gas escape (7K3M-9Q2X-4)"
    assert letter.text == (
        "Emergency Line has a new enquiry, 7K3M-9Q2X-4: Gas escape.\n"
        "Priority: emergency. Due: 13:00 on Tuesday 3 March.\n"
        "Say now that you have it. If nobody does within 10 minutes, Repairs is told.\n"
        "https://hub.example/enquiries/7K3M-9Q2X-4\n\nMill Lane Homes"
    )


def test_a_text_is_short() -> None:
    text = message_of(row("escalated", "hub", "sms"), standing(ALARM)).text
    assert text == (
        "Nobody has answered, emergency: Gas escape (7K3M-9Q2X-4)\nhttps://hub.example/enquiries/7K3M-9Q2X-4"
    )
    assert len(text) <= 160


def test_a_call_spells_the_reference() -> None:
    assert message_of(row("new", channel="phone"), standing(ALARM)).text == (
        "This is Mill Lane Homes, with an emergency for Emergency Line: Gas escape. "
        "The reference is 7, K, 3, M, 9, Q, 2, X, 4. Press 1 to say that you have it."
    )
    assert spelled("AB-C") == "A, B, C"


def test_another_system_gets_keys_and_moments() -> None:
    told = message_of(row("transferred", channel="webhook"), standing(ALARM))
    assert json.loads(told.text) == {
        "id": "n1",
        "event": "transferred",
        "at": "2026-03-03T12:00:00Z",
        "team": "emergency",
        "enquiry": "q1",
        "reference": "7K3M-9Q2X-4",
        "owner": "emergency",
        "journey": "gas-escape",
        "priority": "emergency",
        "due": {},
        "acknowledged": False,
        "link": "https://hub.example/enquiries/7K3M-9Q2X-4",
    }


@pytest.mark.parametrize("news", News)
@pytest.mark.parametrize("channel", ["email", "sms", "phone", "webhook"])
def test_everything_can_be_said_by_every_way(news: News, channel: str) -> None:
    said = message_of(row(news.value, "gone", channel, timescale="respond"), standing(CALM, journey=None))
    assert said.text
    assert "{" not in said.text.replace('{"', "").replace('":{}', "")


@pytest.mark.parametrize(
    "due, now, said",
    [
        ({}, NOW, "no time is set"),
        (DUE, NOW, "13:00 on Tuesday 3 March"),
        (DUE, NOW + timedelta(hours=2), "12:00 on Wednesday 4 March"),
        (DUE, NOW + timedelta(days=2), "13:00 on Tuesday 3 March"),
    ],
)
def test_the_next_time_that_it_is_due(due: dict[str, str], now: datetime, said: str) -> None:
    values = values_of(row(channel="email"), standing(State(True, "repairs", due=due), now))
    assert values["due"] == said
