"""The leg to a colleague's telephone: how it is rung, and what is said on it before the caller is put through."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from channels.replies import Asked, CallSteps, Connect, Hangup, Menu, Reach, Reply, Say
from router import calls, directory
from router.live import LiveRuleset
from router.planning import person_of
from router.services import Services
from router.store import calls as store
from router.store import contacts, enquiries
from router.store.engine import begin_read
from router.telephony import whisper
from router.telephony.whisper import Caller
from rules.constraints import constraints
from rules.landlord import Phone

WHISPER: Final = "whisper"
"""The place of a voice adapter where it is asked what a colleague hears first."""

LATE: Final = timedelta(minutes=1)
"""How much later than a call's end it may be told how its dialling went."""

_TAKEN: Final = "taken"
Row = dict[str, Any]


def telephone(row: Row, live: LiveRuleset) -> Phone | None:
    """The telephone that is kept for a call, as the ruleset has it now."""
    teams = (live.ruleset.teams.get(key) for key in (row["team"], row["also"]) if key)
    phones = (phone for team in teams if team is not None for phone in team.telephones)
    return next((phone for phone in phones if phone.address == row["phone"]), None)


def known(address: str, team: str, live: LiveRuleset) -> Phone | None:
    """A telephone by its address: the team's own, or that of another team whose it is."""
    teams = live.ruleset.teams
    first = [teams[team]] if team in teams else []
    phones = (phone for each in (*first, *teams.values()) for phone in each.telephones)
    return next((phone for phone in phones if phone.address == address), None)


def ring(row: Row, phone: Phone, caller: Caller, live: LiveRuleset) -> Connect:
    """Ring the telephone that is kept for a call."""
    about = {"Firstcontact-Contact": caller.contact, "Firstcontact-Enquiry": caller.enquiry}
    flow = live.ruleset.calls
    return Connect(
        phone.address,
        caller_id=caller.shown,
        timeout_seconds=flow.ring_seconds if flow else calls.RING_SECONDS,
        then=calls.DIALLED,
        reach=Reach(phone.reach),
        whisper=f"{WHISPER}?call={row['call']}",
        told="status",
        about={name: value for name, value in about.items() if value},
    )


async def whispered(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """What whoever answered hears; once nothing more is said, the two are connected.

    A telephone that a machine may have answered has to take the call by a key. Any other key, or none, passes it on.
    """
    phone = telephone(row, live)
    if phone is None or row["stage"] not in (store.CONNECTING, store.TALKING):
        return CallSteps((Hangup(),))
    if _TAKEN in what.about and what.key != whisper.TAKE:
        return CallSteps((Hangup(),))
    caller = await asyncio.to_thread(caller_of, services, row, live)
    if _TAKEN in what.about:
        return CallSteps(said(whisper.details(caller), live))
    if not phone.confirm:
        return CallSteps(said(whisper.told(caller), live))
    action = f"{WHISPER}?call={row['call']}&{_TAKEN}=1"
    prompts = said(whisper.offered(caller), live)
    return CallSteps((Menu(prompts, (whisper.TAKE, whisper.PASS_ON), action, repeat=2), Hangup()))


def caller_of(services: Services, row: Mapping[str, Any], live: LiveRuleset) -> Caller:
    """What the record has on the caller now: a need that was recorded a minute ago counts."""
    contact_id = row["contact_id"]
    with begin_read(services.record) as record:
        contact = contacts.load(record, [contact_id])[0]
        decided = next((each for each in enquiries.decisions_of(record, [contact_id]) if each["current"]), None)
        enquiry = next(iter(enquiries.get(record, [decided["enquiry_id"]])), None) if decided else None
        identity = directory.at(record, contact["sender"])
    asked = constraints(person_of(identity), live.ruleset)
    customer, team = identity.customer, live.ruleset.teams.get(row["team"])
    journey = live.ruleset.journeys.get(decided["journey"] or "") if decided else None
    ours = contact["recipients"][0].get("value") if contact["recipients"] else None
    return Caller(
        team=team.name if team else "",
        name=customer["name"] if customer and asked.caller_identity else "",
        journey=journey.name if journey else "",
        priority=decided["priority"] if decided else "",
        because=decided["because"] if decided else "",
        interpreter=asked.interpreter,
        prefix=asked.call_prefix,
        duties=(*asked.unsettled, *asked.instructions),
        instructions=tuple(decided["trail"]["instructions"]) if decided else (),
        shown=None if asked.caller_identity else ours,
        contact=contact_id,
        enquiry=enquiry["reference"] if enquiry else "",
    )


def said(words: tuple[str, ...], live: LiveRuleset) -> tuple[Say, ...]:
    """Words in the voice of the landlord's calls."""
    flow = live.ruleset.calls
    return tuple(Say(each, flow.language, flow.voice) if flow else Say(each) for each in words)
