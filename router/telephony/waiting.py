"""Waiting for a colleague, worked out from what is known: whose telephones are tried, what is heard, when it ends."""

from datetime import datetime, timedelta
from typing import Final

from channels.replies import Menu, Pause, Play, Say, Step
from router.calls import say
from router.live import LiveRuleset
from router.store.calls import Line, TeamQueue, Turn
from router.store.rows import Row
from rules.call_flow import CALL_BACK
from rules.clock import is_open
from rules.landlord import Team
from rules.model import Priority
from rules.phone_line import CallFlow, Waiting

GRACE: Final = timedelta(seconds=15)
"""How much longer than its ringing a telephone is kept for a call, in which the provider tells us how that ended."""

MISSED: Final = 3
"""How many announcements a caller may have missed before they are taken to have gone without a word."""

LEAST: Final = timedelta(seconds=90)
"""The least time after which a caller is taken to have gone: the provider may be slow, and we may have been down."""


def turn(row: Row, live: LiveRuleset, now: datetime, before: int = 0, *, new: bool = False) -> Turn:
    """What a caller asks for: a telephone of their team, or of the next one too where theirs takes too long.

    `before` is how many were found to wait before them.
    """
    flow = flow_of(live)
    waiting = flow.waiting or Waiting("")
    own = serving(row, live, now) or _own(row, live)
    over = _overflow(row, own, live, now, before)
    return Turn(
        row["contact_id"],
        tuple(_queue(team, row.get("wanted")) for team in (own, over) if team is not None),
        now,
        timedelta(seconds=flow.ring_seconds) + GRACE,
        timedelta(seconds=waiting.rest_seconds),
        seen_since(live, now),
        row if new else None,
    )


def seen_since(live: LiveRuleset, now: datetime) -> datetime:
    """Since when a caller must have been heard of to count as waiting."""
    flow = live.ruleset.calls
    every = flow.waiting.every_seconds if flow and flow.waiting else 0
    return now - max(MISSED * timedelta(seconds=every), LEAST)


def serving(row: Row, live: LiveRuleset, now: datetime) -> Team | None:
    """The team that serves a caller now; None where nobody on its escalation path is there any more.

    Their own team still is for a while after it has closed, and after that whoever is open takes over those who wait.
    """
    own, waiting = _own(row, live), flow_of(live).waiting
    longer = timedelta(minutes=waiting.serve_after_closing if waiting else 0)
    if _open(own, live, now) or _open(own, live, now - longer):
        return own
    return next((team for team in _path(own, live) if team.telephones and _open(team, live, now)), None)


def is_urgent(row: Row) -> bool:
    """Whether a caller rings about an emergency: nobody tells them to ring again."""
    return bool(row["rank"] == Priority.EMERGENCY.rank)


def _own(row: Row, live: LiveRuleset) -> Team:
    """The team that a caller waits for; the fallback one for a team that the rules know no more."""
    return live.ruleset.teams.get(row["team"], live.ruleset.fallback)


def _path(team: Team, live: LiveRuleset) -> list[Team]:
    return [live.ruleset.teams[key] for key in team.escalation if key in live.ruleset.teams]


def _open(team: Team, live: LiveRuleset, at: datetime) -> bool:
    return is_open(live.ruleset.hours[team.hours], live.calendar, at)


def _overflow(row: Row, own: Team, live: LiveRuleset, now: datetime, before: int) -> Team | None:
    """The team whose telephones are tried as well: the first that is open on the escalation path."""
    overflow = (flow_of(live).waiting or Waiting("")).overflow
    if overflow is None:
        return None
    urgent, minutes = timedelta(seconds=overflow.emergency_after_seconds), timedelta(minutes=overflow.after_minutes)
    long = now - row["since"] >= (min(urgent, minutes) if is_urgent(row) else minutes)
    many = overflow.longer_than is not None and before >= overflow.longer_than
    if not (long or many):
        return None
    return next((team for team in _path(own, live) if team.telephones and _open(team, live, now)), None)


def _queue(team: Team, wanted: str | None) -> TeamQueue:
    """A team's telephones in the order in which they are tried, the one that is wanted before all others."""
    phones = sorted(team.telephones, key=lambda phone: phone.address != wanted)
    return TeamQueue(team.key, tuple(Line(phone.address, phone.at_once) for phone in phones))


def heard(row: Row, before: int, on: frozenset[str], live: LiveRuleset, offer: str) -> tuple[Step, ...]:
    """What a caller hears once while they wait; the key 1 comes in at the place `offer`, "" where it is not offered."""
    flow = flow_of(live)
    waiting = flow.waiting
    if waiting is None:
        return ()
    said = f"{waiting.says} {position(before)}" if waiting.position else waiting.says
    says = (say(flow, said), *announced(flow, on, "waiting", row["team"], row["journey"]))
    if waiting.offer and offer:
        prompts = (*says, say(flow, waiting.offer.says))
        return (Menu(prompts, (CALL_BACK,), offer, waiting.every_seconds),)
    return *says, Play(waiting.music) if waiting.music else Pause(waiting.every_seconds)


def is_offered(row: Row, live: LiveRuleset, now: datetime) -> bool:
    """Whether it is time for who waits to be offered a call back; who rings about an emergency is not."""
    waiting = flow_of(live).waiting
    if waiting is None or waiting.offer is None or is_urgent(row):
        return False
    return bool(now - row["since"] >= timedelta(seconds=waiting.offer.after_seconds))


def position(before: int) -> str:
    """Where a caller stands, in words."""
    return f"You are number {before + 1} in the queue." if before else "You are next in the queue."


def announced(
    flow: CallFlow, on: frozenset[str], where: str, team: str | None = None, journey: str | None = None
) -> tuple[Say, ...]:
    """The announcements that are on, for who is to be put through to a team about a journey."""
    found = (each for each in flow.announcements.values() if each.key in on and where in each.heard)
    meant = (each for each in found if _meant(each.teams, team) and _meant(each.journeys, journey))
    return tuple(say(flow, each.says) for each in meant)


def _meant(whose: tuple[str, ...], this: str | None) -> bool:
    return not whose or this in whose


def flow_of(live: LiveRuleset) -> CallFlow:
    """The landlord's call flow; raises LookupError where a new ruleset has none."""
    flow = live.ruleset.calls
    if flow is None:
        raise LookupError("the landlord has no call flow any more")
    return flow
