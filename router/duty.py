"""The duty phone answers: whoever presses the key acknowledges the emergency, for the team that was rung."""

from typing import Any

from sqlalchemy import Connection

from channels.names import PHONE
from channels.replies import CallSteps, Hangup, Pressed
from channels.twilio_duty import YES, spoken
from router.acting import Ordered, act
from router.calls import say
from router.enquiry import orders
from router.enquiry.actions import Actor, RefusedError
from router.enquiry.consequences import TEAM
from router.services import Services
from router.store import outbox
from router.store.engine import begin_read

THANKS = "Thank you. It is noted that you have it. Please open it now, and take it."
TAKEN = "Thank you. Somebody has this already, or it is over. You need do nothing."
UNKNOWN = "We do not know what this call was about. Please look at the enquiries of your team."
NOT_NOTED = "We could not note that. Please open the enquiry, and say there that you have it."
AGAIN = "That says nothing yet. Press 1 to say that you have it."
NOBODY = "Nobody has said that they have it, so others are told. Goodbye."


def pressed(services: Services, key: Pressed) -> CallSteps:
    """Do what a key on a call of ours says, once a call, and give what is spoken in answer."""
    with begin_read(services.record) as record:
        notice = _notice(record, key.about)
    if notice is None:
        return said(services, UNKNOWN)
    if not key.key:
        return said(services, NOBODY)
    if key.key != YES:
        flow = services.live.current().ruleset.calls
        return spoken(AGAIN, key.about, *((flow.language, flow.voice) if flow else ()))
    team = notice["values"]["team"]
    actor = Actor(f"phone:{team}", frozenset({team}))
    try:
        act(services, Ordered(notice["enquiry_id"], orders.Acknowledge(), actor, f"phone:{key.call}"))
    except RefusedError:
        return said(services, TAKEN)
    return said(services, THANKS)


def said(services: Services, text: str) -> CallSteps:
    """Speak a text, and hang up."""
    flow = services.live.current().ruleset.calls
    return CallSteps((say(flow, text), Hangup()))


def _notice(record: Connection, id_: str) -> dict[str, Any] | None:
    """What was said on the call, by its id; nothing else can be answered by a key."""
    row = outbox.get(record, id_)
    return row if row and (row["audience"], row["channel"]) == (TEAM, PHONE) else None
