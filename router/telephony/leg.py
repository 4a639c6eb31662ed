"""The leg to a colleague's telephone: how it is rung, and what is said on it before the caller is put through."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from channels.replies import Asked, CallSteps, Connect, Hangup, Menu, Reach, Redirect, Reply, Say
from router import calls, directory
from router.live import LiveRuleset
from router.planning import person_of
from router.services import Services
from router.store import calls as store
from router.store import contacts, enquiries
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import recording, whisper
from router.telephony.gate import number_rung
from router.telephony.whisper import Caller
from rules.constraints import constraints
from rules.landlord import Phone
from rules.language_names import languages_in_words

WHISPER: Final = "whisper"
"""The place of a voice adapter where it is asked what a colleague hears first."""

LATE: Final = timedelta(minutes=1)
"""How much later than a call's end it may be told how its dialling went."""

NOT_RECORDED: Final = "not-recorded"
"""The preference of a customer who does not want to be recorded."""

TAKEN: Final = "taken"
"""In the address that is asked once a key was pressed: that the call had been offered."""

_SAID, _RECORDED = "said", "rec"


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
    recorded = recording.is_on(row, live) and caller.may_record
    more = f"&{_RECORDED}=1" if recorded else ""
    return Connect(
        phone.address,
        caller_id=caller.shown,
        timeout_seconds=calls.ring_seconds(live),
        then=f"{calls.DIALLED}?turn={row['turn']}",
        reach=Reach(phone.reach),
        whisper=f"{WHISPER}?call={row['call']}&turn={row['turn']}{more}",
        recorded=recording.PLACE if recorded else "",
        told=f"status?turn={row['turn']}",
        about={name: value for name, value in about.items() if value},
    )


def turn_of(about: Mapping[str, Any]) -> int | None:
    """The attempt to put a call through that something is told of; None where it does not say."""
    turn = str(about.get("turn", ""))
    return int(turn) if turn.isdecimal() else None


def is_past(row: Row, about: Mapping[str, Any]) -> bool:
    """Whether what is told is of an attempt after which there was another."""
    return turn_of(about) not in (None, row["turn"])


async def went(services: Services, facts: Mapping[str, Any], row: Row, live: LiveRuleset) -> None:
    """A telephone has answered: whoever did has the call, or has yet to take it by a key."""
    phone = telephone(row, live)
    if facts.get("call_status") != "in-progress" or phone is None:
        return
    told = store.CallNews(row["contact_id"], services.clock(), turn_of(facts), facts.get("leg", ""))
    await services.writer.write(store.decides if phone.confirm else store.answered, told)


async def whispered(services: Services, what: Asked, row: Row, live: LiveRuleset) -> Reply:
    """What whoever answered hears; once nothing more is said, which is asked here as well, the two are connected.

    A telephone that a machine may have answered has to take the call by a key. Any other key, or none, passes it on.
    """
    phone = telephone(row, live)
    if phone is None or row["stage"] not in (store.CONNECTING, store.TALKING) or is_past(row, what.about):
        return CallSteps((Hangup(),))
    if is_passed_on(what):
        return CallSteps((Hangup(),))
    told = store.CallNews(row["contact_id"], services.clock(), turn_of(what.about), what.leg)
    recorded = f"&{_RECORDED}=1" if _RECORDED in what.about else ""
    place = f"{WHISPER}?call={row['call']}&turn={row['turn']}{recorded}"
    if _SAID in what.about:
        await services.writer.write(store.connected, told)
        if recorded:
            await recording.begins(services, row)
        return CallSteps(())
    caller = await asyncio.to_thread(caller_of, services, row, live)
    if TAKEN in what.about or not phone.confirm:
        await services.writer.write(store.answered, told)
        return CallSteps((*briefing(what, caller, live), Redirect(f"{place}&{_SAID}=1")))
    return asked_to_take(whisper.offered(caller), f"{place}&{TAKEN}=1", live)


def asked_to_take(words: tuple[str, ...], action: str, live: LiveRuleset) -> CallSteps:
    """A call that is offered to whoever answered; where no key takes it, that leg is over."""
    return CallSteps((Menu(said(words, live), (whisper.TAKE, whisper.PASS_ON), action, repeat=2), Hangup()))


def is_passed_on(what: Asked) -> bool:
    """Whether the call was offered, and the key is not the one that takes it."""
    return TAKEN in what.about and what.key != whisper.TAKE


def briefing(what: Asked, caller: Caller, live: LiveRuleset) -> tuple[Say, ...]:
    """What a colleague hears who has the call: on top of what it was offered with, where it was."""
    return said(whisper.details(caller) if TAKEN in what.about else whisper.told(caller), live)


def caller_of(services: Services, row: Row, live: LiveRuleset) -> Caller:
    """What the record has on the caller now: a need that was recorded a minute ago counts."""
    contact_id = row["contact_id"]
    with begin_read(services.record) as record:
        contact = contacts.load(record, [contact_id])[0]
        decided = enquiries.decision_on(record, contact_id)
        enquiry = next(iter(enquiries.get(record, [decided["enquiry_id"]])), None) if decided else None
        identity = directory.at(record, contact["sender"])
    asked = constraints(person_of(identity), live.ruleset)
    customer, team = identity.customer, live.ruleset.teams.get(row["team"])
    journey = live.ruleset.journeys.get(decided["journey"] or "") if decided else None
    return Caller(
        team=team.name if team else "",
        name=customer["name"] if customer and asked.caller_identity else "",
        journey=journey.name if journey else "",
        priority=decided["priority"] if decided else "",
        because=decided["because"] if decided else "",
        interpreter=languages_in_words(asked.interpreter),
        prefix=asked.call_prefix or contact["sender"].get("prefix", ""),
        duties=(*asked.unsettled, *asked.instructions),
        instructions=tuple(decided["trail"]["instructions"]) if decided else (),
        shown=None if asked.caller_identity else number_rung(contact),
        contact=contact_id,
        enquiry=enquiry["reference"] if enquiry else "",
        may_record=asked.recording and not any(NOT_RECORDED in each["preferences"] for each in identity.candidates),
    )


def said(words: tuple[str, ...], live: LiveRuleset) -> tuple[Say, ...]:
    """Words in the voice of the landlord's calls."""
    return tuple(calls.say(live.ruleset.calls, each) for each in words)
