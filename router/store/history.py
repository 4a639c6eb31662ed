"""The history of enquiries: events only added, what follows from them, and each enquiry's row kept as they make it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from router.enquiry.actions import Fresh
from router.enquiry.consequences import Effects, Say, Timer, effects
from router.enquiry.happenings import EventKind
from router.enquiry.state import State, fold
from router.store.bulk import insert_rows
from router.store.changes import update_rows
from router.store.enquiries import SPLIT
from router.store.ids import new_id
from router.store.outbox import withdraw
from router.store.prepared import Prepared, among
from router.store.queues import place
from router.store.rows import Row
from router.store.schema import contacts, enquiries, enquiry_contacts, events, outbox, questions, timers
from rules.landlord import Ruleset

FIRST = timedelta(hours=1)
"""How long before now an urgent intent counts as due, so that it goes before whatever has waited for less."""


def hold(connection: Connection, ids: Iterable[str]) -> dict[str, Row]:
    """The rows of these enquiries, locked until the transaction ends; always in one order, so that nobody deadlocks."""
    statement = select(enquiries).where(enquiries.c.id.in_(sorted(set(ids)))).order_by(enquiries.c.id)
    return {row["id"]: dict(row) for row in connection.execute(statement.with_for_update()).mappings()}


def of(connection: Connection, ids: Sequence[str]) -> dict[str, list[Row]]:
    """The events of each of these enquiries, oldest first."""
    found: dict[str, list[Row]] = {id_: [] for id_ in ids}
    statement = select(events).where(events.c.enquiry_id.in_(list(ids))).order_by(events.c.id)
    for row in connection.execute(statement).mappings():
        found[row["enquiry_id"]].append(dict(row))
    return found


def of_one(connection: Connection, enquiry_id: str) -> list[Row]:
    """The events of one enquiry, oldest first."""
    return of(connection, [enquiry_id])[enquiry_id]


def state_of(connection: Connection, enquiry_id: str) -> State:
    """An enquiry as its events make it."""
    return fold(of_one(connection, enquiry_id))


def of_contacts(connection: Connection, ids: Sequence[str], kinds: Sequence[str]) -> list[Row]:
    """The events of these kinds that these contacts have of their own, oldest first."""
    wanted = select(events).where(events.c.contact_id.in_(list(ids)), events.c.kind.in_(list(kinds)))
    return [dict(row) for row in connection.execute(wanted.order_by(events.c.id)).mappings()] if ids else []


def begin(connection: Connection, origin: Row, fresh: Fresh, at: datetime) -> None:
    """Make the row of an enquiry that is split off another's, and link it to the contact; its events come after."""
    new = {"id": fresh.id, "reference": fresh.reference, "opened_at": at, "first_contact_id": fresh.contact_id}
    insert_rows(connection, enquiries, [origin | projection(State(team=fresh.team)) | new])
    link = {"contact_id": fresh.contact_id, "enquiry_id": fresh.id, "how": SPLIT, "at": at}
    insert_rows(connection, enquiry_contacts, [link])


def append(connection: Connection, told: Sequence[Row], ruleset: Ruleset) -> dict[str, State]:
    """Add events to enquiries that are held, with what follows from them, and bring the enquiries' rows up to date.

    `told` are rows of events in the order they happened; `ruleset` is the live one. Gives the state of each enquiry.
    """
    insert_rows(connection, events, told)
    ids = list(dict.fromkeys(row["enquiry_id"] for row in told))
    states = {id_: fold(known) for id_, known in of(connection, ids).items()}
    update_rows(connection, enquiries, [{"id": id_, **projection(state)} for id_, state in states.items()])
    _keep_questions(connection, states)
    moved = [event["enquiry_id"] for event in told if event["kind"] == EventKind.TRANSFERRED]
    move_contacts(connection, {id_: states[id_].team for id_ in moved})
    for event in told:
        _follow(connection, event, effects(event, states[event["enquiry_id"]], ruleset), ruleset.landlord.zone)
    return states


def projection(state: State) -> Row:
    """The columns of an enquiry's row, as its state makes them."""
    promised = min((each.ends for each in state.promised), default=None)
    return {
        "state": "open" if state.is_open else "resolved",
        "team": state.team,
        "also": list(state.also),
        "colleague": state.colleague,
        "journey": state.journey,
        **place(state.priority, state.due, state.queue),
        "resolved_at": state.resolution.at if state.resolution else None,
        "waiting_until": state.waiting.until if state.waiting else None,
        "callback_by": promised,
    }


def _keep_questions(connection: Connection, states: Mapping[str, State]) -> None:
    """Keep which teams have yet to answer what they were asked in these enquiries."""
    connection.execute(delete(questions).where(questions.c.enquiry_id.in_(list(states))))
    owed = {(id_, each.team) for id_, state in states.items() if state.is_open for each in state.unanswered}
    insert_rows(connection, questions, [{"enquiry_id": id_, "team": team} for id_, team in sorted(owed)])


def _follow(connection: Connection, event: Row, follows: Effects, zone: str) -> None:
    insert_rows(
        connection, outbox, [intent(each, event["enquiry_id"], event["at"]) for each in follows.say], only_new=True
    )
    insert_rows(connection, timers, [timer(each, event["enquiry_id"], zone) for each in follows.timers], only_new=True)
    if follows.stopped:
        pending = update(timers).where(timers.c.key.in_(follows.stopped), timers.c.fired_at.is_(None))
        connection.execute(pending.values(fired_at=event["at"]))
    for key in follows.withdrawn:
        withdraw(connection, key, event["at"])


def timer(each: Timer, enquiry_id: str, zone: str) -> Row:
    """The row of a timer."""
    return {
        "id": new_id(),
        "key": each.key,
        "at": each.at,
        "zone": zone,
        "kind": each.kind.value,
        "enquiry_id": enquiry_id,
        "data": dict(each.data),
        "fired_at": None,
    }


def intent(say: Say, enquiry_id: str, now: datetime) -> Row:
    """The row of an intent that waits in the outbox."""
    return {
        "id": new_id(),
        "key": say.key,
        "enquiry_id": enquiry_id,
        "contact_id": say.contact_id,
        "audience": say.audience,
        "purpose": say.purpose,
        "template": say.template,
        "values": {**say.values, "urgent": True} if say.urgent else dict(say.values),
        "channel": say.channel,
        "address": dict(say.address),
        "state": "pending",
        "not_before": now - FIRST if say.urgent else now + say.after,
        "attempts": 0,
        "created_at": now,
        "settled_at": None,
        "sent": None,
        "trouble": None,
        "message_id": None,
        "sent_to": None,
    }


_LINKED = select(enquiry_contacts.c.contact_id).where(
    among(enquiry_contacts.c.enquiry_id, "enquiries"), enquiry_contacts.c.how != SPLIT
)
_MOVE = Prepared(update(contacts).where(contacts.c.id.in_(_LINKED)).values(team=bindparam("receiver")))


def move_contacts(connection: Connection, owners: Mapping[str, str]) -> None:
    """Let the contacts of these enquiries have their owners; what was split off leaves them with their first."""
    for team in dict.fromkeys(owners.values()):
        moved = [enquiry_id for enquiry_id, owner in owners.items() if owner == team]
        _MOVE.run(connection, enquiries=moved, receiver=team)
