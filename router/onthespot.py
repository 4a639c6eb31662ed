"""Deciding at once, inside a request, because a person is waiting: under a lease, and within a deadline."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from channels.inbound import Inbound, Progress
from channels.registry import LIVE
from router import logs
from router.directory import at
from router.intake import Hold
from router.planning import person_of
from router.routing import route
from router.services import Services
from router.store import contacts, enquiries
from router.store.contacts import Accepted
from router.store.engine import begin_read
from router.store.ids import new_id
from router.store.rows import Row
from router.telephony.line import ASKED_ABOUT
from rules.constraints import Constraints, constraints
from rules.plan import Person

GRACE = timedelta(seconds=5)
"""How much longer than the deadline the lease lasts, so that a worker does not start the same work meanwhile."""


def hold_for(inbound: Inbound, services: Services) -> Hold | None:
    """The lease under which this request will decide the contact itself, or None to leave it to a worker."""
    if inbound.channel not in LIVE or inbound.progress is not Progress.ENOUGH:
        return None
    return Hold(new_id(), timedelta(seconds=services.settings.call_deadline) + GRACE)


async def asked_by(services: Services, inbound: Inbound) -> Constraints:
    """What the adjustments of whoever is on the line ask of us; of several who share a number, all of theirs."""
    person = await asyncio.to_thread(_caller, services, inbound) if inbound.part in ASKED_ABOUT else Person()
    asks = constraints(person or Person(), services.live.current().ruleset)
    # Of who is not known it is not known either whether they must not be asked for a message.
    return asks if person else replace(asks, voicemail=False)


def _caller(services: Services, inbound: Inbound) -> Person | None:
    try:
        with begin_read(services.record) as record:
            return person_of(at(record, inbound.sender._asdict()))
    except SQLAlchemyError as error:
        logs.failed("call.caller-unknown", error)  # the call is stored and answered all the same
        return None


async def decide_now(services: Services, accepted: Accepted, hold: Hold) -> Row | None:
    """The decision on a contact, made within the deadline; None where it could not be, and a worker will make it."""
    work = asyncio.to_thread(_decide, services, accepted.contact_id, hold)
    try:
        return await asyncio.wait_for(work, services.settings.call_deadline)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the person who waits is answered
        logs.failed("decision.late", error, contact=accepted.contact_id)
        return None


def _decide(services: Services, contact_id: str, hold: Hold) -> Row | None:
    with begin_read(services.record) as record:
        found = contacts.load(record, [contact_id])
    if found and found[0]["lease"] == hold.token:
        assigned = route(services, found)[0]
        if assigned.decision is not None:
            return assigned.decision
    with begin_read(services.record) as record:
        return enquiries.decision_on(record, contact_id)
