"""What was counted of enquiries, added up by the record for a report."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, case, func, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from router.days import Period
from router.live import LiveRuleset
from router.reports.period import add_times, stream
from router.reports.tables import Report, Sums, rows
from router.store.ids import lowest_id
from router.store.schema import counted_enquiries
from rules.landlord import Ruleset

_OF: Final = counted_enquiries.c
_KEY: Final = {"team": _OF.team, "journey": _OF.journey, "channel": _OF.channel, "need": _OF.needs, "moves": _OF.moves}


def report(
    connection: Connection, wanted: Report, by: str, period: Period, live: LiveRuleset, now: datetime
) -> list[dict[str, Any]]:
    """The rows of a report over the enquiries that were opened in a period, as far as they have been counted."""
    return rows(wanted, by, sums(connection, wanted, by, period, live.ruleset, now))


def sums(
    connection: Connection, wanted: Report, by: str, period: Period, ruleset: Ruleset, now: datetime
) -> dict[str | None, Sums]:
    """What a report needs, by what stands in the rows."""
    key = _KEY.get(by, null()).label("key")
    told_apart = [key] if by in _KEY else []
    mine = _counts(period, ruleset)
    numbers = [func.sum(_number(name, now)).label(name) for name in wanted.numbers]
    found: dict[str | None, Sums] = {}
    counted = select(key, func.count().label("enquiries"), *numbers).where(*mine).group_by(*told_apart)
    for row in stream(connection, counted):
        of = found.setdefault(row["key"], Sums()).numbers
        of.update({name: int(row[name] or 0) for name in ("enquiries", *wanted.numbers)})
    for name in wanted.times:
        took = _OF[name]
        often = select(key, took.label("took"), func.count().label("often")).where(*mine, took.is_not(None))
        add_times(connection, often.group_by(*told_apart, took), name, found)
    return found


def _counts(period: Period, ruleset: Ruleset) -> list[ColumnElement[bool]]:
    """The enquiries of people that were opened in a period, as their ids tell; what was not for us is left out."""
    aside = sorted(reason.key for reason in ruleset.resolutions.values() if not reason.counted)
    return [
        _OF.id >= lowest_id(period.since),
        _OF.id < lowest_id(period.until),
        _OF.channel.is_not(None),
        or_(_OF.how.is_(None), _OF.how.not_in(aside)),
    ]


def _number(name: str, now: datetime) -> ColumnElement[Any]:
    settled = _OF.settles_at <= now
    match name:
        case "settled":
            return case((settled, 1), else_=0)
        case "unrepeated":
            apart = or_(_OF.repeated_at.is_(None), _OF.repeated_at > _OF.settles_at)
            return case((and_(settled, apart), 1), else_=0)
    return _OF[name]
