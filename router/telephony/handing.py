"""Handing a caller on to another team: the wish is kept, the provider moves the caller, and on arrival both are theirs.

The caller arriving at our place is what makes it so, for the enquiry's owner as for the call. Where the provider cannot
be reached, nothing has changed and the colleague still has the caller; where it is not known whether the provider did
it, either the caller arrives and is handed on, or they do not and nothing has changed.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from channels import twilio_calls
from channels.senders import Sent
from router import logs
from router.acting import Ordered, act
from router.enquiry import actions, orders
from router.enquiry.actions import Actor, Circumstances, Named, NotYoursError, RefusedError
from router.enquiry.state import State
from router.live import LiveRuleset
from router.services import Services
from router.store import calls as store
from router.store import enquiries, history, live_calls
from router.store.engine import begin_read
from router.store.live_calls import CALL_MOVED, Arrived, Happened, Meant, moving_of
from router.store.rows import Row
from router.telephony.moving import can_move, send
from rules.clock import is_open
from rules.landlord import Team

MOVED: Final = "moved"
"""The place of a voice adapter where a caller arrives who was handed on."""

FRESH: Final = timedelta(seconds=30)
"""How long after the wish a colleague's hanging up is taken for it: the provider has answered by then."""

PERHAPS: Final = frozenset({"timeout", "no-answer", "answer-unreadable"})
"""What is said where the provider may have moved the caller all the same."""

GONE_ON: Final = "The call has gone on since you opened this page. Look at it again."
HUNG_UP: Final = "The caller has hung up. Nothing was changed: if it is another team's, transfer the enquiry itself."
UNREACHABLE: Final = (
    "The provider could not be reached, so nothing was changed. If the caller is still with you, try again; "
    "or tell them whom to ring, and transfer the enquiry itself."
)
NOT_SET_UP: Final = "Calls cannot be moved from here: the provider's account is not set up (TWILIO_ACCOUNT_SID)."
STAYED: Final = "The caller was put through to {team}, but the enquiry stayed where it was: {why}"


@dataclass(frozen=True, slots=True)
class HandOn:
    """A wish: by whom, of which call (its contact, and the attempt at which it was seen), to whom, and why.

    `key` makes it once only; `phone` is "" for whichever is free, `reason` one of the landlord's, for the transfer.
    """

    contact_id: str
    turn: int
    actor: Actor
    key: str
    to: str
    phone: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallAndEnquiry:
    """What the record has on a call: its row, and the enquiry that it is about with its state."""

    row: Row
    enquiry: Row
    state: State


def hand_on(services: Services, wish: HandOn) -> None:
    """Have the provider move a caller to another team; raises RefusedError with what to do instead."""
    live, now = services.live.current(), services.clock()
    known = known_of(services, wish.contact_id)
    if wish.key in known.state.orders or (moving_of(known.row) or {}).get("key") == wish.key:
        return
    wish = entitled(wish, known, live)
    _check_team(wish, known.row, live, now)
    check_order(wish, known, live, now)
    if not can_move(services, known.row):
        raise RefusedError(NOT_SET_UP)
    meant = Meant(wish.contact_id, wish.turn, kept(wish, known, now))
    if services.writer.submit(live_calls.mean, meant).result() is None:
        raise RefusedError(GONE_ON)
    _move(services, wish, known.row)


def known_of(services: Services, contact_id: str) -> CallAndEnquiry:
    """The call of a contact as the record has it; raises RefusedError where there is none any more."""
    with begin_read(services.record) as record:
        row = store.get(record, contact_id)
        decision = enquiries.decision_on(record, contact_id)
        if row is None or decision is None or not decision["enquiry_id"]:
            raise RefusedError(GONE_ON)
        enquiry = enquiries.get(record, [decision["enquiry_id"]])[0]
        return CallAndEnquiry(row, enquiry, history.state_of(record, enquiry["id"]))


def entitled(wish: HandOn, known: CallAndEnquiry, live: LiveRuleset) -> HandOn:
    """The wish, of somebody who may act for the owner where the caller is on a telephone of their team's.

    Raises NotYoursError unless they may have to do with the call: it is their team's, or the enquiry is, or they
    supervise.
    """
    actor, row, owner = wish.actor, known.row, known.enquiry["team"]
    if not (actor.everywhere or actor.teams & {row["team"], row["also"], owner}):
        raise NotYoursError("Only the team whose call this is can do that.")
    return replace(wish, actor=replace(actor, teams=actor.teams | {owner})) if actor.teams & _has(row, live) else wish


def may_hand_on(actor: Actor, row: Row, owner: str, live: LiveRuleset) -> bool:
    """Whether somebody may put the caller through elsewhere: for the owner, or as the team that has the caller."""
    return actor.everywhere or not actor.teams.isdisjoint({owner} | _has(row, live))


def _has(row: Row, live: LiveRuleset) -> set[str]:
    """The teams that have the caller on a telephone of theirs: the one that was rung, or one that took it for them."""
    teams = (live.ruleset.teams.get(key) for key in (row["team"], row["also"]) if key)
    talks = row["stage"] == store.TALKING
    return {team.key for team in teams if team and talks and row["phone"] in {each.address for each in team.telephones}}


def _check_team(wish: HandOn, row: Row, live: LiveRuleset, now: datetime) -> None:
    check_reachable(wish, live, now)
    if wish.to == row["team"] and not wish.phone:
        name = live.ruleset.teams[wish.to].name
        raise RefusedError(f"The caller is with {name} already. Choose another team, or one of its telephones.")


def check_reachable(wish: HandOn, live: LiveRuleset, now: datetime) -> None:
    """Raise what keeps a team, or its telephone that is wanted, from being rung."""
    team = live.ruleset.teams.get(wish.to)
    if team is None:
        raise RefusedError("There is no such team.")
    if not team.telephones:
        raise RefusedError(f"{team.name} has no telephone. Transfer the enquiry itself, and tell the caller.")
    if not _is_there(team, live, now):
        raise RefusedError(f"{team.name} is closed now. Transfer the enquiry itself, and promise the caller a call.")
    if wish.phone and wish.phone not in {phone.address for phone in team.telephones}:
        raise RefusedError(f"{team.name} has no such telephone.")


def _is_there(team: Team, live: LiveRuleset, now: datetime) -> bool:
    return is_open(live.ruleset.hours[team.hours], live.calendar, now)


def check_order(wish: HandOn, known: CallAndEnquiry, live: LiveRuleset, now: datetime) -> None:
    """Raise what keeps the enquiry from being transferred, before anything is done with the call."""
    if wish.to != known.state.team:
        named = Named(known.enquiry["id"], known.enquiry["reference"])
        around = Circumstances(now, live.ruleset, "", named)
        actions.act(known.state, orders.Transfer(wish.to, wish.reason, wish.note), wish.actor, around)


def kept(wish: HandOn, known: CallAndEnquiry, now: datetime) -> Row:
    """A wish as the record keeps it until it is carried out."""
    actor = wish.actor
    by = {"by": actor.name, "teams": sorted(actor.teams), "everywhere": actor.everywhere}
    order = {"enquiry": known.enquiry["id"], "reason": wish.reason, "note": wish.note}
    return {"key": wish.key, "to": wish.to, "phone": wish.phone, "at": now.isoformat(), **by, **order}


def _move(services: Services, wish: HandOn, row: Row) -> None:
    result = send(services, row["call"], f"{MOVED}?move={wish.key}")
    if isinstance(result, Sent):
        return
    logs.log("call.not-moved", contact=wish.contact_id, outcome=result.reason)
    if result.reason in PERHAPS:
        raise RefusedError(UNREACHABLE)
    services.writer.submit(live_calls.forget, (wish.contact_id, wish.key)).result()
    raise RefusedError(HUNG_UP if result == twilio_calls.GONE else UNREACHABLE)


def is_meant(row: Row, now: datetime) -> bool:
    """Whether the caller of a colleague who hangs up is to be handed on."""
    move = moving_of(row)
    return move is not None and now - datetime.fromisoformat(move["at"]) < FRESH


async def carried_out(services: Services, row: Row, key: str = "") -> Row:
    """Hand on a caller who has arrived, with the enquiry; the call as it is then.

    A caller who arrives without a wish, as it was given up for failed, waits for their team at their old place.
    """
    now, move = services.clock(), moving_of(row)
    if move is None:
        has_arrived = (row["live"] or {}).get("arrived") == key
        if has_arrived or row["stage"] != store.TALKING:
            return row
        return await services.writer.write(store.pass_on, store.CallNews(row["contact_id"], now)) or row
    await asyncio.to_thread(transferred, services, row, move)
    data = {"from": row["team"], "to": move["to"], "phone": move["phone"]}
    happened = Happened(CALL_MOVED, move["enquiry"], move["by"], data)
    return await services.writer.write(live_calls.arrive, Arrived(row["contact_id"], move["key"], now, happened)) or row


def transferred(services: Services, row: Row, move: Row) -> None:
    """Transfer the enquiry; where that cannot be done any more, its owner is told why the caller is elsewhere."""
    with begin_read(services.record) as record:
        owner = history.state_of(record, move["enquiry"]).team
    if owner == move["to"]:
        return
    actor = Actor(move["by"], frozenset(move["teams"]), everywhere=move["everywhere"])
    order = orders.Transfer(move["to"], move["reason"], move["note"])
    try:
        act(services, Ordered(move["enquiry"], order, actor, move["key"]))
    except RefusedError as refused:
        logs.log("call.owner-kept", contact=row["contact_id"], enquiry=move["enquiry"])
        team = services.live.current().ruleset.teams.get(move["to"])
        note = orders.Note(STAYED.format(team=team.name if team else move["to"], why=refused))
        act(services, Ordered(move["enquiry"], note, actor, move["key"]))
