"""What reports count, counted again from nothing and added up one by one: what the record's sums have to come to."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from router.reports.calls import Call, sums_of
from router.reports.cases import case_of
from router.reports.counting import Settles, enquiry_row
from router.reports.tables import Report, Sums
from router.telephony.course import CallEnding

Row = dict[str, Any]
COLUMN = {"team": "team", "journey": "journey", "channel": "channel", "need": "needs", "moves": "moves"}


def enquiry_rows(histories: Iterable[Sequence[Row]], now: datetime, settles: Settles) -> list[Row]:
    """A row of each history of an enquiry, with whether the customer came back by the contacts of every other one."""
    histories = list(histories)
    cases = [case for told in histories if (case := case_of(told)) is not None]
    rows = {row["id"]: row for told in histories for row, _ in [enquiry_row(told, now, settles)] if row["channel"]}
    for case in cases:
        first = case.contacts[0]
        if first.matter is not None:
            rows[case.id]["repeated_at"] = min(
                (
                    each.at
                    for other in cases
                    for each in other.contacts
                    if each.matter == first.matter and each.at > first.at and not (other is case and each.asked_for)
                ),
                default=None,
            )
    return list(rows.values())


def added_up(rows: Iterable[Row], wanted: Report, by: str, now: datetime) -> dict[str | None, Sums]:
    """What a report needs of these rows, by what stands in them."""
    found: dict[str | None, Sums] = {}
    for row in rows:
        sums = found.setdefault(row[COLUMN[by]] if by in COLUMN else None, Sums())
        settled = row["settles_at"] <= now
        repeated = row["repeated_at"] is not None and row["repeated_at"] <= row["settles_at"]
        known = row | {"enquiries": 1, "settled": int(settled), "unrepeated": int(settled and not repeated)}
        sums.numbers.update({name: known[name] for name in ("enquiries", *wanted.numbers)})
        for name in wanted.times:
            if row[name] is not None:
                sums.times.setdefault(name, Counter())[row[name]] += 1
    return found


def calls_added_up(by: str, calls: Iterable[Call], row: Callable[[Call], Mapping[str, Any]]) -> dict[str | None, Sums]:
    """What the report on calls needs of these, by what stands in their rows."""
    found: dict[str | None, Sums] = {}
    for call in calls:
        told = row(call)
        key = {"none": None, "need": told["needs"], "adjusted": told["needs"]}.get(by, told.get(by))
        sums = found.setdefault(key, Sums())
        sums.add(sums_of(call.outcome, 1, short=call.is_short, called_back=int(call.called_back)))
        if call.outcome == CallEnding.ANSWERED and call.waited is not None:
            sums.times.setdefault("to_answer", Counter())[call.waited] += 1
    return found
