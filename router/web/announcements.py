"""/api/v1/announcements: what callers hear while it is on, and switching it, as supervisors do in the console."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from router.live import LiveRuleset
from router.store import announcements, users
from router.store.rows import Row
from router.views import time
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, Id, Tools, problems
from rules.phone_line import Announcement

api = APIRouter(prefix=f"{PREFIX}/announcements", tags=["announcements"])
SWITCH: Final = "line:switch"
LONGEST: Final = timedelta(days=31)
NOT_FOUND: Final = "There is no announcement with this name in the live rules."


class SwitchIn(BaseModel):
    """Whether callers are to hear it from now on, and until when; without `until`, until it is switched off."""

    model_config = ConfigDict(extra="forbid")

    on: bool
    until: AwareDatetime | None = Field(None, description=f"In the future, and within {LONGEST.days} days.")


class AnnouncementOut(BaseModel):
    """An announcement of the live rules, and how it is switched."""

    name: str
    says: str
    heard: list[str]
    teams: list[str]
    journeys: list[str]
    on: bool
    until: str | None
    switched_at: str | None
    switched_by: str | None = Field(description="A person, or a key by its name.")


class AnnouncementsOut(BaseModel):
    """Every announcement of the live rules."""

    announcements: list[AnnouncementOut]


@api.get("", dependencies=[Depends(needs(SWITCH))], responses=problems())
async def list_announcements(services: Tools) -> AnnouncementsOut:
    """The announcements of the live rules, and which are on."""
    found = _of(services.live.current())
    switched = await reading(services, _switched)
    now = services.clock()
    return AnnouncementsOut(announcements=[_out(each, switched.get(name), now) for name, each in found.items()])


@api.put("/{name}", responses=problems(400, 404, 413))
async def switch_announcement(
    name: Id, given: SwitchIn, services: Tools, key: Annotated[Key, Depends(needs(SWITCH))]
) -> AnnouncementOut:
    """Switch one on or off: the very next caller hears it, or hears it no more. The history keeps which key did."""
    announcement = _of(services.live.current()).get(name)
    if announcement is None:
        raise HTTPException(404, NOT_FOUND)
    now = services.clock()
    if given.until is not None and not now < given.until <= now + LONGEST:
        raise HTTPException(422, f"until: has to be in the future, and within {LONGEST.days} days")
    item = announcements.switch(name, on=given.on, at=now, by=f"key:{key['id']}", until=given.until)
    await services.writer.write(announcements.turn, item)
    switched = await reading(services, _switched)
    return _out(announcement, switched.get(name), now)


def _of(live: LiveRuleset) -> dict[str, Announcement]:
    return dict(live.ruleset.calls.announcements) if live.ruleset.calls else {}


def _switched(record: Connection) -> dict[str, dict[str, Any]]:
    """How each was switched last, with the names of who did."""
    return {row["name"]: row for row in users.signed(record, list(announcements.every(record).values()), "by")}


def _out(each: Announcement, row: Row | None, now: datetime) -> AnnouncementOut:
    on = bool(row and row["on"] and (row["until"] is None or row["until"] > now))
    return AnnouncementOut(
        name=each.key,
        says=each.says,
        heard=list(each.heard),
        teams=list(each.teams),
        journeys=list(each.journeys),
        on=on,
        until=time(row["until"]) if row and on else None,
        switched_at=time(row["at"]) if row else None,
        switched_by=row["by"] if row else None,
    )
