"""Texts that came in while nobody was there, and how far ours have come, as the provider lists them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from channels import twilio_listed as listed
from channels.inbound import Inbound
from channels.receipts import Stage, furthest
from channels.twilio_lists import Lists
from router.reconciling.taking import Work
from router.store import deliveries
from router.store import reconciling as store
from router.store.engine import begin_read
from router.store.rows import Row

OVERLAP: Final = timedelta(hours=4)
"""How long before the mark messages are looked at again: a receipt may come long after its text."""


def take_in(work: Work) -> None:
    """Take in texts that were missed, oldest first, and receipts; raises ListingError, StoppedError, the writer's."""
    rows = list(work.lists.every("Messages", DateSent=work.since - OVERLAP))
    settled = [row for row in reversed(rows) if row.get("sid") and _is_settled(row, work)]
    ours = work.ours()
    came = [row for row in settled if row.get("direction") == listed.INBOUND and work.is_to_us(row, ours)]
    with begin_read(work.services.record) as record:
        known = store.texts_known(record, work.lists.account, [row["sid"] for row in came])
    missed = [row for row in came if row["sid"] not in known and _came(row) >= work.met]
    found = [work.read(partial(_text, work.lists, row)) for row in missed]
    work.counts["texts"] += len(work.store([each for each in found if each is not None]))
    _receipts(work, [row for row in settled if str(row.get("direction", "")).startswith(listed.OUTBOUND)])


def _text(lists: Lists, row: Row) -> Inbound:
    return listed.text(row, _files(lists, row), lists.root)


def _files(lists: Lists, row: Row) -> list[Row]:
    """The files of a text, asked for where it has any."""
    if str(row.get("num_media") or "0") == "0":
        return []
    return list(lists.every(f"Messages/{row['sid']}/Media", "media_list"))


def _receipts(work: Work, rows: Sequence[Row]) -> None:
    """Settle how far our messages have come, of those that are further than we know."""
    with begin_read(work.services.record) as record:
        sent = store.sent_known(record, [row["sid"] for row in rows])
    now, ruleset = work.services.clock(), work.services.live.current().ruleset
    for row in rows:
        receipt = work.read(partial(listed.receipt, row, now)) if row["sid"] in sent else None
        known = sent.get(row["sid"])
        before = Stage(known) if known else None
        if receipt is None or furthest((before, receipt.stage)) is before:
            continue
        work.services.writer.submit(deliveries.record, deliveries.Came(receipt, ruleset)).result()
        work.counts["receipts"] += 1


def _is_settled(row: Row, work: Work) -> bool:
    return _came(row) <= work.until


def _came(row: Row) -> datetime:
    """When a message came or went; one that does not say so never did."""
    return listed.moment(row, "date_sent", "date_created") or datetime.max.replace(tzinfo=UTC)
