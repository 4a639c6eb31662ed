"""Texts through the one gate: quiet hours across clock changes, WhatsApp's day, and ways that are closed."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.landlord import Channel
from rules.plan import Intent, Person, plan
from tests.unit.rules_plan.made import CATALOGUE, CHANNELS, EMAIL, NOW, SMS, adjustment, intent, person, ruleset

DAY = ((8 * 60, 21 * 60),)
QUIET = {
    **CHANNELS,
    "sms": Channel("sms", "Text message", "phone", spoken=False, outbound=True, send_between=DAY),
    "whatsapp": Channel("whatsapp", "WhatsApp", "phone", spoken=False, outbound=True, reply_within=1440),
}
TIMES = adjustment("times", times=True, needs_detail=True)
RULES = ruleset(TIMES, channels=QUIET)
AT = ("sms", SMS.value)
APP = ("whatsapp", SMS.value)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "now, not_before",
    [
        ("2026-02-03T10:00", None),
        ("2026-02-03T20:59", None),
        ("2026-02-03T21:00", "2026-02-04T08:00"),
        ("2026-02-04T03:00", "2026-02-04T08:00"),
        ("2026-02-04T07:59", "2026-02-04T08:00"),
        # The night in which the clocks go forward: eight in the morning is an hour sooner.
        ("2026-03-28T23:00", "2026-03-29T07:00"),
        ("2026-03-29T00:30", "2026-03-29T07:00"),
        ("2026-03-29T20:30", "2026-03-30T07:00"),
        ("2026-03-29T19:59", None),
        # The night in which they go back, through the hour that comes twice.
        ("2026-10-24T20:30", "2026-10-25T08:00"),
        ("2026-10-25T00:30", "2026-10-25T08:00"),
        ("2026-10-25T01:30", "2026-10-25T08:00"),
        ("2026-10-25T20:30", None),
        ("2026-10-25T21:00", "2026-10-26T08:00"),
    ],
)
def test_texts_wait_for_the_morning_on_the_landlords_clock(now: str, not_before: str | None) -> None:
    found = plan(intent(), person(), RULES, utc(now))
    assert (found.channel, found.not_before) == ("sms", utc(not_before) if not_before else None)


NIGHT = utc("2026-02-03T23:00")


@pytest.mark.parametrize(
    "what, whom, not_before",
    [
        (intent(is_emergency=True), person(), None),
        (intent(heard={AT: NIGHT - timedelta(minutes=59)}), person(), None),  # they are awake, and wait for it
        (intent(heard={AT: NIGHT - timedelta(minutes=61)}), person(), "2026-02-04T08:00"),
        (intent(heard={("email", EMAIL.value): NIGHT}), person(), "2026-02-04T08:00"),
        (intent("email", EMAIL.value), person(), None),
        (intent(), person({"times": "09:00-10:00"}), "2026-02-04T09:00"),
        (intent(), person({"times": "22:00-23:30"}), None),  # their own times count for more than ours
        (intent(heard={AT: NIGHT}), person({"times": "09:00-10:00"}), "2026-02-04T09:00"),
    ],
)
def test_what_is_not_held_back_at_night(what: Intent, whom: Person, not_before: str | None) -> None:
    assert plan(what, whom, RULES, NIGHT).not_before == (utc(not_before) if not_before else None)


@pytest.mark.parametrize(
    "what, whom, channel, says",
    [
        (intent("whatsapp", heard={APP: NOW - timedelta(hours=23)}), person(), "whatsapp", "got in touch by WhatsApp"),
        (intent("whatsapp", heard={APP: NOW - timedelta(hours=24)}), person(), "sms", "not written by WhatsApp"),
        (intent("whatsapp"), person(), "sms", "in the last 24 hours"),
        (intent(), person(opted_out=frozenset({AT})), "email", "stopped messages by text message"),
        (intent(), person(not_reached=frozenset({AT})), "email", "Nothing arrives there"),
        (intent(not_by=("sms",)), person(), "email", "did not arrive by text message"),
        (intent("sms", heard={APP: NOW}), person(opted_out=frozenset({AT}), points=(SMS,)), "whatsapp", "stopped"),
    ],
)
def test_another_way_is_taken_and_why(what: Intent, whom: Person, channel: str, says: str) -> None:
    found = plan(what, whom, RULES, NOW)
    assert (found.channel, found.to_person) == (channel, None)
    assert any(says in each for each in found.because), found.because


@pytest.mark.parametrize("closed", ["opted_out", "not_reached"])
def test_without_another_way_a_person_is_told_why(closed: str) -> None:
    found = plan(intent(), person(points=(SMS,), **{closed: frozenset({AT})}), RULES, NOW)
    assert found.channel == "phone"
    assert found.to_person
    assert "text message" in found.to_person
    assert plan(intent("phone", SMS.value, "callback"), person(**{closed: frozenset({AT})}), CATALOGUE, NOW).channel
