"""What a caller hears: the menu, then the owning team, and whatever happens a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.inbound import Inbound
from channels.replies import Accepted, CallSteps, Connect, Hangup, Menu, Reply, Say, Step
from router.live import LiveRuleset
from rules.clock import is_open
from rules.landlord import CallFlow, Team
from rules.model import Priority

MENU, DIALLED = "menu", "dialled"
"""Places of a voice adapter where a key, and the end of a dialled leg, come in."""

CHANNEL = "phone"
RING_SECONDS = 20
ANSWERED = ("completed", "answered")


def reply(inbound: Inbound, decision: Mapping[str, Any] | None, live: LiveRuleset, now: datetime) -> Reply:
    """What the caller hears next: after the call came in, after the menu, after a leg was dialled.

    A call that was decided as it came in is put through without the menu.
    """
    match inbound.part:
        case "call":
            return connection(decision, live, now) if decision else opening(live)
        case "menu-choice" | "menu-timeout":
            return connection(decision, live, now) if decision else to_person(live)
        case "call-leg":
            return after_dialling(inbound.facts.get("dial", ""), live)
        case _:
            return Accepted()


def opening(live: LiveRuleset) -> CallSteps:
    """The greeting and the menu; a landlord without a call flow has its callers put through to the fallback team."""
    flow = live.ruleset.calls
    if flow is None:
        return to_person(live)
    options = tuple(_say(flow, f"{option.says}, press {option.key}.") for option in flow.menu)
    keys = tuple(option.key for option in flow.menu)
    return CallSteps((Menu((_say(flow, flow.greeting), *options), keys, MENU, flow.wait_seconds),))


def connection(decision: Mapping[str, Any], live: LiveRuleset, now: datetime) -> CallSteps:
    """Put the caller through to the team that owns the contact, or to whoever is open on its escalation path.

    If nobody is open, the caller hears so, and that the call is noted; an emergency always reaches the fallback number.
    """
    owner = live.ruleset.teams.get(decision["team"])
    if owner is None:
        return to_person(live)
    team = _first_open(owner, live, now)
    if team is None:
        return to_person(live) if decision["priority"] == Priority.EMERGENCY else _closed(live)
    ring = Connect(team.channels["phone"], timeout_seconds=RING_SECONDS, then=DIALLED)
    return CallSteps((*_words(live, "connecting"), ring))


def after_dialling(outcome: str, live: LiveRuleset) -> CallSteps:
    """What follows a dialled leg: nothing if it was answered, else a person at the fallback number."""
    return CallSteps((Hangup(),)) if outcome in ANSWERED else to_person(live)


def to_person(live: LiveRuleset) -> CallSteps:
    """Straight to a person: the fallback number, or the fallback team's."""
    flow = live.ruleset.calls
    number = flow.fallback_number if flow else live.ruleset.fallback.channels.get("phone")
    ring = (Connect(number, timeout_seconds=RING_SECONDS * 3),) if number else ()
    return CallSteps((*_words(live, "connecting"), *ring, Hangup()))


def _first_open(owner: Team, live: LiveRuleset, now: datetime) -> Team | None:
    """The owner, or else the first on its escalation path, that is open and has a telephone."""
    path = (owner, *(live.ruleset.teams[key] for key in owner.escalation))
    hours = live.ruleset.hours
    return next(
        (team for team in path if "phone" in team.channels and is_open(hours[team.hours], live.calendar, now)), None
    )


def _closed(live: LiveRuleset) -> CallSteps:
    return CallSteps((*_words(live, "closed"), Hangup()))


def _words(live: LiveRuleset, which: str) -> tuple[Step, ...]:
    flow = live.ruleset.calls
    text = getattr(flow, which) if flow else ""
    return (_say(flow, text),) if flow and text else ()


def _say(flow: CallFlow, text: str) -> Say:
    return Say(text, flow.language, flow.voice)
