"""Callers whom nobody talked to: who is promised a call back, and whose promise is kept because they rang again."""

from datetime import datetime
from typing import Final

from channels.inbound import PointKind
from router import logs
from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import RefusedError
from router.enquiry.state import State
from router.live import LiveRuleset
from router.planning import asked_of_us
from router.services import Services
from router.store import call_ends, contacts, enquiries, history
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony.course import CallEnding
from router.telephony.promising import ENGINE, KEPT_BY_TALKING, MISSED, window_of
from rules.constraints import Constraints
from rules.phone_line import Missed

WITHHELD: Final = "The caller reached nobody, and their number is not known: they cannot be rung back."
WITHHELD_LEFT_WORD: Final = (
    "The caller left a message, and their number is not known: listen whether it says how they can be reached."
)
NOT_BY_PHONE: Final = "The caller reached nobody. They must not be rung: their adjustments say so."
BY_A_PERSON: Final = "The caller reached nobody. Before anybody rings them, see what their adjustments ask for."
RANG_AGAIN: Final = "They rang again, and were talked to."


def see_to(services: Services) -> int:
    """See to the calls that are over: promise a call back where one is owed; gives how many there were."""
    now, live = services.clock(), services.live.current()
    with begin_read(services.record) as record:
        over = call_ends.due(record, now)
    for contact_id, ended in over:
        _see_to(services, contact_id, ended, live, now)
        services.writer.submit(call_ends.seen_to, (contact_id, now)).result()
    return len(over)


def _see_to(services: Services, contact_id: str, ended: Row, live: LiveRuleset, now: datetime) -> None:
    missed = live.ruleset.calls.missed if live.ruleset.calls else None
    with begin_read(services.record) as record:
        contact = contacts.load(record, [contact_id])[0]
        decision = enquiries.decision_on(record, contact_id)
        if decision is None or not decision["enquiry_id"]:
            return
        state = history.state_of(record, decision["enquiry_id"])
        asked = asked_of_us(record, contact["sender"], live.ruleset)
    if ended["outcome"] == CallEnding.ANSWERED:
        order = _kept(state)
    else:
        order = _order(contact, ended, asked, state, missed, live, now) if missed else None
    if order is not None:
        _do(services, decision["enquiry_id"], order, contact_id)


def _do(services: Services, enquiry_id: str, order: orders.Order, contact_id: str) -> None:
    try:
        act(services, Ordered(enquiry_id, order, ENGINE, f"{MISSED}{order.action}:{contact_id}"))
    except RefusedError as refused:
        logs.log("missed-call.refused", contact=contact_id, enquiry=enquiry_id, kind=type(refused).__name__)


def _kept(state: State) -> orders.Order | None:
    """A promise that we made because a caller reached nobody is kept once they are talked to about the same."""
    owed = next((each for each in state.promised if each.order.startswith(KEPT_BY_TALKING)), None)
    return orders.TryCallback(owed.id, "reached", RANG_AGAIN) if owed else None


def _order(
    contact: Row, ended: Row, asked: Constraints, state: State, missed: Missed, live: LiveRuleset, now: datetime
) -> orders.Order | None:
    """What is owed to whoever was not talked to: a call back, or a colleague who knows why there can be none."""
    if not _is_owed(contact, ended, missed) or not state.is_open or state.promised:
        return None
    if contact["sender"]["kind"] != PointKind.PHONE:
        return orders.Note(WITHHELD_LEFT_WORD if ended["outcome"] == CallEnding.VOICEMAIL else WITHHELD)
    if contact["channel"] not in asked.allowed:
        return orders.Note(NOT_BY_PHONE)
    if asked.unsettled:
        return orders.Note(BY_A_PERSON)
    return orders.PromiseCallback(*window_of(state.team, missed.promise_within, live, now))


def _is_owed(contact: Row, ended: Row, missed: Missed) -> bool:
    """Whether somebody rang us, for long enough, and nobody talked to them; who left a message is owed a call too."""
    own = (part["facts"] for part in contact["parts"] if "parent_call" not in part["facts"])
    outgoing = any(facts.get("direction", "").startswith("outbound") for facts in own)
    long_enough = ended["seconds"] is None or ended["seconds"] >= missed.not_under_seconds
    seen_to = ended["outcome"] in (CallEnding.ANSWERED, CallEnding.CALL_BACK)
    return not outgoing and not seen_to and long_enough
