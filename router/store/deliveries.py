"""How far what we sent has come: receipts in any order, what a loss leads to, and that it does so once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, update

from channels.inbound import PointKind
from channels.names import TEXTS
from channels.receipts import ARRIVED, LOST, Closing, Receipt, Stage, furthest
from channels.twilio_errors import meaning_of
from router.enquiry.consequences import Say
from router.enquiry.happenings import EventKind
from router.store import closed, history, people, sql
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.outbox import Settled
from router.store.outbox import settle as settle_intents
from router.store.rows import Row
from router.store.schema import outbox, receipts
from rules.landlord import Ruleset

CUSTOMER: Final = "customer"
NOT_BY: Final = "not_by"
"""The value of an intent that went out before and did not arrive: by which channels."""


class Came(NamedTuple):
    """A receipt that came, and the ruleset by which it is said who is told of a loss."""

    receipt: Receipt
    ruleset: Ruleset


def record(connection: Connection, items: list[Came]) -> list[bool]:
    """Keep receipts, each once; False of a message that the outbox does not know, or not yet."""
    return [_record(connection, each) for each in items]


def _record(connection: Connection, came: Came) -> bool:
    receipt = came.receipt
    sql.lock_names(connection, [receipt.provider_id])  # a receipt may come while the message's id is being written
    row = {"id": new_id(), "provider_id": receipt.provider_id, "stage": receipt.stage.value, "reason": receipt.reason}
    insert_rows(connection, receipts, [row | {"received_at": receipt.received_at}], only_new=True)
    return _bring_up_to_date(connection, receipt.provider_id, came.ruleset, receipt.received_at)


def settle(connection: Connection, items: list[tuple[Settled, Ruleset]]) -> list[None]:
    """Record what became of intents, and whatever receipts came before that was known."""
    ids = {settled.row["message_id"]: ruleset for settled, ruleset in items if _has_receipts(settled)}
    sql.lock_names(connection, ids)
    settle_intents(connection, [settled for settled, _ in items])
    for settled, ruleset in items:
        if settled.row["message_id"] in ids:
            _bring_up_to_date(connection, settled.row["message_id"], ruleset, settled.row["settled_at"])
    return [None] * len(items)


def _has_receipts(settled: Settled) -> bool:
    return bool(settled.row["message_id"]) and (settled.row["sent"] or {}).get("channel") in TEXTS


def _bring_up_to_date(connection: Connection, provider_id: str, ruleset: Ruleset, at: datetime) -> bool:
    """Let a message's row say what all its receipts prove together, and do what follows from that, if it is news."""
    mine = select(outbox).where(outbox.c.message_id == provider_id).with_for_update()
    row = next(iter(sql.mappings(connection.execute(mine).mappings())), None)
    if row is None:
        return False
    came = connection.execute(select(receipts).where(receipts.c.provider_id == provider_id).order_by(receipts.c.id))
    known = [(Stage(each.stage), each.reason) for each in came]
    before, now = Stage(row["delivery"]) if row["delivery"] else None, furthest(stage for stage, _ in known)
    reasons = sorted(reason for stage, reason in known if stage is now and reason)
    if now is None or (now is before and row["delivery_reason"] == next(iter(reasons), None)):
        return True
    changed = {"delivery": now.value, "delivery_reason": next(iter(reasons), None), "delivery_at": at}
    connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(**changed))
    _close(connection, row, now, [reason for stage, reason in known if stage in LOST], at)
    if now in LOST and before not in LOST and row["audience"] == CUSTOMER:
        _tell(connection, row | changed, ruleset, at)
    return True


def _close(connection: Connection, row: Row, now: Stage, reasons: Sequence[str], at: datetime) -> None:
    """Close what these reasons close; what arrived all the same proves them wrong."""
    sent = row["sent"] or {}
    channel, value = str(sent.get("channel") or row["channel"]), str(row["sent_to"] or "")
    if now in ARRIVED:
        for why in Closing if reasons else ():
            closed.reopen(connection, (channel, value), why, at, intent_id=row["id"])
        return
    closings, failing = closings_of(reasons, channel, value, {"intent_id": row["id"], "contact_id": None}, at)
    closed.close(connection, closings)
    people.mark_failing(connection, failing)


def closings_of(
    reasons: Sequence[str], channel: str, value: str, about: Mapping[str, str | None], at: datetime
) -> tuple[list[Row], list[Row]]:
    """What reasons for a loss mean for a number: the rows of what is closed to it, and of what fails altogether."""
    closings, failing = [], []
    for reason in reasons:
        meaning = meaning_of(reason)
        said = {"since": at, "status": reason, **about}
        if meaning and meaning.closes:
            closings.append({"channel": channel, "value": value, "why": meaning.closes.value, **said})
        if meaning and meaning.no_number:
            failing.append({"kind": PointKind.PHONE.value, "value": value, **said})
    return closings, failing


def _tell(connection: Connection, row: Row, ruleset: Ruleset, at: datetime) -> None:
    """Tell the owner that a message is lost, and have it go another way, once."""
    history.hold(connection, [row["enquiry_id"]])
    event = {
        "id": new_id(),
        "at": at,
        "kind": EventKind.RETURNED.value,
        "enquiry_id": row["enquiry_id"],
        "contact_id": row["contact_id"],
        "team": None,
        "actor": "engine",
        "data": {
            "intent": row["id"],
            "channel": (row["sent"] or {}).get("channel", row["channel"]),
            "status": row["delivery_reason"],
            "permanent": True,
        },
    }
    history.append(connection, [event], ruleset)
    if again := elsewhere(row, at):
        insert_rows(connection, outbox, [again], only_new=True)


def elsewhere(row: Row, at: datetime) -> Row | None:
    """The intent to say the same by another channel; None of what has been tried another way already."""
    channel = (row["sent"] or {}).get("channel") or row["channel"]
    if channel not in TEXTS or row["audience"] != CUSTOMER or row["values"].get(NOT_BY):
        return None
    say = Say(
        key=f"elsewhere:{row['id']}",
        audience=row["audience"],
        purpose=row["purpose"],
        template=row["template"],
        values={**row["values"], NOT_BY: [channel]},
        channel=row["channel"],
        address=row["address"],
        contact_id=row["contact_id"],
        urgent=bool(row["values"].get("urgent")),
    )
    return history.intent(say, row["enquiry_id"], at)
