"""Which of a team's addresses are told: by priority, hour and what has happened."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules.clock import calendar_of
from rules.landlord import Message, News
from rules.model import Priority
from rules.notices import STANDARD_NOTICES, fitting
from rules.render import TEAM_PLACEHOLDERS, placeholders
from tests.landlord import small_landlord
from tests.unit.rules_language.landlords import loaded

LONDON = ZoneInfo("Europe/London")
TUESDAY, NIGHT = datetime(2026, 3, 3, 10, 0, tzinfo=LONDON), datetime(2026, 3, 3, 22, 0, tzinfo=LONDON)
EASTER = datetime(2026, 4, 6, 10, 0, tzinfo=LONDON)
DESK, CELL, DUTY = "hub-team@mill-lane.example", "+447700900901", "+447700900903"


@pytest.mark.parametrize(
    "team, news, priority, at, addresses",
    [
        ("hub", News.NEW, Priority.NORMAL, TUESDAY, [DESK]),
        ("hub", News.NEW, Priority.NORMAL, NIGHT, []),
        ("hub", News.NEW, Priority.NORMAL, EASTER, []),
        ("hub", News.ESCALATED, Priority.EMERGENCY, TUESDAY, [DESK, CELL]),
        ("hub", News.ESCALATED, Priority.EMERGENCY, NIGHT, [CELL]),
        ("emergency", News.NEW, Priority.EMERGENCY, NIGHT, ["emergency-desk@mill-lane.example", DUTY]),
        ("emergency", News.CONTACT, Priority.EMERGENCY, NIGHT, ["emergency-desk@mill-lane.example"]),
        ("emergency", News.NEW, Priority.HIGH, NIGHT, []),
        ("complaints", News.CONTACT, Priority.HIGH, TUESDAY, []),
        ("complaints", News.OVERDUE, Priority.LOW, NIGHT, ["complaints-team@mill-lane.example"]),
    ],
)
def test_who_is_told(team: str, news: News, priority: Priority, at: datetime, addresses: list[str]) -> None:
    ruleset = small_landlord().ruleset
    found = fitting(ruleset.teams[team], news, priority, ruleset, calendar_of(ruleset.landlord), at)
    assert [each.address for each in found] == addresses


@pytest.mark.parametrize("message", STANDARD_NOTICES.values(), ids=lambda message: message.key)
def test_what_teams_are_told_holds_nothing_of_a_customer(message: Message) -> None:
    assert placeholders(message) <= TEAM_PLACEHOLDERS
    assert not TEAM_PLACEHOLDERS & {"name", "text"}


def test_a_landlord_may_word_them_anew() -> None:
    ruleset = loaded("messages: {team-new: {subject: '{priority}!', text: 'See {link}'}}")
    assert (ruleset.messages["team-new"].subject, ruleset.messages["team-new"].texts) == (
        "{priority}!",
        {"en": "See {link}"},
    )
    assert ruleset.messages["team-asked"] == STANDARD_NOTICES["team-asked"]
