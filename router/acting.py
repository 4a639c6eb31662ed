"""Acting on enquiries: an order is looked at under a lock, becomes events with all that follows, and is done once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from router import facts as fact
from router.enquiry import actions, orders
from router.enquiry.actions import Actor, Circumstances, Fresh, Named, NewEvent, RefusedError
from router.enquiry.consequences import reply_key
from router.enquiry.state import State
from router.live import LiveRuleset
from router.logs import log
from router.references import new_reference, normalise
from router.services import Services
from router.store import blobs, contacts, enquiries, history, outbox
from router.store.ids import new_id
from router.store.rows import Row
from rules.decide import decide


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order for one enquiry: by whom, and under which key (of the form or the request) it is done once only.

    `uploaded` are the digests of files that whoever orders it has just put into the record for it.
    """

    enquiry_id: str
    order: orders.Order
    actor: Actor
    key: str
    uploaded: frozenset[str] = frozenset()


class UnknownEnquiryError(RefusedError):
    """There is no enquiry with this id."""


@dataclass(frozen=True, slots=True)
class _Item:
    ordered: Ordered
    live: LiveRuleset
    at: datetime


def act(services: Services, ordered: Ordered) -> State:
    """Do what was ordered, and give the state that it leads to; raises RefusedError with the reason why not.

    An order whose key was done before changes nothing and gives the state as it is now.
    """
    item = _Item(ordered, services.live.current(), services.clock())
    done = services.writer.submit(_act, item).result()
    if isinstance(done, RefusedError):
        raise done
    log("enquiry.changed", enquiry=ordered.enquiry_id, kind=ordered.order.action)
    return done


def _act(connection: Connection, items: list[_Item]) -> list[State | RefusedError]:
    rows = history.hold(connection, [item.ordered.enquiry_id for item in items])
    return [_act_on(connection, item, rows.get(item.ordered.enquiry_id)) for item in items]


def _act_on(connection: Connection, item: _Item, row: Row | None) -> State | RefusedError:
    ordered = item.ordered
    if row is None:
        return UnknownEnquiryError("There is no such enquiry.")
    state = history.state_of(connection, row["id"])
    if ordered.key in state.orders:
        return state
    try:
        around = _circumstances(connection, item, row)
        told = actions.act(state, ordered.order, ordered.actor, around)
    except RefusedError as refusal:
        return refusal
    if around.fresh is not None:
        history.begin(connection, row, around.fresh, item.at)
    return history.append(connection, _events(told, item, state), item.live.ruleset)[row["id"]]


def _events(told: list[NewEvent], item: _Item, state: State) -> list[Row]:
    """The rows of what an order led to; the first carries its key, and each the team that owns the enquiry then."""
    rows: list[Row] = []
    for each in told:
        moved = each.data.get("to") if each.kind == "transferred" else None
        state = replace(state, team=moved or state.team)
        rows.append(
            {
                "id": new_id(),
                "at": item.at,
                "kind": each.kind.value,
                "enquiry_id": each.enquiry_id or item.ordered.enquiry_id,
                "contact_id": each.contact_id,
                "team": each.team or state.team,
                "actor": item.ordered.actor.name,
                "data": dict(each.data) if rows else {**each.data, "order": item.ordered.key},
            }
        )
    return rows


def _circumstances(connection: Connection, item: _Item, row: Row) -> Circumstances:
    order = item.ordered.order
    around = Circumstances(item.at, item.live.ruleset, new_id(), Named(row["id"], row["reference"]))
    match order:
        case orders.Reply():
            named = {each.digest for each in order.attachments}
            foreign = named and named - item.ordered.uploaded - _files_of(connection, row["id"])
            around = replace(around, missing=blobs.missing(connection, named), foreign=len(foreign))
            return replace(around, answers_to=_answers_to(connection, row["id"]))
        case orders.Undo(reply):
            return replace(around, waits=outbox.waits(connection, reply_key(reply), row["id"]))
        case orders.Link(to):
            return replace(around, other=_other(connection, to))
        case orders.Split():
            return replace(around, fresh=_fresh(connection, item, order, row["id"]))
    return around


def _files_of(connection: Connection, enquiry_id: str) -> set[str]:
    """The digests of the files that came with an enquiry's contacts or were added to its replies."""
    came = contacts.load(connection, enquiries.contact_ids(connection, enquiry_id))
    holders = [part for contact in came for part in contact["parts"]]
    holders += [event["data"] for event in history.of_one(connection, enquiry_id)]
    return {file["digest"] for each in holders for file in each.get("attachments", ())}


def _latest(connection: Connection, enquiry_id: str) -> Row | None:
    """The latest contact of an enquiry."""
    ids = enquiries.contact_ids(connection, enquiry_id, by_people=True)
    return contacts.load(connection, ids[-1:])[0] if ids else None


def _answers_to(connection: Connection, enquiry_id: str) -> Mapping[str, Any] | None:
    latest = _latest(connection, enquiry_id)
    if latest is None:
        return None
    return {
        "channel": latest["channel"],
        "address": latest["sender"],
        "contact": latest["id"],
        "in_reply_to": latest["message_id"] or "",
    }


def _other(connection: Connection, written: str) -> Named | None:
    """The enquiry that is to be linked, held as well, because it gets an event too."""
    reference = normalise(written)
    found = enquiries.by_reference(connection, reference) if reference else None
    if found is None:
        return None
    history.hold(connection, [found["id"]])
    return Named(found["id"], found["reference"])


def _fresh(connection: Connection, item: _Item, order: orders.Split, enquiry_id: str) -> Fresh | None:
    """The enquiry that splitting makes: decided by the rules as if the contact had been about that journey."""
    latest = _latest(connection, enquiry_id)
    decided = enquiries.decisions_of(connection, [latest["id"]]) if latest else []
    if latest is None or not decided or order.journey not in item.live.ruleset.journeys:
        return None
    facts = {**fact.restored(decided[-1]["facts"], latest), "journey": order.journey}
    outcome = decide(item.live.compiled, facts, latest["received_at"])
    data = {
        "rule": outcome.rule,
        "journey": order.journey,
        "also": list(outcome.also),
        "priority": outcome.priority.value,
        "due": {name: at.isoformat() for name, at in outcome.due.items()},
    }
    told = _told_of(connection, enquiry_id, latest["id"])
    return Fresh(new_id(), new_reference(), order.team or outcome.team, latest["id"], {**told, **data})


def _told_of(connection: Connection, enquiry_id: str, contact_id: str) -> Mapping[str, Any]:
    """What the history keeps of a contact already."""
    events = history.of_one(connection, enquiry_id)
    kept = ("channel", "kind", "received_at", "party", "needs")
    mine = (event["data"] for event in events if event["contact_id"] == contact_id and "party" in event["data"])
    return next(({name: data[name] for name in kept} for data in mine), {})
