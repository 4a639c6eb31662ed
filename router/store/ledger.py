"""What the transaction of `assign` writes: gathered while it settles its proposals, and written at its end."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, update

from channels.receipts import Closing
from router.store import closed, driver, history, people
from router.store.bulk import insert_rows
from router.store.changes import update_rows
from router.store.queues import place, queue_of
from router.store.rows import Row
from router.store.schema import contacts, decisions, enquiries, enquiry_contacts, events, outbox, timers
from rules.landlord import Ruleset


@dataclass(slots=True)
class DecisionLedger:
    """The rows that one transaction is going to write.

    `changed` are enquiries that were there, by id; `superseded` the ids of decisions that are no longer current;
    `reopened` events by which enquiries are open again, under this `ruleset`; `failing` and `working` are addresses;
    `moved` says which team an enquiry went to, so that its contacts follow.
    """

    contacts: list[Row] = field(default_factory=list)
    enquiries: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    changed: dict[str, Row] = field(default_factory=dict)
    queued: dict[str, str] = field(default_factory=dict)
    """Where rules put enquiries among those of their priority."""
    superseded: list[str] = field(default_factory=list)
    reopened: list[Row] = field(default_factory=list)
    failing: list[Row] = field(default_factory=list)
    working: list[Row] = field(default_factory=list)
    ruleset: Ruleset | None = None
    moved: dict[str, str] = field(default_factory=dict)


_CHANGEABLE = (
    "id", "team", "also", "colleague", "journey", "due", "priority", "rank", "due_at", "waiting_until",
)  # fmt: skip


def write(connection: Connection, ledger: DecisionLedger) -> None:
    """Write all of it."""
    if ledger.reopened and ledger.ruleset:
        # First, because it brings the rows up to date with everything that these enquiries had been through.
        history.append(connection, ledger.reopened, ledger.ruleset)
    people.mark_failing(connection, ledger.failing)
    people.mark_working(connection, [(row["kind"], row["value"]) for row in ledger.working])
    for row in ledger.working:
        closed.reopen(connection, (row["channel"], row["value"]), Closing.NOT_REACHED, row["at"])
    with driver.pipelined(connection):  # nothing is read again of what these leave behind
        update_rows(connection, contacts, ledger.contacts)
        if ledger.superseded:
            connection.execute(update(decisions).where(decisions.c.id.in_(ledger.superseded)).values(current=False))
        fresh = {row["id"] for row in ledger.enquiries}
        insert_rows(connection, enquiries, [row | _place(row, ledger) for row in ledger.enquiries])
        changed = [row | _place(row, ledger) for id_, row in ledger.changed.items() if id_ not in fresh]
        update_rows(connection, enquiries, [{name: row[name] for name in _CHANGEABLE} for row in changed])
        insert_rows(connection, enquiry_contacts, ledger.links, only_new=True)
        # After the links: who joined in this very transaction, before the transfer, moves as well.
        history.move_contacts(connection, ledger.moved)
        insert_rows(connection, decisions, ledger.decisions)
        insert_rows(connection, events, ledger.events)
        insert_rows(connection, outbox, ledger.outbox, only_new=True)
        insert_rows(connection, timers, ledger.timers, only_new=True)


def _place(row: Row, ledger: DecisionLedger) -> Row:
    """An enquiry's place in the queue; where no rule speaks of it now, that it had among those of its priority."""
    before = queue_of(row["rank"]) if "rank" in row else ""
    return place(row["priority"], row["due"], ledger.queued.get(row["id"], before))
