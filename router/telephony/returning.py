"""A caller who has an enquiry open: offered the team that has it, in their first question, by a key of its own.

Nothing is offered on a number that several people share, nor where an adjustment says that nobody may learn of it; and
nothing is said of the enquiry but what the landlord lets be said aloud.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection

from channels.inbound import Inbound, PointKind
from channels.replies import CallSteps, Menu, Reply
from router import calls, directory, logs, spoken
from router.calls import Onward, number_of
from router.live import LiveRuleset
from router.services import Services
from router.store import enquiries, people, returning
from router.store.engine import begin_read
from router.store.returning import CHOSEN
from router.store.rows import Row
from rules.constraints import Constraints
from rules.landlord import Ruleset
from rules.phone_line import Returning

PATIENCE: Final = 0.5
"""How many seconds a caller waits for the look: after it they hear the menu like everybody."""

OFFERED: Final = "offered"
"""The fact of a key that was pressed in a question in which an enquiry was offered: which one."""

_FAILED: Final = "Failed"
"""In what the network says of a caller's number: that it is not theirs."""

_Seen = TypeVar("_Seen")


@dataclass(frozen=True, slots=True)
class Open:
    """The enquiry that a caller is offered, with what is said of it."""

    enquiry_id: str
    says: str


async def offer(
    services: Services, inbound: Inbound, heard: Reply | Onward, asked: Constraints, live: LiveRuleset
) -> Reply | Onward:
    """What a caller hears, with the offer in it where it is a first question and they have an enquiry open."""
    offered = _offer_of(live.ruleset)
    question = first_question(heard) if isinstance(heard, CallSteps) else None
    if not isinstance(heard, CallSteps) or offered is None or question is None or not _may_be_told(inbound, asked):
        return heard
    look = partial(_found, now=services.clock(), inbound=inbound, offered=offered, live=live)
    found = await _in_time(services, look)
    if found is None:
        return heard
    return CallSteps((with_offer(question, found, offered, number_of(inbound), live.ruleset), *heard.steps[1:]))


async def chosen(services: Services, inbound: Inbound) -> Inbound:
    """A key that was pressed: where it is that of the offer, with the enquiry, its journey and its team as facts."""
    if inbound.part != "menu-choice" or OFFERED not in inbound.facts:
        return inbound
    facts = {name: value for name, value in inbound.facts.items() if name != OFFERED}
    offered = _offer_of(services.live.current().ruleset)
    took = offered is not None and inbound.facts["menu"] == offered.key
    named = await _in_time(services, partial(_named, inbound=inbound)) if took else None
    return replace(inbound, facts=facts | (named or {}))


async def _in_time(services: Services, look: Callable[[Connection], _Seen | None]) -> _Seen | None:
    """What a look into the record finds in time; None where it cannot, for a caller is never kept waiting for it."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(_read, services, look)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the caller hears the menu like everybody
        logs.failed("returning.look-failed", error)
        return None


def _read(services: Services, look: Callable[[Connection], _Seen | None]) -> _Seen | None:
    with begin_read(services.record) as record:
        return look(record)


def _offer_of(ruleset: Ruleset) -> Returning | None:
    return ruleset.calls.returning if ruleset.calls else None


def first_question(heard: CallSteps) -> Menu | None:
    """The question that a call begins with, if that is what is heard now, for the first time or once more."""
    first = heard.steps[0] if heard.steps else None
    place, _, about = first.action.partition("?") if isinstance(first, Menu) else ("", "", "")
    return first if isinstance(first, Menu) and place == calls.MENU and "step=" not in about else None


def _may_be_told(inbound: Inbound, asked: Constraints) -> bool:
    """Whether whoever holds this telephone may hear that its owner is in touch with us."""
    kept_quiet = asked.safety or not asked.caller_identity or not asked.voicemail
    doubted = _FAILED in inbound.facts.get("caller_verified", "")
    return inbound.sender.kind is PointKind.PHONE and not kept_quiet and not doubted


def _party(record: Connection, inbound: Inbound) -> str | None:
    """Whose matters they are: of exactly one customer, or nobody's."""
    customer = directory.at(record, inbound.sender._asdict()).customer
    return people.party(customer["id"]) if customer else None


def _found(
    record: Connection, *, inbound: Inbound, offered: Returning, live: LiveRuleset, now: datetime
) -> Open | None:
    party = _party(record, inbound)
    rows = returning.open_of(record, party) if party else []
    fitting = (row for row in rows if is_offered(row, offered, live, now))
    return next((Open(row["id"], said_of(row, offered, live.ruleset)) for row in fitting), None)


def is_offered(row: Row, offered: Returning, live: LiveRuleset, now: datetime) -> bool:
    """Whether an enquiry may be spoken of, and somebody is there to put its customer through to."""
    team = live.ruleset.teams.get(row["team"])
    silent = row["team"] in offered.not_teams or row["journey"] in offered.not_journeys
    return team is not None and not silent and calls.first_open(team, live, now) is not None


def said_of(row: Row, offered: Returning, ruleset: Ruleset) -> str:
    """What is said aloud of an enquiry, by its team and journey."""
    team, journey = ruleset.teams[row["team"]], ruleset.journeys.get(row["journey"] or "")
    matter = journey.said_aloud if journey and journey.said_aloud else f"an enquiry that {team.name} has"
    return offered.says.format(team=team.name, matter=matter)


def with_offer(question: Menu, found: Open, offered: Returning, number: str, ruleset: Ruleset) -> Menu:
    """The offer among the keys of a question: after those for an emergency, and before all others."""
    heard = spoken.after_emergencies(question, number, ruleset, f"{found.says}, press {offered.key}.")
    action = f"{question.action}{'&' if '?' in question.action else '?'}{OFFERED}={found.enquiry_id}"
    return replace(heard, keys=(*question.keys, offered.key), action=action)


def _named(record: Connection, *, inbound: Inbound) -> dict[str, str] | None:
    """What the key says of a contact, if the enquiry is still that of the one customer who has this number."""
    row = next(iter(enquiries.get(record, [inbound.facts[OFFERED]])), None)
    if row is None or row["party"] != _party(record, inbound):
        return None
    return {CHOSEN: row["id"], "chosen_team": row["team"]} | ({"journey": row["journey"]} if row["journey"] else {})
