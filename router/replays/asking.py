"""Asking for a replay: which rules, over which days, beside what; the row that is kept until it is run, and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from router import days
from router.days import Period
from router.live import LiveRuleset
from router.replays.running import AGAINST, LIVE
from router.store import drafts, replays, rulesets
from router.store.ids import new_id
from router.store.rows import Row
from router.store.rulesets import as_bytes
from rules.clock import Calendar
from rules.load import digest

DAYS: Final = 28
"""The days that a replay covers unless told: whole weeks, so that every weekday counts alike."""


@dataclass(frozen=True, slots=True)
class Source:
    """The rules to replay by: what they are called, their files, and the draft that they are if they are one."""

    name: str
    files: Mapping[str, str]
    draft_id: str | None = None

    @property
    def digest(self) -> str:
        """What tells these files from any others, as a version of them would have it."""
        return digest(as_bytes(self.files))


def of_draft(record: Connection, draft_id: str) -> Source | None:
    """A draft as it is now; None where there is none."""
    row = drafts.get(record, draft_id)
    return Source(f"the draft “{row['note']}”", row["files"], row["id"]) if row else None


def of_version(record: Connection, number: int) -> Source | None:
    """A published version; None where there is none."""
    row = rulesets.version(record, number)
    return Source(f"version {number}", row["files"]) if row else None


def period(since: str, until: str, calendar: Calendar, now: datetime) -> Period:
    """From the first day to the last, both whole and written as 2026-11-30; nothing stands for the last four weeks.

    Raises WrongPeriodError.
    """
    first, last = days.written(since, until, calendar, now, DAYS)
    return days.of_days(first, last, calendar)


def asked(source: Source, wanted: Period, live: LiveRuleset, author: str, now: datetime, against: str = LIVE) -> Row:
    """The row of a replay that is to be run."""
    if against not in AGAINST:
        raise ValueError(f"a replay is against {' or '.join(AGAINST)}")
    return _row(replays.REPLAY, source, wanted, live, author, now) | {"against": against}


def asked_to_learn(source: Source, wanted: Period, live: LiveRuleset, author: str, now: datetime) -> Row:
    """The row of a search for what misroutes teach; its source is the version that is live."""
    return _row(replays.LEARNING, source, wanted, live, author, now) | {"against": LIVE}


def _row(kind: str, source: Source, wanted: Period, live: LiveRuleset, author: str, now: datetime) -> Row:
    return {
        "id": new_id(),
        "kind": kind,
        "name": source.name,
        "draft_id": source.draft_id,
        "digest": source.digest,
        "files": dict(source.files),
        "base_version": live.version,
        "since": wanted.since,
        "until": wanted.until,
        "state": replays.WAITING,
        "done": 0,
        "total": 0,
        "attempts": 0,
        "lease_until": None,
        "author": author,
        "created_at": now,
        "finished_at": None,
        "trouble": None,
        "result": None,
        "version": None,
    }


def finished(row: Row, result: Mapping[str, Any], total: int, now: datetime) -> Row:
    """The row of one that was run at once, to be kept."""
    done = {"state": replays.DONE, "result": dict(result), "done": total, "total": total, "finished_at": now}
    return row | done | {"files": None}
