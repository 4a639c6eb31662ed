"""What the sample's customers are told: who has it, what is next, by when, and never more than the journey promises."""

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from router.acknowledging import _promised
from router.live import LiveRuleset, prepare
from router.settings import sample_folder
from rules.clock import due
from rules.decide import decide
from rules.folder import read_folder
from rules.load import load
from rules.model import ACKNOWLEDGEMENT, Outcome, Priority, Span, Unit
from tests.tables import try_each

LONDON = ZoneInfo("Europe/London")
MOMENTS = {
    "working hours": datetime(2026, 3, 3, 10, 0, tzinfo=LONDON),
    "night": datetime(2026, 3, 3, 23, 0, tzinfo=LONDON),
    "Sunday": datetime(2026, 3, 8, 12, 0, tzinfo=LONDON),
    "bank holiday": datetime(2026, 4, 6, 11, 0, tzinfo=LONDON),
    "the night the clocks change": datetime(2026, 3, 29, 0, 30, tzinfo=LONDON),
}
PROMISES = re.compile(r"(\d+) (working day|open hour|hour|week)s?")


@cache
def sample() -> LiveRuleset:
    return prepare(1, load(read_folder(sample_folder())))


def journeys() -> list[str]:
    return sorted(sample().ruleset.journeys)


def outcome(journey: str, at: datetime) -> Outcome:
    facts = {"channel": "sms", "kind": "message", "journey": journey, "text": "", "sender.known": False}
    return decide(sample().compiled, facts, at)


def text_of(decided: Outcome) -> str:
    return sample().ruleset.messages[decided.message or ACKNOWLEDGEMENT].texts["en"]


AT = pytest.mark.parametrize("at", MOMENTS.values(), ids=MOMENTS)


@AT
def test_the_time_that_is_told_is_no_later_than_the_journeys_own(at: datetime) -> None:
    try_each(journeys(), lambda journey: is_told_in_time(journey, at))


def is_told_in_time(journey: str, at: datetime) -> None:
    decided, ruleset = outcome(journey, at), sample().ruleset
    told = _promised({name: moment.isoformat() for name, moment in decided.due.items()})
    hours = ruleset.hours[ruleset.teams[decided.team].hours]
    [respond] = [span for name, span in ruleset.journeys[journey].timescales.items() if name == "respond"]
    assert told is not None
    assert at < datetime.fromisoformat(told) <= due(respond, at, sample().calendar, hours)


@AT
def test_who_has_it_and_what_is_next_is_told(at: datetime) -> None:
    try_each(journeys(), lambda journey: is_told_who_has_it(journey, at))


def is_told_who_has_it(journey: str, at: datetime) -> None:
    decided = outcome(journey, at)
    text = text_of(decided)
    assert "{reference}" in text
    assert "{team}" in text or "our emergency team" in text or "We are on it" in text or decided.message in DISCREET


DISCREET = ("quiet", "adjustment", "complaint-review")
"""Messages that name no team: somebody else may be reading, or it is for every team."""


@AT
def test_no_message_promises_what_the_journey_does_not(at: datetime) -> None:
    try_each(journeys(), lambda journey: is_promised_no_more(journey, at))


def is_promised_no_more(journey: str, at: datetime) -> None:
    decided = outcome(journey, at)
    known = sample().ruleset.journeys[journey]
    kept = [*known.timescales.values(), *(step.within for step in known.steps if step.within)]
    for count, unit in PROMISES.findall(text_of(decided)):
        promised = Span(int(count), Unit(f"{unit}s"))
        assert any(span.unit is promised.unit and span.count <= promised.count for span in kept), promised


@AT
def test_nobody_in_danger_is_told_that_we_are_closed(at: datetime) -> None:
    try_each(journeys(), lambda journey: is_not_told_closed_in_danger(journey, at))


def is_not_told_closed_in_danger(journey: str, at: datetime) -> None:
    decided = outcome(journey, at)
    if decided.priority is Priority.EMERGENCY:
        assert "closed" not in text_of(decided)
