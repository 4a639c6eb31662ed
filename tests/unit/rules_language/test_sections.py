"""What each section becomes: normalised hours, addresses, lengths of time, defaults, and how files add up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.fields import WEEKDAYS
from rules.landlord import News, Notice, Step
from rules.load import digest, load
from rules.model import JOURNEY_TEAM, Example, Priority, Span, Unit
from rules.phone_line import MenuOption
from tests.unit.rules_language.landlords import BASE, loaded, problems_of

NINE, FIVE, MIDNIGHT = 9 * 60, 17 * 60, 24 * 60


@pytest.mark.parametrize(
    "written, days",
    [
        ("{monday: 09:00-17:00}", {"monday": ((NINE, FIVE),)}),
        ("{monday: 9:00 - 17:00}", {"monday": ((NINE, FIVE),)}),
        ("{monday: 09.00–17.00}", {"monday": ((NINE, FIVE),)}),
        ("{monday: [13:00-17:00, 09:00-12:30]}", {"monday": ((NINE, 750), (780, FIVE))}),
        ("{saturday-monday: 09:00-17:00}", dict.fromkeys(("saturday", "sunday", "monday"), ((NINE, FIVE),))),
        ("{every-day: 00:00-24:00}", dict.fromkeys(WEEKDAYS, ((0, MIDNIGHT),))),
        ("{sunday: 20:00-06:00}", {"sunday": ((1200, MIDNIGHT),), "monday": ((0, 360),)}),
        ("{sunday: 20:00-00:00}", {"sunday": ((1200, MIDNIGHT),)}),
        ("{every-day: 20:00-06:00}", dict.fromkeys(WEEKDAYS, ((0, 360), (1200, MIDNIGHT)))),
        ("{monday: 20:00-09:00, tuesday: 08:00-17:00}", {"monday": ((1200, MIDNIGHT),), "tuesday": ((0, FIVE),)}),
        ("{monday: closed, tuesday: 09:00-17:00}", {"tuesday": ((NINE, FIVE),)}),
    ],
)
def test_hours_by_day(written: str, days: Mapping[str, Any]) -> None:
    hours = loaded(f"hours: {{tried: {written}}}").hours["tried"]
    assert hours.days == {day: days.get(day, ()) for day in WEEKDAYS}
    assert hours.holidays == ()


@pytest.mark.parametrize(
    "written, holidays",
    [("closed", ()), ("open", None), ("10:00-14:00", ((600, 840),)),
     ("[10:00-11:00, 12:00-13:00]", ((600, 660), (720, 780)))],
)  # fmt: skip
def test_hours_on_holidays(written: str, holidays: Any) -> None:
    assert loaded(f"hours: {{tried: {{monday: 09:00-17:00, holidays: {written}}}}}").hours["tried"].holidays == holidays


@pytest.mark.parametrize(
    "written,read",
    [
        ("{account: repairs}", {"account": "repairs"}),
        ("{account: safer-estates, folder: inbox}", {"account": "safer-estates", "folder": "INBOX"}),
        ("{account: a, folder: INBOX/Done, after: seen}", {"account": "a", "folder": "INBOX/Done", "after": "seen"}),
        ("{account: a, after: keyword:Taken-In}", {"account": "a", "after": "keyword:Taken-In"}),
        ("{account: a, after: 'move: Taken in'}", {"account": "a", "after": "move:Taken in"}),
        ("{account: a, since: 2026-03-01}", {"account": "a", "since": "2026-03-01"}),
        ("{checked_by: MX.Landlord.example}", {"checked_by": "mx.landlord.example"}),
        (
            "{checked_by: [a.example, b.example], forwarded_by: lists.example}",
            {"checked_by": "a.example b.example", "forwarded_by": "lists.example"},
        ),
    ],
)
def test_how_a_mailbox_is_fetched(written: str, read: dict[str, str]) -> None:
    assert loaded(f"mailboxes: {{A@B.example: {written}}}\n").mailboxes == {"a@b.example": read}


@pytest.mark.parametrize(
    "written, expected",
    [
        ("10 working days", Span(10, Unit.WORKING_DAYS)),
        ("1 working day", Span(1, Unit.WORKING_DAYS)),
        ("4 open hours", Span(4, Unit.OPEN_HOURS)),
        ("24 hours", Span(24, Unit.HOURS)),
        ("2 weeks", Span(2, Unit.WEEKS)),
    ],
)
def test_lengths_of_time(written: str, expected: Span) -> None:
    journey = loaded(f"journeys: {{tried: {{name: Tried, team: hub, timescales: {{respond: {written}}}}}}}").journeys[
        "tried"
    ]
    assert journey.timescales == {"respond": expected}
    assert str(expected) == written


TEAM = "teams: {{tried: {{name: T, role: r, responsibilities: r, hours: office, {}}}}}"


@pytest.mark.parametrize(
    "written, channels",
    [
        ('phone: "+44 (1632) 960-001"', {"phone": "+441632960001"}),
        ("phone: +441632960001", {"phone": "+441632960001"}),
        ("email: Repairs@Landlord.Example", {"email": "repairs@landlord.example"}),
        ("chat: anything", {"chat": "anything"}),
    ],
)
def test_addresses_of_a_team(written: str, channels: Mapping[str, str]) -> None:
    assert loaded(TEAM.format(f"channels: {{{written}}}")).teams["tried"].channels == channels


EMERGENCY = (Priority.EMERGENCY,)


@pytest.mark.parametrize(
    "written, notice",
    [
        ("{email: Desk@B.example}", Notice("email", "desk@b.example")),
        ('{phone: "+44 1632 960001"}', Notice("phone", "+441632960001", EMERGENCY)),
        ('{phone: "+441632960001", when: emergency}', Notice("phone", "+441632960001", EMERGENCY)),
        (
            '{sms: "+447700900001", when: [emergency, high], hours: office}',
            Notice("sms", "+447700900001", (Priority.EMERGENCY, Priority.HIGH), "office"),
        ),
        (
            "{webhook: https://jobs.b.example:8443/in?x=1, for: [new, asked]}",
            Notice("webhook", "https://jobs.b.example:8443/in?x=1", what=(News.NEW, News.ASKED)),
        ),
        (
            "{webhook: http://127.0.0.1:9000/, for: callback}",
            Notice("webhook", "http://127.0.0.1:9000/", what=(News.CALLBACK,)),
        ),
    ],
)
def test_notifications_of_a_team(written: str, notice: Notice) -> None:
    assert loaded(TEAM.format(f"notify: [{written}]")).teams["tried"].notify == (notice,)


@pytest.mark.parametrize("team, landlord", [("acknowledge_within: 5", 10), ("escalation: hub", 10)])
def test_minutes_to_acknowledge(team: str, landlord: int) -> None:
    ruleset = loaded(TEAM.format(team))
    assert ruleset.landlord.acknowledge_within == landlord
    assert ruleset.teams["tried"].acknowledge_within == (5 if "within" in team else None)


def test_a_journey_in_full() -> None:
    journey = loaded(
        "journeys:\n  tried:\n    name: Tried\n    team: hub\n    priority: high\n    words: [rats, 18002, no]\n"
        "    phrases: there are rats\n    ask: [is-everyone-out]\n    hub: {can_resolve: yes, script: 'Say: hello'}\n"
        "    steps: [{does: Visit, team: hub, within: 2 weeks}, {does: Write, team: hub}]\n"
        "    message: acknowledgement\n"
    ).journeys["tried"]
    assert (journey.priority, journey.words, journey.phrases) == (
        Priority.HIGH,
        ("rats", "18002", "no"),
        ("there are rats",),
    )
    assert (journey.ask, journey.message) == (("is-everyone-out",), "acknowledgement")
    assert (journey.hub_can_resolve, journey.script) == (True, "Say: hello")
    assert journey.steps == (Step("Visit", "hub", Span(2, Unit.WEEKS)), Step("Write", "hub"))


def test_calls_and_mailboxes() -> None:
    ruleset = loaded(
        'calls:\n  numbers: "+441632960000"\n  greeting: Welcome.\n  fallback_number: "+441632960009"\n'
        "  menu: {1: {says: For gas, journey: gas-escape}, '0': {says: For a person, team: hub}}\n"
        "mailboxes: {Repairs@B.example: {team: hub, name: Repairs}}\n"
    )
    assert ruleset.calls is not None
    assert ruleset.calls.menu == (
        MenuOption("1", "For gas", journey="gas-escape"),
        MenuOption("0", "For a person", team="hub"),
    )
    assert (ruleset.calls.numbers, ruleset.calls.wait_seconds) == (("+441632960000",), 8)
    assert ruleset.mailboxes == {"repairs@b.example": {"team": "hub", "name": "Repairs"}}


@pytest.mark.parametrize(
    "written, expected",
    [
        ("{channel: phone, says: I smell gas}", ({"channel": "phone"}, "I smell gas", None, False)),
        ("{channel: phone, not: true}", ({"channel": "phone"}, None, None, True)),
        ("{journey: gas-escape, at: 2026-12-25 03:00}", ({"journey": "gas-escape"}, None, (2026, 12, 25, 3), False)),
        ("{journey: gas-escape, at: 2026-07-01}", ({"journey": "gas-escape"}, None, (2026, 7, 1, 10), False)),
        (
            "{customer.household: [pregnant], customer.adjustments: text-relay, repeat_contacts: 2, sender.known: yes}",
            (
                {
                    "customer.household": frozenset({"pregnant"}),
                    "customer.adjustments": frozenset({"text-relay"}),
                    "repeat_contacts": 2,
                    "sender.known": True,
                },
                None, None, False,
            ),
        ),
        ("{customer.household: []}", ({"customer.household": frozenset()}, None, None, False)),
    ],
)  # fmt: skip
def test_examples(written: str, expected: tuple[Any, str | None, tuple[int, ...] | None, bool]) -> None:
    case = f"owner: [{{rule: tried, then: {{team: hub}}, because: b, examples: [{written}]}}]"
    facts, says, at, negated = expected
    (example,) = loaded(case).owner[0].examples
    moment = datetime(*at, tzinfo=ZoneInfo("Europe/London")) if at else None  # type: ignore[misc,arg-type]
    assert example == Example(facts, says, moment, negated, example.mark)


def test_the_journeys_own_team_stands_for_itself() -> None:
    assert loaded("").owner[-1].then.team == JOURNEY_TEAM


def test_sections_add_up_in_the_order_of_the_file_names() -> None:
    rule = "owner: [{{rule: {0}, then: {{team: hub}}}}]\nquestions: {{{0}: Is it?}}"
    ruleset = loaded(rule.format("second"), b=rule.format("first"), d=rule.format("third"))
    assert [each.name for each in ruleset.owner] == ["first", "second", "third", "everyone else"]
    assert {"first", "second", "third", "is-everyone-out"} == set(ruleset.questions)


def test_a_rule_that_leaves_nothing_to_those_below_it_is_told_of() -> None:
    first = "owner:\n- {rule: all, then: {team: hub}, because: So., examples: [{channel: phone}]}\n"
    [problem] = problems_of(first)
    assert str(problem).startswith("case.yaml:2:3: `all` fits everybody, so no rule below it ever decides")


def test_a_landlord_without_channels_has_the_usual_ones() -> None:
    base = BASE["base.yaml"].decode()
    start, stop = base.index("channels:"), base.index("teams:")
    ruleset = load(BASE | {"base.yaml": (base[:start] + base[stop:]).encode()})
    assert {"phone", "sms", "email", "chat", "letter"} <= set(ruleset.channels)


@pytest.mark.parametrize(
    "changed, same",
    [({}, True), ({"b": b"2 "}, False), ({"c": b""}, False), ({"a": b"1b2"}, False)],
)
def test_the_digest_tells_files_apart(changed: dict[str, bytes], same: bool) -> None:
    files = {"a": b"1", "b": b"2"}
    assert (digest(dict(reversed((files | changed).items()))) == digest(files)) is same
