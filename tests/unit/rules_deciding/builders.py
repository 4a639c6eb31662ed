"""Small rulesets made by hand, so that deciding is tested without any YAML."""

from datetime import UTC, datetime

from rules.landlord import Adjustment, Channel, Hours, Journey, Landlord, Ruleset, Team
from rules.model import All, Condition, Mark, Op, Priority, Rule, Span, Test, Then, Unit

HERE = Mark("test.yaml", 1, 1)
ALWAYS = All(())
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

HOURS = {
    "hub": Hours("hub", {**dict.fromkeys(WEEK[:5], ((480, 1200),)), "saturday": ((480, 720),)}),
    "always": Hours("always", dict.fromkeys(WEEK, ((0, 1440),)), None),
    "split": Hours("split", dict.fromkeys(WEEK[:5], ((540, 750), (810, 1020))), ((600, 660),)),
    "night": Hours("night", dict.fromkeys(WEEK, ((0, 360), (1320, 1440))), None),
}
TEAMS = {"customer-hub": "hub", "repairs": "split", "complaints": "hub", "emergency": "always", "wardens": "night"}


def at(text: str) -> datetime:
    """A moment in UTC: `2026-03-03 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


TUESDAY = at("2026-03-03 10:00")


def asks(field: str, op: Op, *operands: str | float) -> Test:
    """One test."""
    return Test(field, op, operands, HERE)


def is_(field: str, *operands: str | float) -> Test:
    """Equal to one of these."""
    return asks(field, Op.IS, *operands)


def mentions(*operands: str) -> Test:
    """The text mentions one of these."""
    return asks("text", Op.MENTIONS, *operands)


def rule(name: str, when: Condition = ALWAYS, then: Then | str = "customer-hub", because: str = "So it is.") -> Rule:
    """One rule; a string is the team that it gives to."""
    return Rule(name, when, Then(team=then) if isinstance(then, str) else then, because, (), HERE)


def journey(key: str, team: str, priority: Priority = Priority.NORMAL, **timescales: int) -> Journey:
    """One journey; timescales are in clock hours."""
    return Journey(
        key=key,
        name=key.replace("-", " ").capitalize(),
        team=team,
        priority=priority,
        words=(),
        phrases=(),
        ask=(f"{key}-question",),
        hub_can_resolve=False,
        script="",
        steps=(),
        timescales={name: Span(count, Unit.HOURS) for name, count in timescales.items()},
        message=f"{key}-message",
        mark=HERE,
    )


JOURNEYS = (
    journey("gas-escape", "emergency", Priority.EMERGENCY, respond=4, make_safe=24),
    journey("repair", "repairs", respond=48),
    journey("complaint", "complaints"),
    journey("damp", "repairs", Priority.LOW),
)


def ruleset(*owner: Rule, handling: tuple[Rule, ...] = ()) -> Ruleset:
    """A landlord with five teams, four journeys and these rules."""
    channels = {"phone": "Phone call", "sms": "Text message", "email": "Email", "chat": "Web chat"}
    return Ruleset(
        landlord=Landlord("Harbour Row", "Europe/London", "GB", "ENG", "customer-hub"),
        hours=HOURS,
        teams={
            key: Team(key, key.replace("-", " ").title(), "", (), hours, {}, (), (), HERE)
            for key, hours in TEAMS.items()
        },
        channels={key: Channel(key, name, "phone", spoken=False, outbound=True) for key, name in channels.items()},
        journeys={each.key: each for each in JOURNEYS},
        adjustments={"text-relay": Adjustment("text-relay", "Text relay", "")},
        questions={},
        messages={},
        transfer_reasons={},
        resolutions={},
        calls=None,
        call_events={},
        mailboxes={},
        urgent=(),
        values={},
        owner=owner,
        handling=handling,
        digest="",
    )
