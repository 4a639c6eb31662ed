"""Before anybody is rung: whether they may be now, on this number, by this way, as the record has it at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.inbound import Address, PointKind
from channels.names import PHONE
from channels.numbers import REGION
from channels.replies import Reach
from channels.ringable import dialled, why_not
from router import directory
from router.enquiry.state import EMERGENCY, State
from router.live import LiveRuleset
from router.planning import plan_for
from router.services import Services
from router.store import contacts, enquiries, history, live_calls
from router.store.engine import begin_read
from router.store.rows import Row
from rules.intent import Purpose
from rules.phone_line import Trunk
from rules.plan import HandlingPlan, Intent

NOT_OWED = "The call is not owed any more."
WITH_US = "They are on the line with us now, or were a moment ago."
A_MOMENT = timedelta(minutes=1)
"""How much later somebody is rung who is on the line with us when their turn comes."""

ANOTHER_NUMBER = "They must not be rung on this number: their record says how they are reached."
WITHHOLD = "Our number must not be shown to them, and no line of ours can withhold it: ring them from one that does."
DIAL_FIRST = "Dial {prefix} before their number: no line of ours can do it by itself."


@dataclass(frozen=True, slots=True)
class Dialling:
    """How somebody is dialled: a number by the provider or an address on the trunk, and the number of ours it shows."""

    address: str
    reach: Reach
    shown: str


@dataclass(frozen=True, slots=True)
class Barred:
    """Why nobody is rung by us now: a person has to, or (`until`) not before a moment, or it is `over`."""

    why: str
    until: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class CallToMake:
    """What the record has on a call that is to be made: the enquiry's row and state, the contact, who it may be.

    `is_with_us` says that they are on another call with us.
    """

    enquiry: Row
    state: State
    contact: Row
    whom: tuple[directory.Identity, ...]
    is_with_us: bool


def is_ringable(sender: Mapping[str, Any], live: LiveRuleset) -> bool:
    """Whether we ring the address that a contact came from: a telephone number, and of a kind that we ring."""
    if sender["kind"] != PointKind.PHONE:
        return False
    return why_not(Address(PointKind.PHONE, sender["value"]), live.ruleset.landlord.country or REGION) is None


def way(services: Services, call: Row, live: LiveRuleset, now: datetime) -> Dialling | Barred:
    """How the other end of a call is dialled now, or why it is not; `call` has enquiry, contact, number and prefix.

    A call back is made only while its promise (`promise`) is owed.
    """
    known = _known(services, call, now)
    if _is_settled(call, known.state):
        return Barred(NOT_OWED, over=True)
    if known.is_with_us:
        return Barred(WITH_US, until=now + A_MOMENT)
    plans = [plan_for(_intent(call, known), each, live.ruleset, now) for each in known.whom]
    for plan in plans:
        if barred := _barred(plan, call):
            return barred
    return _way(call, known, plans, live)


def _is_settled(call: Row, state: State) -> bool:
    promise = call.get("promise")
    return bool(promise) and (not state.is_open or all(each.id != promise for each in state.promised))


def _known(services: Services, call: Row, now: datetime) -> CallToMake:
    with begin_read(services.record) as record:
        enquiry = enquiries.get(record, [call["enquiry_id"]])[0]
        contact = contacts.load(record, [call["contact_id"]])[0]
        state = history.state_of(record, enquiry["id"])
        rung = {"kind": PointKind.PHONE.value, "value": call["number"]}
        # Whoever keyed in another number is still who they are; and whoever has that number has a say too.
        addresses = [rung] if contact["sender"].get("value") == call["number"] else [contact["sender"], rung]
        whom = tuple(directory.at(record, each) for each in addresses)
        is_with_us = live_calls.is_with_us(record, call["number"], contact["id"], now)
    return CallToMake(enquiry, state, contact, whom, is_with_us)


def _intent(call: Row, known: CallToMake) -> Intent:
    return Intent(
        enquiry=call["enquiry_id"],
        purpose=Purpose.CALLBACK,
        channel=PHONE,
        address=call["number"],
        address_kind=PointKind.PHONE.value,
        prefix=call["prefix"],
        is_emergency=known.state.priority == EMERGENCY,
    )


def _barred(plan: HandlingPlan, call: Row) -> Barred | None:
    if plan.to_person:
        return Barred(plan.to_person)
    if plan.address != call["number"]:
        return Barred(ANOTHER_NUMBER)
    return Barred("Not at this time of day.", until=plan.not_before) if plan.not_before else None


def _way(call: Row, known: CallToMake, plans: list[HandlingPlan], live: LiveRuleset) -> Dialling | Barred:
    flow = live.ruleset.calls
    trunk = flow.callbacks.trunk if flow else None
    prefix = next((plan.call_prefix for plan in plans if plan.call_prefix), "")
    withheld = not all(plan.caller_identity for plan in plans)
    shown = shown_of(known.contact, live)
    if not prefix and not withheld:
        return Dialling(call["number"], Reach.NUMBER, shown)
    if withheld and not (trunk and trunk.withhold):
        return Barred(WITHHOLD)
    if trunk is None:
        return Barred(DIAL_FIRST.format(prefix=" ".join(prefix)))
    return Dialling(_on_trunk(trunk, call["number"], prefix, live, withheld=withheld), Reach.SIP, shown)


def _on_trunk(trunk: Trunk, number: str, prefix: str, live: LiveRuleset, *, withheld: bool) -> str:
    written = dialled(number, live.ruleset.landlord.country or REGION)
    return f"sip:{trunk.withhold if withheld else ''}{prefix}{written}@{trunk.host}"


def number_rung(contact: Row) -> str | None:
    """The number of ours that a caller rang; None where that is not known."""
    return contact["recipients"][0].get("value") if contact["recipients"] else None


def shown_of(contact: Row, live: LiveRuleset) -> str:
    """The number of ours that a call shows: the one that they rang, if it is one of ours; "" where we have none."""
    flow = live.ruleset.calls
    numbers = flow.numbers if flow else ()
    rang = number_rung(contact)
    return rang if rang in numbers else next(iter(numbers), "")
