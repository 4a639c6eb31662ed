"""What was counted of calls, added up by the record for the report on them."""

from typing import Any, Final

from sqlalchemy import Connection, func, null, select

from router.days import Period
from router.reports.calls import rows, sums_of
from router.reports.period import add_times, stream
from router.reports.tables import Sums
from router.store.ids import lowest_id
from router.store.schema import counted_calls
from router.telephony.course import CallEnding

_OF: Final = counted_calls.c
_KEY: Final = {"day": _OF.day, "hour": _OF.hour, "team": _OF.team, "need": _OF.needs, "adjusted": _OF.needs}


def report(connection: Connection, by: str, period: Period) -> list[dict[str, Any]]:
    """The rows of the report over the calls that came in during a period and are over, as far as they were counted."""
    return rows(by, sums(connection, by, period))


def sums(connection: Connection, by: str, period: Period) -> dict[str | None, Sums]:
    """What the report needs, by what stands in the rows."""
    key = _KEY.get(by, null()).label("key")
    mine = (_OF.id >= lowest_id(period.since), _OF.id < lowest_id(period.until))
    told_apart = [key] if by in _KEY else []
    calls = select(
        key, _OF.outcome, _OF.short, func.count().label("calls"), func.sum(_OF.called_back).label("back")
    ).where(*mine)
    found: dict[str | None, Sums] = {}
    for row in stream(connection, calls.group_by(*told_apart, _OF.outcome, _OF.short)):
        more = sums_of(row["outcome"], row["calls"], short=bool(row["short"]), called_back=int(row["back"]))
        found.setdefault(row["key"], Sums()).add(more)
    answered = (_OF.outcome == CallEnding.ANSWERED.value, _OF.short == 0, _OF.waited.is_not(None))
    often = select(key, _OF.waited.label("took"), func.count().label("often")).where(*mine, *answered)
    add_times(connection, often.group_by(*told_apart, _OF.waited), "to_answer", found)
    return found
