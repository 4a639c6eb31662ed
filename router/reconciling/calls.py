"""Calls, their ends and their recordings, as the provider lists them, against what the record has of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from channels import twilio_listed as listed
from channels.inbound import Inbound
from router.calls import paced
from router.reconciling.taking import Work, read_all
from router.store import brought_in, live_calls
from router.store import reconciling as store
from router.store.call_ends import Heard, settle
from router.store.engine import begin_read
from router.store.live_calls import LONGEST
from router.store.reconciling import KnownCall
from router.store.rows import Row
from router.telephony.endings import ending_of
from router.telephony.talks import third_is

LONG_AGO: Final = timedelta(days=3)
"""How old a call may be whose end is still asked for."""


def take_in(work: Work) -> None:
    """Take in what is missing of calls; raises ListingError, StoppedError, and what the writer raises."""
    since = work.since - LONGEST  # what began before may have ended since
    rows = list(work.lists.every("Calls", StartTime=since))
    _take_in_calls(work, rows)
    _let_go(work, rows)
    _take_in_recordings(work, list(work.lists.every("Recordings", DateCreated=since)))
    _close(work, since)


def _take_in_calls(work: Work, rows: Sequence[Row]) -> None:
    ours, legs = work.ours(), _legs(rows)
    to_us = [row for row in rows if _came_in(row) and work.is_to_us(row, ours) and _is_settled(row, work.until)]
    known = _known(work, [str(row["sid"]) for row in to_us])
    wanted: list[Inbound] = []
    for row in reversed(to_us):
        call = known.get(str(row["sid"]))
        if call is not None or _is_ours(work, row):
            wanted += _missing(work, row, call, legs.get(str(row["sid"]), ()))
    _keep(work, wanted)


def _let_go(work: Work, rows: Sequence[Row]) -> None:
    """Say of colleagues who were brought into a call that they are gone, where nobody told us: others may ring them."""
    with begin_read(work.services.record) as record:
        here = brought_in.legs(record)
    over = (row for row in rows if row.get("status") in listed.OVER and _is_settled(row, work.until))
    gone = [here[row["sid"]] for row in over if row.get("sid") in here]
    work.counts["ends-of-calls"] += len(gone)
    now = work.services.clock()
    steps = [live_calls.CallChange(contact, now, third_is(key, brought_in.GONE)) for contact, key in gone]
    for future in [work.services.writer.submit(live_calls.change, step) for step in steps]:
        future.result()


def _missing(work: Work, row: Row, known: KnownCall | None, legs: Sequence[Row]) -> list[Inbound]:
    """What the record lacks of a call: that it came in, whom it was put through to, and that it is over."""
    begins = [row] if known is None or f"{row['sid']}:call" not in known.events else []
    over = row.get("status") in listed.OVER
    ends = [row] if over and (known is None or not known.over) else []
    # How the dialling ended says more than the leg itself; where that is known, nothing is missing.
    rung = [] if known is not None and "call-leg" in known.parts else legs
    work.counts["calls"] += bool(begins)
    work.counts["ends-of-calls"] += bool(ends)
    return [
        *(paced(each, work.services.live.current()) for each in read_all(work, listed.begun, begins)),
        *(each for each in read_all(work, listed.ended, rung) if known is None or each.event not in known.events),
        *read_all(work, listed.ended, ends),
    ]


def _take_in_recordings(work: Work, rows: Sequence[Row]) -> None:
    there = [row for row in rows if row.get("status") == "completed" and _is_settled(row, work.until, "date_created")]
    known = _known(work, [str(row.get("call_sid")) for row in there])
    of_calls = [(row, known[row["call_sid"]]) for row in reversed(there) if row.get("call_sid") in known]
    missed = [row for row, call in of_calls if row["sid"] not in call.recordings]
    work.counts["recordings"] += len(missed)
    found = read_all(work, lambda row: listed.recorded(row, work.lists.root), missed)
    _keep(work, [*found, *_transcripts(work, of_calls)])


def _transcripts(work: Work, of_calls: Iterable[tuple[Row, KnownCall]]) -> list[Inbound]:
    """What was said on messages, as far as the provider writes it down and has not told us."""
    flow = work.services.live.current().ruleset.calls
    if flow is None or flow.voicemail is None or not flow.voicemail.transcribed:
        return []
    found: list[Inbound] = []
    for row, call in of_calls:
        if row.get("source") != "RecordVerb" or row["sid"] in call.transcripts:
            continue
        said = list(work.lists.every(f"Recordings/{row['sid']}/Transcriptions"))
        done = [each for each in said if each.get("status") == "completed"]
        found += read_all(work, partial(listed.transcribed, call=row["call_sid"]), done)
        work.counts["transcripts"] += len(done)
    return found


def _close(work: Work, before: datetime) -> None:
    """Ask for the ends of calls that are too old to stand in the list."""
    with begin_read(work.services.record) as record:
        going = store.open_calls(record, work.lists.account, before - LONG_AGO, before)
    rows = (work.lists.one(f"Calls/{call}") for _, call in going if call.isalnum())
    over = [row for row in rows if row is not None and row.get("status") in listed.OVER]
    work.counts["ends-of-calls"] += len(over)
    _keep(work, read_all(work, listed.ended, over))


def _keep(work: Work, wanted: Sequence[Inbound]) -> None:
    """Store parts, and how each of their calls ended."""
    touched = dict.fromkeys(accepted.contact_id for accepted in work.store(wanted))
    futures = [
        work.services.writer.submit(settle, Heard(contact, work.services.clock(), ending_of)) for contact in touched
    ]
    for future in futures:
        future.result()


def _known(work: Work, calls: Sequence[str]) -> Mapping[str, KnownCall]:
    with begin_read(work.services.record) as record:
        return store.calls_known(record, work.lists.account, calls)


def _legs(rows: Iterable[Row]) -> Mapping[str, Sequence[Row]]:
    """The legs that were dialled for each call and are over, oldest first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("parent_call_sid") and row.get("status") in listed.OVER:
            found[str(row["parent_call_sid"])].insert(0, row)
    return found


def _came_in(row: Row) -> bool:
    return row.get("direction") == listed.INBOUND and not row.get("parent_call_sid") and bool(row.get("sid"))


def _is_ours(work: Work, row: Row) -> bool:
    """Whether it came since the account is ours."""
    at = listed.moment(row, "start_time", "date_created")
    return at is not None and at >= work.met


def _is_settled(row: Row, until: datetime, *names: str) -> bool:
    """Whether it has gone on for so long that a webhook of it would have come."""
    at = listed.moment(row, *(names or ("end_time", "start_time", "date_created")))
    return at is not None and at <= until
