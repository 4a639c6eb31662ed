"""/api/v1/replays: past contacts decided again under a draft or a version, asked for and fetched when they are done."""

import csv
import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from router.apart import apart
from router.days import WrongPeriodError
from router.replays import asking, telling
from router.replays.asking import Source
from router.services import Services
from router.store import replays
from router.store.rows import Row
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, WRITTEN, Before, Id, Limit, Tools, problems

api = APIRouter(prefix=f"{PREFIX}/replays", tags=["replays"])
NOT_FOUND = "There is no replay with this id."
LARGEST_VERSION = 2**31 - 1
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


class ReplayIn(BaseModel):
    """What to replay: a draft or a published version, over which days, beside what."""

    model_config = ConfigDict(extra="forbid")

    draft: str | None = Field(None, max_length=100, pattern=WRITTEN, description="A draft, by its id.")
    version: int | None = Field(None, ge=1, le=LARGEST_VERSION, description="Or a published version, by its number.")
    since: str = Field("", max_length=10, description="The first day, such as 2026-11-01; 28 days in all unless told.")
    until: str = Field("", max_length=10, description="The last day; today unless told.")
    against: Literal["live", "then"] = Field("live", description="The live rules, or what was decided at the time.")


class ReplaySummary(BaseModel):
    """A replay: which rules, which days, and how far it is."""

    id: str
    rules: str
    draft: str | None
    digest: str = Field(description="Of the files that it was run by, as a version of them has it.")
    against: str
    since: str
    until: str
    state: str = Field(description="waiting, running, done or failed.")
    done: int
    total: int
    author: str
    created_at: str
    finished_at: str | None
    trouble: str | None
    version: int | None = Field(description="The version that was published with it.")


class ReplayOut(ReplaySummary):
    """A replay with its figures, once it is done."""

    result: dict[str, Any] | None


class ReplayPage(BaseModel):
    """Replays, newest first; ask again with `before` = `next_before` for those that follow."""

    replays: list[ReplaySummary]
    next_before: str | None


@api.post("", status_code=202, responses=problems(400, 404, 413))
async def ask_for_replay(
    wanted: ReplayIn, response: Response, services: Tools, key: Annotated[Key, Depends(needs("write"))]
) -> ReplaySummary:
    """Have past contacts decided again; it runs in the background. Nothing that is live changes."""
    source = await reading(services, lambda record: _source(record, wanted))
    live, now = services.live.current(), services.clock()
    try:
        period = asking.period(wanted.since, wanted.until, live.calendar, now)
    except WrongPeriodError as wrong:
        raise HTTPException(422, f"{wrong.field}: {wrong}") from None
    row = asking.asked(source, period, live, f"key:{key['id']}", now, wanted.against)
    await services.writer.write(replays.add, row)
    await apart(services.wake.replay)
    response.headers["Location"] = f"{api.prefix}/{row['id']}"
    return _summary(row, services)


@api.get("", dependencies=[Depends(needs("read"))], responses=problems())
async def list_replays(services: Tools, before: Before = None, limit: Limit = 50) -> ReplayPage:
    """Replays, newest first."""
    rows = await reading(services, lambda record: replays.latest(record, replays.REPLAY, limit, before=before))
    following = rows[-1]["id"] if len(rows) == limit else None
    return ReplayPage(replays=[_summary(row, services) for row in rows], next_before=following)


@api.get("/{replay_id}", dependencies=[Depends(needs("read"))], responses=problems(404))
async def get_replay(replay_id: Id, services: Tools) -> ReplayOut:
    """One replay, with its figures once it is done: ids and references, and nothing that anybody wrote."""
    row = await _found(replay_id, services)
    return ReplayOut(**_summary(row, services).model_dump(), result=row["result"])


@api.get("/{replay_id}/csv", dependencies=[Depends(needs("read"))], responses=problems(404, 409) | CSV)
async def get_replay_as_csv(replay_id: Id, services: Tools) -> Response:
    """The figures of a replay that is done, as a table: every change, and each team's load by hour of the week."""
    row = await _found(replay_id, services)
    if row["result"] is None:
        raise HTTPException(409, f"This replay has no figures: it is {row['state']}.")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([telling.CSV_COLUMNS, *telling.as_rows(row["result"])])
    return Response(text.getvalue(), media_type="text/csv")


async def _found(replay_id: str, services: Services) -> dict[str, Any]:
    row = await reading(services, lambda record: replays.get(record, replay_id))
    if row is None or row["kind"] != replays.REPLAY:
        raise HTTPException(404, NOT_FOUND)
    return row


def _source(record: Connection, wanted: ReplayIn) -> Source:
    if (wanted.draft is None) is (wanted.version is None):
        raise HTTPException(422, "Give either draft or version.")
    if wanted.draft is not None:
        found = asking.of_draft(record, wanted.draft)
    else:
        found = asking.of_version(record, wanted.version or 0)
    if found is None:
        raise HTTPException(404, "There is no such draft or version.")
    return found


def _summary(row: Row, services: Services) -> ReplaySummary:
    return ReplaySummary.model_validate(telling.head(row, services.live.current().calendar))
