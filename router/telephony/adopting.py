"""Promises of calls that nobody chose while waiting: those of missed calls and of colleagues, where they are rung."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from router.enquiry.state import Callback, State
from router.live import LiveRuleset
from router.services import Services
from router.store import callbacks as store
from router.store import contacts, enquiries, history
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony.gate import is_ringable
from router.telephony.promising import MISSED, OFFERED
from rules.model import Priority
from rules.phone_line import OF_COLLEAGUES, OF_MISSED, Ringable

AT_ONCE: Final = 50


def adopt(services: Services, live: LiveRuleset) -> int:
    """Have those promises rung that the landlord wants rung, from when their window begins; gives how many are new."""
    flow = live.ruleset.calls
    rung = flow.callbacks.rings if flow else ()
    if not rung:
        return 0
    now = services.clock()
    with begin_read(services.record) as record:
        found = [_owed(record, *each, rung, live, now) for each in store.unknown_promises(record, AT_ONCE)]
    for each in found:
        if each is not None:
            services.writer.submit(store.adopt, each).result()
    return sum(each is not None and each.state == store.WAITING for each in found)


def _owed(
    record: Connection, enquiry_id: str, promise: str, rung: tuple[Ringable, ...], live: LiveRuleset, now: datetime
) -> store.Adopted | None:
    """How a promise is to be seen to; None for one that another part of us has in hand, or that is owed no more."""
    enquiry = enquiries.get(record, [enquiry_id])[0]
    state = history.state_of(record, enquiry_id)
    owed = next((each for each in state.promised if each.id == promise), None)
    if owed is None or owed.order.startswith(OFFERED):
        return None
    ids = enquiries.contact_ids(record, enquiry_id, by_people=True)
    known = contacts.load(record, ids[-AT_ONCE:])
    rang = next((each for each in reversed(known) if is_ringable(each["sender"], live)), None)
    whose = rang or (known[-1] if known else None)
    if whose is None:
        return None
    number = owed.number or (rang["sender"]["value"] if rang else "")
    wanted = (OF_MISSED if owed.order.startswith(MISSED) else OF_COLLEAGUES) in rung
    prefix = rang["sender"].get("prefix", "") if rang and not owed.number else ""
    return store.Adopted(
        whose["id"], enquiry_id, promise, number, prefix, owed.starts, owed.ends, now,
        _state(wanted=wanted, number=number), _line(enquiry, state, owed),
    )  # fmt: skip


def _state(*, wanted: bool, number: str) -> str:
    if not wanted:
        return store.OVER  # a colleague's to keep, and no business of ours
    return store.WAITING if number else store.BY_PERSON


def _line(enquiry: Row, state: State, owed: Callback) -> store.CallbackPlace:
    """Where they stand in the line of the team that owns the enquiry: as if they waited since their window began."""
    return store.CallbackPlace(enquiry["team"], enquiry["journey"], Priority(state.priority).rank, owed.starts)
