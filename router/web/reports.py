"""/api/v1/reports: the figures that the command and the page Figures show, as plain values."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from router.apart import apart
from router.days import WrongPeriodError, of_days
from router.live import LiveRuleset
from router.reports.every import DEFINITIONS, EVERY, Listed
from router.reports.keeping import ONE_LOOK, keep
from router.reports.period import DAYS, wanted_days
from router.reports.tables import flat
from router.services import Services
from router.web.access import needs, reading
from router.web.parameters import PREFIX, Id, Tools, Wanted, problems

api = APIRouter(prefix=f"{PREFIX}/reports", tags=["reports"])
NOT_FOUND: Final = f"There is no report with this name: there are {', '.join(EVERY)}."
STILL_COUNTED: Final = "The history is still being counted, which takes minutes after an upgrade. Ask again."
TRY_AGAIN_SECONDS: Final = "10"
Day = Annotated[str, Query(max_length=10)]


class ReportName(BaseModel):
    """A report: its name, what it shows, and what it can be told apart by."""

    name: str
    title: str
    by: list[str]


class ReportsOut(BaseModel):
    """Every report that there is."""

    reports: list[ReportName]


class ReportOut(BaseModel):
    """A report over some days: a row of everything, then one of each group, the largest first."""

    name: str
    title: str
    by: str
    since: date = Field(description="The first day.")
    until: date = Field(description="The last day, whole.")
    definitions: dict[str, str] = Field(description="What each figure counts.")
    rows: list[dict[str, str | int | float | None]] = Field(
        description="`group`, and the figures: a share as `_count`, `_of` and `_percent` (with `_unsettled` where some "
        "are too young to tell), a time as `_count`, `_p50` and `_p90` in seconds."
    )


@api.get("", dependencies=[Depends(needs("read"))], responses=problems())
async def list_reports() -> ReportsOut:
    """The reports that there are."""
    return ReportsOut(
        reports=[ReportName(name=each.name, title=each.title, by=list(each.groups)) for each in EVERY.values()]
    )


@api.get("/{name}", dependencies=[Depends(needs("read"))], responses=problems(404))
async def get_report(
    name: Id,
    services: Tools,
    by: Annotated[Wanted, Query(description="What to tell apart by; everything together unless told.")] = None,
    since: Annotated[Day, Query(description=f"The first day, such as 2026-11-01; {DAYS} in all unless told.")] = "",
    until: Annotated[Day, Query(description="The last day; today unless told.")] = "",
) -> ReportOut:
    """One report, counted from the history up to now: figures of every team, and nothing that anybody wrote.

    Answers 503 with Retry-After while much of the history has yet to be counted, as after an upgrade.
    """
    wanted = EVERY.get(name)
    if wanted is None:
        raise HTTPException(404, NOT_FOUND)
    by = by or "none"
    if by not in wanted.groups:
        raise HTTPException(422, f"by: {name} can be told apart by {', '.join(wanted.groups)}")
    live = services.live.current()
    try:
        first, last = wanted_days(since, until, live.calendar, services.clock())
    except WrongPeriodError as wrong:
        raise HTTPException(422, f"{wrong.field}: {wrong}") from None
    return await _counted(services, wanted, by, (first, last), live)


async def _counted(
    services: Services, wanted: Listed, by: str, between: tuple[date, date], live: LiveRuleset
) -> ReportOut:
    if not await apart(keep, services, ONE_LOOK):
        raise HTTPException(503, STILL_COUNTED, {"Retry-After": TRY_AGAIN_SECONDS})
    period, now = of_days(*between, live.calendar), services.clock()
    rows = await reading(services, lambda record: wanted.rows(record, by, period, live, now))
    days = live.ruleset.landlord.repeat_days
    return ReportOut(
        name=wanted.name,
        title=wanted.title,
        by=by,
        since=between[0],
        until=between[1],
        definitions={each: DEFINITIONS[each].format(days=days) for each in rows[0] if each in DEFINITIONS},
        rows=[flat(row) for row in rows],
    )
