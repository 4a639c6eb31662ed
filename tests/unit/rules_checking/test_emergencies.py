"""An emergency that may come to a team which nobody could tell, or after which nobody comes, is warned of."""

from datetime import date

import pytest

from rules.checking.check import prove
from rules.checking.finding import FindingKind
from rules.checking.solver import Budget
from rules.compile import compile_rules
from tests.unit.rules_language.landlords import loaded

TEAM = "{{name: A, role: r, responsibilities: r, hours: office, escalation: [hub], {}}}"
JOURNEY = "{name: J, team: tried, priority: emergency}"
HOURS = (
    "days: {monday-friday: 09:00-17:00, holidays: closed}, nights: {every-day: 17:00-09:00, holidays: open}, "
    "weekends: {saturday-sunday: 09:00-17:00, holidays: open}, feasts: {monday: 09:00-17:00, holidays: 00:00-24:00}"
)


def said(notify: str, journeys: str = JOURNEY, rules: str = "", escalation: str = "hub") -> list[str]:
    """What is said of a landlord whose team `tried` is told like this, leaving the hub out."""
    team = TEAM.format(f"notify: [{notify}]" if notify else "channels: {}").replace("[hub]", f"[{escalation}]")
    team = team.replace("escalation: [], ", "")
    case = f"hours: {{{HOURS}}}\nteams: {{tried: {team}}}\njourneys: {{flood: {journeys}}}\n{rules}"
    return [message for message in warned_of(case) if "to team `tried`" in message]


def warned_of(case: str) -> list[str]:
    """What is said of emergencies that somebody may not be told of."""
    found = prove(compile_rules(loaded(case)), date(2026, 3, 2), Budget())
    return [finding.message for finding in found.findings if finding.kind is FindingKind.EMERGENCY_UNTOLD]


def told_at(*hours: str) -> str:
    """Addresses that are used in these hours."""
    return ", ".join(f"{{email: {each}@b.example, hours: {each}}}" for each in hours)


NOTHING_TELLS = "an emergency may come to team `tried`, and nothing under `notify` tells it "


@pytest.mark.parametrize(
    "notify, gap",
    [
        ("", "of it"),
        ("{email: a@b.example, when: high}", "of it"),
        ("{email: a@b.example, for: asked}", "of it"),
        ("{email: a@b.example}", None),
        ('{phone: "+441632960001"}', None),
        ('{email: a@b.example, hours: days}, {sms: "+447700900001", when: emergency}', None),
        (told_at("days"), "on Monday at 00:00"),
        (told_at("days", "nights"), "on Monday at 09:00, on a bank holiday"),
        (told_at("days", "nights", "feasts"), "on Saturday at 09:00"),
        (told_at("days", "nights", "feasts", "weekends"), None),
    ],
)
def test_a_team_is_told_at_every_hour(notify: str, gap: str | None) -> None:
    assert said(notify) == ([NOTHING_TELLS + gap] if gap else [])


HANDLING = """
handling:
  - {rule: r, when: {journey: flood}, then: {priority: emergency}, because: b, examples: [{journey: flood}]}
"""
OWNER = "owner: [{{rule: tried, because: b, examples: [{{channel: phone}}], {}}}]"


@pytest.mark.parametrize(
    "journeys, rules, warned",
    [
        ("{name: J, team: tried, priority: high}", "", False),
        (JOURNEY, "", True),
        ("{name: J, team: tried}", OWNER.format("then: {team: tried, priority: emergency}"), True),
        (
            "{name: J, team: tried}",
            OWNER.format("when: {journey: flood}, then: {team: journey, priority: emergency}"),
            True,
        ),
        (
            "{name: J, team: hub, priority: emergency}",
            OWNER.format("when: {journey: flood}, then: {team: tried}"),
            True,
        ),
        ("{name: J, team: hub, priority: emergency}", OWNER.format("then: {team: tried}"), True),
        (
            "{name: J, team: hub, priority: emergency}",
            OWNER.format("when: {not: {journey: flood}}, then: {team: tried}"),
            False,
        ),
        (
            "{name: J, team: tried, priority: emergency}",
            OWNER.format("when: {journey: flood}, then: {team: hub}"),
            False,
        ),
        (
            "{name: J, team: tried}",
            HANDLING,
            True,
        ),
    ],
)
def test_who_may_have_an_emergency(journeys: str, rules: str, warned: bool) -> None:
    assert said("", journeys, rules) == ([NOTHING_TELLS + "of it"] if warned else [])


def test_who_is_next_has_to_be_told_too() -> None:
    journeys = "{name: J, team: hub, priority: emergency}"
    hub = "{name: H, role: r, responsibilities: r, hours: office, escalation: [tried], notify: [{email: a@b.example}]}"
    case = f"teams: {{first: {hub}, tried: {TEAM.format('channels: {}')}}}\njourneys: {{flood: {journeys}}}"
    assert warned_of(case.replace("team: hub", "team: first")) == [NOTHING_TELLS + "of it"]


def test_somebody_is_next() -> None:
    assert said("{email: a@b.example}", escalation="") == [
        "an emergency may come to team `tried`, and no team is next when nobody there answers"
    ]
