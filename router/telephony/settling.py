"""What follows when a call of ours is over: the enquiry's history says how it went, and the call back what is next."""

from datetime import datetime, timedelta
from typing import Any, Final

from router import logs
from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor, RefusedError
from router.enquiry.happenings import EventKind
from router.enquiry.state import REACHED
from router.live import LiveRuleset
from router.services import Services
from router.store import callbacks as owed_calls
from router.store import history
from router.store import outgoing as store
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony.gate import Barred
from router.telephony.promising import ENGINE, KEPT_BY_TALKING
from rules.phone_line import Callbacks

NOT_TAKEN, NOT_MADE, UNKNOWN, BARRED = "not-taken", "not-made", "unknown", "barred"
"""How a call ended of which the other end was not rung, or nobody knows whether it was."""

RUNG: Final = frozenset({"no-answer", "busy", "machine", "failed"})
"""How a call ended whose other end was rung in vain."""

BACK_OFF: Final = timedelta(minutes=1)
"""How long it is waited where the provider makes no call."""

FIND_OUT: Final = "We may have rung them or not: it was lost how the call went. Find out, and ring them if not."
GIVEN_UP: Final = "Rung {attempts} times, and not reached."
CLICKED: Final = {
    REACHED: "Rang the customer, and talked to them.",
    "no-answer": "Rang the customer: nobody answered.",
    "busy": "Rang the customer: the line was busy.",
    "machine": "Rang the customer: a machine answered.",
    "failed": "Rang the customer: the call could not be put through.",
}
_IN_NOTES: Final = {said: outcome for outcome, said in CLICKED.items()}
BY_A_PERSON: Final = "A person has to make the call that was promised. {why}"


def settle(services: Services, attempt: Row, outcome: str, live: LiveRuleset, barred: Barred | None = None) -> None:
    """Keep how a call went, once only: on the enquiry first, because that is what was promised.

    Who was cut off in between has said there how it went: that is what counts for whoever finds it half done.
    """
    now = services.clock()
    owed = _owed(services, attempt)
    outcome = _said(services, attempt) or outcome
    say(services, attempt, owed, outcome, live, barred)
    services.writer.submit(store.settle, _next(attempt, owed, outcome, live, now, barred)).result()


def _said(services: Services, attempt: Row) -> str:
    """How an attempt went as the enquiry's history has it already; "" where it says nothing."""
    with begin_read(services.record) as record:
        happened = history.of_one(record, attempt["enquiry_id"])
    mine = [event for event in happened if str(event["data"].get("order", "")).startswith(_key(attempt))]
    if not mine:
        return ""
    first = mine[0]["data"]
    # A note says that a person has to go on with it, or how a call went of which nothing was promised.
    return str(first["outcome"]) if mine[0]["kind"] == EventKind.TRIED else _IN_NOTES.get(first["text"], UNKNOWN)


def _key(attempt: Row) -> str:
    """What the keys begin with of what is written into the history about an attempt."""
    return f"out:{attempt['id']}"


def _owed(services: Services, attempt: Row) -> Row | None:
    """The call back that an attempt is of; None for a call that a colleague has made for another reason."""
    if not attempt["callback_id"]:
        return None
    with begin_read(services.record) as record:
        return owed_calls.get(record, attempt["callback_id"])


def _next(
    attempt: Row, owed: Row | None, outcome: str, live: LiveRuleset, now: datetime, barred: Barred | None
) -> store.AttemptSettled:
    """What becomes of the call back now."""
    rules = _rules(live)
    over = store.AttemptSettled(attempt["id"], outcome, now, store.DONE, counts=outcome in RUNG)
    if outcome == NOT_TAKEN:
        return over._replace(then=store.AGAIN)
    if outcome == NOT_MADE:
        return over._replace(then=store.LATER, due_at=now + BACK_OFF)
    if outcome in RUNG and owed is not None and owed["attempts"] + 1 < rules.attempts:
        return over._replace(then=store.LATER, due_at=now + timedelta(minutes=rules.spacing_minutes))
    if barred is not None and barred.until:
        return over._replace(then=store.LATER, due_at=barred.until)
    by_person = outcome == UNKNOWN or (barred is not None and not barred.over)
    return over._replace(then=store.BY_PERSON) if by_person else over


def say(
    services: Services, attempt: Row, owed: Row | None, outcome: str, live: LiveRuleset, barred: Barred | None = None
) -> None:
    """Write into the enquiry's history how an attempt went, by the attempt's own key: once only."""
    key = _key(attempt)
    if owed is None:
        _say_clicked(services, attempt, outcome, key)
    elif outcome == REACHED:
        for promise in _kept(services, attempt, owed):
            _order(services, attempt, orders.TryCallback(promise, "reached"), f"{key}:{promise}")
    elif outcome in RUNG:
        tried: Any = outcome
        _order(services, attempt, orders.TryCallback(owed["promise"], tried), key)
        if owed["attempts"] + 1 >= _rules(live).attempts:
            given_up = orders.TryCallback(owed["promise"], "not-reached", _given_up(owed))
            _order(services, attempt, given_up, f"{key}:given-up")
    elif outcome == UNKNOWN:
        _order(services, attempt, orders.Note(FIND_OUT), key)
    elif barred is not None and not barred.until and not barred.over:
        _order(services, attempt, orders.Note(BY_A_PERSON.format(why=barred.why)), key)


def _say_clicked(services: Services, attempt: Row, outcome: str, key: str) -> None:
    """How a call went that a colleague has made: of what was promised, else by itself."""
    with begin_read(services.record) as record:
        state = history.state_of(record, attempt["enquiry_id"])
    promised = [each.id for each in state.promised]
    if outcome == UNKNOWN:
        _order(services, attempt, orders.Note(FIND_OUT), key)
    elif outcome == REACHED or outcome in RUNG:
        how: Any = outcome
        # Whoever is talked to is owed no other call; of one in vain it is enough to say it once.
        for promise in promised if outcome == REACHED else promised[:1]:
            _order(services, attempt, orders.TryCallback(promise, how), f"{key}:{promise}")
        if not promised and not any(done.startswith(key) for done in state.orders):
            _order(services, attempt, orders.Note(CLICKED[outcome]), key)


def _given_up(owed: Row) -> str:
    return GIVEN_UP.format(attempts=owed["attempts"] + 1)


def _kept(services: Services, attempt: Row, owed: Row | None) -> list[str]:
    """The promises that are kept by talking to them: this call's, and those that the engine made about the same."""
    with begin_read(services.record) as record:
        promised = history.state_of(record, attempt["enquiry_id"]).promised
    own = owed["promise"] if owed is not None else None
    kept = [each.id for each in promised if each.id == own or each.order.startswith(KEPT_BY_TALKING)]
    return sorted(kept, key=lambda id_: id_ != own)


def _order(services: Services, attempt: Row, order: orders.Order, key: str) -> None:
    try:
        by = ENGINE if attempt["by"] == ENGINE.name else Actor(attempt["by"], everywhere=True)
        act(services, Ordered(attempt["enquiry_id"], order, by, key))
    except RefusedError as refused:
        logs.log("call-back.refused", enquiry=attempt["enquiry_id"], kind=type(refused).__name__)


def _rules(live: LiveRuleset) -> Callbacks:
    flow = live.ruleset.calls
    return flow.callbacks if flow else Callbacks()
