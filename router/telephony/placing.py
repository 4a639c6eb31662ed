"""Where a caller on the line goes next: to the telephone that is kept for them, into the queue, or to a person."""

import asyncio

from channels.inbound import Inbound
from channels.replies import CallSteps, Enqueue, Redirect, Reply, Say, Step
from router import calls
from router.calls import Onward, Unattended
from router.live import LiveRuleset
from router.services import Services
from router.store import calls as store
from router.store import waiting as queue
from router.store.brought_in import third_of
from router.store.contacts import Accepted
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import leg, recording, voicemail, waiting
from rules.model import Priority

WAIT, LEFT = "wait", "left"
"""Places of a voice adapter: what is heard while waiting, and how it ended."""

AGAIN = f"{WAIT}?loop=1"
"""The former without the provider's queue: a caller who is there asks here again and again."""


async def put_through(
    services: Services,
    inbound: Inbound,
    accepted: Accepted,
    onward: Onward,
    decision: Row | None,
    live: LiveRuleset,
) -> Reply:
    """The next free telephone of the team, or the queue.

    Who pressed the key of an emergency at the tone, and had waited before, waits on with that urgency.
    """
    now = services.clock()
    new: Row = {
        "contact_id": accepted.contact_id,
        "provider": inbound.provider,
        "account": inbound.account,
        "call": inbound.conversation,
        "stage": store.WAITING,
        "team": onward.team.key,
        "journey": decision.get("journey") if decision else None,
        "rank": Priority(onward.priority).rank,
        "since": now,
        "not_before": now,
        "turn": 0,
        "tried": [],
        "seen_at": now,
        "live": None,
    }
    if inbound.part in voicemail.AT_THE_TONE and not accepted.repeated:
        await services.writer.write(store.back_in_line, new)
    said = await told_of_recording(services, new, live)
    new |= recording.with_told(new) if said else {}
    row = await services.writer.write(store.take_turn, waiting.turn(new, live, now, new=True))
    return CallSteps((*onward.steps, *said, *await next_steps(services, row, live)))


async def told_of_recording(services: Services, row: Row, live: LiveRuleset) -> tuple[Say, ...]:
    """What a caller hears who is going to be recorded."""
    if recording.of(row, live) is None:
        return ()
    caller = await asyncio.to_thread(leg.caller_of, services, row, live)
    return recording.told(row, live, may_record=caller.may_record)


async def next_steps(
    services: Services, row: Row | None, live: LiveRuleset, *, looped: bool = False
) -> tuple[Step, ...]:
    """Where the caller goes from here: to the telephone that is kept for them, into the queue, or to a person."""
    if row is None or row["stage"] not in (store.WAITING, store.CONNECTING):
        return calls.to_person(live).steps
    phone = leg.telephone(row, live)
    if phone is not None:
        return (leg.ring(row, phone, await asyncio.to_thread(leg.caller_of, services, row, live), live),)
    if row["stage"] == store.CONNECTING:
        return calls.to_person(live).steps
    return (Redirect(AGAIN),) if looped else (Enqueue(row["team"], WAIT, f"{LEFT}?turn={row['turn']}"),)


async def take_turn(services: Services, row: Row, live: LiveRuleset) -> tuple[Row | None, int | None]:
    """The call as it is now, and how many wait before it; None in place of these where nobody is there to serve it."""
    now = services.clock()
    if waiting.serving(row, live, now) is None and not waiting.is_urgent(row):
        return row, None
    before = await asyncio.to_thread(_ahead, services, row, live)
    return await services.writer.write(store.take_turn, waiting.turn(row, live, now, before)), before


def _ahead(services: Services, row: Row, live: LiveRuleset) -> int:
    with begin_read(services.record) as record:
        return queue.ahead(record, row, waiting.seen_since(live, services.clock()))


async def told_closed(services: Services, row: Row, live: LiveRuleset) -> Reply:
    """Their team has closed and nobody else is there: whoever waited is told so, and may leave a message."""
    await services.writer.write(store.leave, store.CallNews(row["contact_id"], services.clock()))
    flow = waiting.flow_of(live)
    said = (flow.waiting.closed if flow.waiting else "") or flow.closed
    asked = await asyncio.to_thread(voicemail.asked_of, services, row, live)
    return voicemail.unattended(Unattended((calls.say(flow, said),), row["team"]), live, asked)


def kept_for(row: Row) -> tuple[str, ...]:
    """The telephones that were kept for a call: that of its colleague, and of who was brought in."""
    third = third_of(row)
    return tuple(filter(None, (row["phone"], third.get("phone") if third else None)))
