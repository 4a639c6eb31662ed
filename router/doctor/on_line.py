"""Whether callers are taken care of while we are away, and whether the calls back that are promised can be made."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx

from channels.inbound import PointKind
from channels.names import PHONE
from channels.twilio_lists import ListingError, Lists
from router.doctor.findings import Finding, ok, warning
from router.doctor.look import Look
from router.doctor.on_servers import SECONDS
from router.senders import twilio_config
from router.settings import Settings
from router.telephony import ringing
from rules.callback_slots import slots
from rules.clock import calendar_of
from rules.intent import Intent, Person, Purpose
from rules.landlord import Ruleset
from rules.phone_line import CallFlow
from rules.plan import plan

Complaint = tuple[str, str]
"""What was found, and what to do."""

ANYBODY = "+447700900000"
"""A number that is nobody's, in whose place anybody's may stand."""

NUMBERS = "IncomingPhoneNumbers"
SET_UP = "Put the document of `firstcontact calls fallback` where it is reached without us: docs/reconciliation.md."


def fallback(look: Look) -> Finding | None:
    """Whether each number of the line has a fallback at the provider; nothing where there is no line."""
    flow = look.ruleset.calls if look.ruleset else None
    if flow is None or not flow.numbers:
        return None
    if not look.settings.twilio_account_sid:
        said = "Without the provider's account it is not known whether callers reach anybody while this server is away."
        return warning(said, f"Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. {SET_UP}")
    try:
        at_provider = _addresses(look.settings)
    except ListingError as error:
        said = f"It is not known whether the numbers have a fallback: the provider says {error.reason}."
        return warning(said, SET_UP)
    found = list(_without(flow.numbers, at_provider, look.settings))
    if found:
        return warning(" ".join(what for what, _ in found), " ".join(dict.fromkeys(do for _, do in found)))
    return ok("Each number of the line has a fallback at the provider, which is not this server.")


def _addresses(settings: Settings) -> dict[str, str]:
    """Where the provider turns to for each number of the account when we do not answer; raises ListingError."""
    config = replace(twilio_config(settings), timeout_seconds=SECONDS)
    with httpx.Client() as client:
        rows = list(Lists(config, client).every(NUMBERS, "incoming_phone_numbers"))
    return {str(row.get("phone_number")): str(row.get("voice_fallback_url") or "") for row in rows}


def _without(numbers: tuple[str, ...], at_provider: dict[str, str], settings: Settings) -> Iterator[Complaint]:
    here = urlsplit(settings.outside_url).netloc
    absent = [number for number in numbers if number not in at_provider]
    bare = [number for number in numbers if at_provider.get(number) == ""]
    ours = [number for number in numbers if at_provider.get(number) and urlsplit(at_provider[number]).netloc == here]
    if absent:
        yield f"The account does not have {', '.join(absent)}.", "Look at `numbers` in `calls`, or at the account."
    if bare:
        yield f"While this server is away callers to {', '.join(bare)} are cut off: there is no fallback.", SET_UP
    if ours:
        yield f"The fallback of {', '.join(ours)} is this server, which is away when it is needed.", SET_UP


def called_back(look: Look) -> Finding | None:
    """Whether the calls back that callers may choose can be made; nothing where none are offered."""
    ruleset, flow = look.ruleset, look.ruleset.calls if look.ruleset else None
    if ruleset is None or flow is None or not (flow.callbacks.rings or (flow.waiting and flow.waiting.offer)):
        return None
    settings = look.settings
    found = [
        *_account(settings),
        *_allowed(ruleset, flow, look),
        *_by_hand(ruleset, flow),
        *_times(ruleset, flow, look),
    ]
    if found:
        return warning(" ".join(what for what, _ in found), " ".join(dict.fromkeys(do for _, do in found)))
    return ok("Calls back are made by us, to everybody who may be rung, at times that every team has.")


def _account(settings: Settings) -> Iterator[Complaint]:
    if not ringing.is_set_up(settings):
        do = "Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and FIRSTCONTACT_PUBLIC_URL."
        yield "Calls back are promised and not made by us: each is left to the team.", do


def _allowed(ruleset: Ruleset, flow: CallFlow, look: Look) -> Iterator[Complaint]:
    """Whether there is a number to ring from, and the gate lets us ring somebody with no needs at all, now or later."""
    number = next(iter(flow.numbers), look.settings.voice_from)
    if not number:
        yield "There is no number of ours to ring from.", "List `numbers` in `calls`, or set FIRSTCONTACT_VOICE_FROM."
    kind = PointKind.PHONE.value
    intent = Intent(enquiry="", purpose=Purpose.CALLBACK, channel=PHONE, address=ANYBODY, address_kind=kind)
    barred = plan(intent, Person(), ruleset, look.at).to_person
    if barred:
        yield f"Nobody would be rung: {barred}.", "Look at `channels` and what they allow."


def _by_hand(ruleset: Ruleset, flow: CallFlow) -> Iterator[Complaint]:
    """Needs that the provider cannot keep to: a prefix, and a number of ours that must not be seen."""
    trunk = flow.callbacks.trunk
    prefixed = [each.key for each in ruleset.adjustments.values() if each.call_prefix]
    withheld = [each.key for each in ruleset.adjustments.values() if not each.caller_identity]
    do = "If you have a SIP trunk, name it in `callbacks`, with what withholds a number there: docs/calling-back.md."
    if prefixed and trunk is None:
        yield f"Who has {', '.join(prefixed)} is rung by a person, who dials the prefix.", do
    if withheld and not (trunk and trunk.withhold):
        yield f"Who has {', '.join(withheld)} is rung by a person, as our number must not be shown.", do


def _times(ruleset: Ruleset, flow: CallFlow, look: Look) -> Iterator[Complaint]:
    """Teams of which callers can choose no time, as they are not open for long enough by day."""
    calendar, hours = calendar_of(ruleset.landlord), flow.callbacks.slot_hours
    teams = [team for team in ruleset.teams.values() if team.telephones]
    none = [each.name for each in teams if not slots(ruleset.hours[each.hours], calendar, look.at, hours)]
    if none:
        yield (
            f"Who waits for {', '.join(none)} can choose no time: it is never open for {hours} hours between 8 and 8.",
            "Let `slot_hours` in `callbacks` be less, or look at the team's hours.",
        )
