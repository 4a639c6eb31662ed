"""Writing a decision once: owner, enquiry, due times, events and outbox in one short transaction, or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from channels.inbound import PointKind
from router.enquiry.consequences import together
from router.enquiry.happenings import EventKind
from router.enquiry.state import EMERGENCY, State
from router.enquiry.wished import escalation_of
from router.store import history, schema, sql
from router.store.contacts import DECIDED
from router.store.desk import Desk, enquiries_for
from router.store.enquiries import RECORDED
from router.store.ids import new_id
from router.store.ledger import DecisionLedger, write
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.rulesets import live_version
from router.store.schema import contacts, decisions
from rules.landlord import Ruleset
from rules.model import Priority
from rules.outcomes import Escalation

OPEN = "open"
AGAIN = EventKind.DECIDED_AGAIN.value
FOLLOWS, UNPROVEN = "follows", "unproven"
"""How an enquiry is linked to one that its contact names: it came too late to open that, or may not join it."""


class Proposal(NamedTuple):
    """What was decided for one contact, to be written if nothing that it rests on has changed meanwhile.

    `decision` is the row to be, but for the enquiry and its owner; `enquiry` is the row of a new one, with the
    `outbox` rows that go with opening it; `thread` is the enquiry that the contact replies to, `about` one that it only
    names; one that stands `apart` joins no other. `returned` is what a delivery report says, `works_again` an address
    that was taken for failing. `told` is what the history keeps of the contact, `asked` what the rules ask for beside
    that, as router/enquiry/wished.py keeps it.
    """

    contact_id: str
    lease: str
    at: datetime
    customer_id: str | None
    take_over: bool
    thread: str | None
    decision: Row
    enquiry: Row
    told: Row
    ruleset: Ruleset
    outbox: tuple[Row, ...]
    asked: Row
    about: str | None
    apart: bool
    by_machine: bool
    returned: Row | None
    works_again: Row | None


class Fate(StrEnum):
    """What became of a proposal."""

    WRITTEN = "written"
    STALE = "stale"
    """The ruleset that it was decided by is not the live one any more: decide again."""
    LOST = "lost"
    """Somebody else holds or has decided the contact: read theirs."""


class Assigned(NamedTuple):
    """The fate of a proposal, with the contact's current decision where there is one."""

    fate: Fate
    decision: Row | None = None


def assign(connection: Connection, batches: list[list[Proposal]]) -> list[list[Assigned]]:
    """Write each proposal that still holds: its contact undecided under its lease, its ruleset live.

    Joining is decided here, under a lock on whose matter it is, so that two workers never open two enquiries for one.
    """
    fates = iter(_assign(connection, [proposal for batch in batches for proposal in batch]))
    return [[next(fates) for _ in batch] for batch in batches]


def _assign(connection: Connection, proposals: Sequence[Proposal]) -> list[Assigned]:
    version = live_version(connection, hold=True)
    current = [each for each in proposals if each.decision["ruleset_version"] == version]
    sql.lock_names(connection, {each.enquiry["party"] for each in current})
    held = _held(connection, current)
    earlier = _current_decisions(connection, proposals)
    desk = _enquiries(connection, [each for each in current if each.contact_id in held], earlier)
    ledger = DecisionLedger()
    fates = [_settle(each, version, held, earlier, desk, ledger) for each in proposals]
    write(connection, ledger)
    return fates


_HELD = Prepared(
    select(contacts.c.id, contacts.c.lease, contacts.c.decided_at)
    .where(among(contacts.c.id, "ids"), text(schema.UNDECIDED))
    .order_by(contacts.c.id)
    .with_for_update()
)
_CURRENT_DECISIONS = Prepared(select(decisions).where(among(decisions.c.contact_id, "ids"), decisions.c.current))


def _held(connection: Connection, proposals: Sequence[Proposal]) -> dict[str, datetime | None]:
    """The contacts that are undecided under their proposals' leases, with when each was first decided, if it was."""
    leases = {each.contact_id: each.lease for each in proposals}
    rows = _HELD.rows(connection, ids=list(leases))
    return {row["id"]: row["decided_at"] for row in rows if row["lease"] == leases[row["id"]]}


def _current_decisions(connection: Connection, proposals: Sequence[Proposal]) -> dict[str, Row]:
    rows = _CURRENT_DECISIONS.rows(connection, ids=[each.contact_id for each in proposals])
    return {row["contact_id"]: row for row in rows}


def _enquiries(connection: Connection, proposals: Sequence[Proposal], earlier: dict[str, Row]) -> Desk:
    # Without a journey a contact joins nothing that it does not reply to.
    parties = {each.enquiry["party"] for each in proposals if each.enquiry["journey"] and not each.by_machine}
    named = [id_ for each in proposals for id_ in (each.thread, each.about)]
    named += [row["enquiry_id"] for row in earlier.values()]
    return enquiries_for(connection, parties, {id_ for id_ in named if id_})


def _settle(
    proposal: Proposal,
    version: int | None,
    held: dict[str, datetime | None],
    earlier: dict[str, Row],
    desk: Desk,
    ledger: DecisionLedger,
) -> Assigned:
    if proposal.decision["ruleset_version"] != version:
        return Assigned(Fate.STALE, earlier.get(proposal.contact_id))
    if proposal.contact_id not in held:
        return Assigned(Fate.LOST, earlier.get(proposal.contact_id))
    first = held.pop(proposal.contact_id)
    decision = _decide(proposal, earlier.get(proposal.contact_id), desk, ledger)
    ledger.contacts.append(_decided(proposal, decision, first))
    return Assigned(Fate.WRITTEN, decision)


def _decide(proposal: Proposal, before: Row | None, desk: Desk, ledger: DecisionLedger) -> Row:
    if before is not None and _same(before, proposal.decision) and (before["how"] == RECORDED) is proposal.by_machine:
        return before
    if before is not None:
        ledger.superseded.append(before["id"])
    if proposal.by_machine:
        enquiry, how = _record(proposal, desk, ledger), RECORDED
    else:
        enquiry, how = _take(proposal, before, desk, ledger)
    to = (
        {"enquiry_id": enquiry["id"], "team": enquiry["team"]}
        if enquiry
        else {"team": proposal.decision["routed_team"]}
    )
    decision = proposal.decision | {"enquiry_id": None, "how": how} | to
    ledger.decisions.append(decision)
    if enquiry and (before is None or before["enquiry_id"] != enquiry["id"]):
        ledger.links.append(
            {"contact_id": proposal.contact_id, "enquiry_id": enquiry["id"], "how": how, "at": proposal.at}
        )
    return decision


def _take(proposal: Proposal, before: Row | None, desk: Desk, ledger: DecisionLedger) -> tuple[Row, str]:
    """Let the contact open an enquiry or become part of one; gives which, and how."""
    if proposal.works_again:
        ledger.working.append(proposal.works_again | {"at": proposal.at})
    enquiry, how = _enquiry_for(proposal, before, desk)
    if how == "opened":
        _open(proposal, enquiry, desk, ledger)
        _link(proposal, enquiry, desk, ledger)
    else:
        _join(proposal, enquiry, how, before, desk, ledger)
    return enquiry, how


def _record(proposal: Proposal, desk: Desk, ledger: DecisionLedger) -> Row | None:
    """Keep what a machine sent with what it is about, if that is known; it opens nothing, and reopens nothing."""
    enquiry = desk.by_id.get(proposal.thread or proposal.about or "")
    report = proposal.returned or {}
    if report.get("permanent"):
        ledger.failing.append(_failing(proposal, report))
    if enquiry is not None:
        said = {name: report[name] for name in ("intent", "status", "permanent") if name in report}
        kind = EventKind.RETURNED if report else EventKind.RECORDED
        _happen(proposal, enquiry, [_event(proposal, enquiry, kind, proposal.told | said)], ledger)
    return enquiry


def _failing(proposal: Proposal, report: Row) -> Row:
    point = {"kind": PointKind.EMAIL.value, "value": report["address"], "status": report["status"]}
    return point | {"since": proposal.at, "intent_id": report["intent"], "contact_id": proposal.contact_id}


def _link(proposal: Proposal, enquiry: Row, desk: Desk, ledger: DecisionLedger) -> None:
    """Link an enquiry that was opened to the one that its contact names, and may not join or comes too late for."""
    other = desk.by_id.get(proposal.thread or proposal.about or "")
    if other is None:
        return
    how = FOLLOWS if proposal.thread else UNPROVEN
    for one, to in ((enquiry, other), (other, enquiry)):
        ledger.events.append(
            _event(proposal, one, EventKind.LINKED, {"to": to["id"], "reference": to["reference"], "how": how})
        )


def _same(before: Row, now: Row) -> bool:
    return all(before[key] == now[key] for key in ("routed_team", "journey", "rule", "priority", "trouble"))


def _enquiry_for(proposal: Proposal, before: Row | None, desk: Desk) -> tuple[Row, str]:
    """The enquiry that the contact belongs to, and how: decided again, a reply, the same matter, or a new one."""
    own = desk.by_id.get(before["enquiry_id"] or "") if before else None
    if own is not None and own["state"] == OPEN:
        return own, AGAIN
    if proposal.thread and (thread := desk.by_id.get(proposal.thread)) and _takes_replies(thread, proposal):
        return thread, "threaded"
    journey = proposal.enquiry["journey"]
    if (
        journey is not None
        and not proposal.apart
        and (same := desk.by_matter.get((proposal.enquiry["party"], journey)))
    ):
        return same, "joined"
    return proposal.enquiry, "opened"


def _takes_replies(thread: Row, proposal: Proposal) -> bool:
    """Whether an enquiry is open, or was resolved so lately that an answer opens it again."""
    resolved: datetime | None = thread["resolved_at"]
    if thread["state"] == OPEN or resolved is None:
        return True
    window = timedelta(days=proposal.ruleset.landlord.reopen_within)
    return datetime.fromisoformat(proposal.told["received_at"]) <= resolved + window


def _open(proposal: Proposal, enquiry: Row, desk: Desk, ledger: DecisionLedger) -> None:
    desk.add(enquiry)
    ledger.enquiries.append(enquiry)
    ledger.outbox.extend(proposal.outbox)
    if queue := proposal.asked.get("queue"):
        ledger.queued[enquiry["id"]] = queue
    begun = {name: enquiry[name] for name in ("also", "priority", "due")} | proposal.asked
    _happen(proposal, enquiry, [_event(proposal, enquiry, EventKind.OPENED, proposal.told | begun)], ledger)


def _join(proposal: Proposal, enquiry: Row, how: str, before: Row | None, desk: Desk, ledger: DecisionLedger) -> None:
    """Leave the enquiry with its owner, unless the rule takes over or the contact that opened it is decided anew."""
    if enquiry["state"] != OPEN:
        why = {"why": "The customer answered.", "because": "reply"}
        ledger.reopened.append(_event(proposal, enquiry, EventKind.REOPENED, why))
        ledger.ruleset = proposal.ruleset
        enquiry |= {"state": OPEN, "resolved_at": None}
        desk.add(enquiry)
    told = [_event(proposal, enquiry, how, proposal.told)]
    anew = how == AGAIN and enquiry["first_contact_id"] == proposal.contact_id
    # Who was given it by a person keeps it: what is known later only says whose it was to begin with.
    given = before is not None and enquiry["team"] != before["team"]
    changes = _changes(proposal, enquiry, told, anew=anew, given=given)
    if to := changes.get("team"):
        ledger.moved[enquiry["id"]] = to
    if enquiry["waiting_until"] is not None:
        # What was waited for may have come; whoever has it looks, and waits again if it has not.
        ledger.events.append(_event(proposal, enquiry, EventKind.RESUMED, {"because": "contact"}))
        changes["waiting_until"] = None
    if queue := proposal.asked.get("queue") if "queue" in changes else None:
        ledger.queued[enquiry["id"]] = queue
    if changes:
        enquiry.update({name: value for name, value in changes.items() if name not in proposal.asked})
        ledger.changed[enquiry["id"]] = enquiry
    _happen(proposal, enquiry, told, ledger)


def _happen(proposal: Proposal, enquiry: Row, told: list[Row], ledger: DecisionLedger) -> None:
    """Write these events of an enquiry, with what follows from them: timers, and what its team is told."""
    escalate = escalation_of(proposal.asked.get("escalate"))
    ladder = told[-1]["id"] if enquiry["priority"] == EMERGENCY or escalate else ""
    state = _standing(enquiry["team"], enquiry["colleague"], enquiry["priority"], ladder, escalate)
    follows = together(told, state, proposal.ruleset)
    zone = proposal.ruleset.landlord.zone
    ledger.events.extend(told)
    ledger.outbox.extend([history.intent(say, enquiry["id"], proposal.at) for say in follows.say])
    ledger.timers.extend([history.timer(timer, enquiry["id"], zone) for timer in follows.timers])


@lru_cache(maxsize=1024)
def _standing(team: str, colleague: str | None, priority: str, ladder: str, escalate: Escalation | None) -> State:
    """What of an enquiry's state decides who is told; kept, because but for emergencies few of them differ."""
    return State(is_open=True, team=team, colleague=colleague, priority=priority, ladder=ladder, escalate=escalate)


def _changes(proposal: Proposal, enquiry: Row, told: list[Row], *, anew: bool, given: bool) -> Row:
    """What the contact changes about an enquiry that was there; the events that say so are added to those told."""
    changes: Row = {}
    if anew and enquiry["journey"] is None and proposal.enquiry["journey"] is not None:
        changes |= {"journey": proposal.enquiry["journey"], "due": proposal.enquiry["due"]}
    if Priority(proposal.decision["priority"]).rank < Priority(enquiry["priority"]).rank:
        changes["priority"] = proposal.decision["priority"]
    to = proposal.decision["routed_team"]
    moves = (proposal.take_over or (anew and not given)) and to != enquiry["team"]
    if changes or (proposal.asked and (anew or moves)):
        changes |= proposal.asked
        told.append(_event(proposal, enquiry, EventKind.CHANGED, dict(changes)))
    if moves:
        data = {
            "from": enquiry["team"],
            "to": to,
            "reason": "rule",
            "rule": proposal.decision["rule"],
            "misroute": False,
        }
        told.append(_event(proposal, enquiry | {"team": to}, EventKind.TRANSFERRED, data))
        also = [key for key in enquiry["also"] if key != to]
        changes |= {"team": to, "also": also, "colleague": None}
    return changes


def _event(proposal: Proposal, enquiry: Row, kind: str, data: Row) -> Row:
    return {
        "id": new_id(),
        "at": proposal.at,
        "kind": str(kind),
        "enquiry_id": enquiry["id"],
        "contact_id": proposal.contact_id,
        "team": enquiry["team"],
        "actor": "engine",
        "data": data,
    }


def _decided(proposal: Proposal, decision: Row, first: datetime | None) -> Row:
    return {
        "id": proposal.contact_id,
        "state": DECIDED,
        "lease": None,
        "team": decision["team"],
        "party": proposal.enquiry["party"],
        "customer_id": proposal.customer_id,
        "journey": decision["journey"],
        "trouble": decision["trouble"],
        "decided_at": first or decision["at"],
    }
