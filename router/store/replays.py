"""Replays in the record: asked for, run by one process at a time under a lease, kept, and what they justified."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, or_, select, text, update

from router.store import sql
from router.store.bulk import insert_rows
from router.store.rows import Row
from router.store.schema import UNFINISHED, proposal_answers, replays

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
REPLAY, LEARNING = "replay", "learning"
MAX_ATTEMPTS: Final = 3
_LARGE: Final = frozenset({"files", "result"})
_HEADS: Final = [column for column in replays.c if column.name not in _LARGE]


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """How far a run is, and until when nobody else may begin it anew; `done` None gives it back."""

    id: str
    done: int | None
    total: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """How a run ended: with a result, or with what went wrong (the name of an error, never what it says)."""

    id: str
    at: datetime
    total: int
    result: Row | None
    trouble: str | None = None


def add(connection: Connection, items: list[Row]) -> list[None]:
    """Keep replays that are to be run, or were."""
    insert_rows(connection, replays, items, only_new=True)
    return [None] * len(items)


def get(connection: Connection, replay_id: str) -> Row | None:
    """One with its result, without the files."""
    columns = [column for column in replays.c if column.name != "files"]
    row = connection.execute(select(*columns).where(replays.c.id == replay_id)).mappings().first()
    return dict(row) if row else None


def latest(
    connection: Connection, kind: str, limit: int, *, draft: str | None = None, before: str | None = None
) -> list[Row]:
    """The newest of a kind without their results, of one draft only if one is given."""
    statement = select(*_HEADS).where(replays.c.kind == kind).order_by(replays.c.id.desc()).limit(limit)
    if draft is not None:
        statement = statement.where(replays.c.draft_id == draft, text("draft_id is not null"))
    if before:
        statement = statement.where(replays.c.id < before)
    return sql.mappings(connection.execute(statement).mappings())


def unfinished(connection: Connection, now: datetime) -> datetime | None:
    """Since when the oldest has been waiting that nobody runs, None where none is."""
    free = or_(replays.c.lease_until.is_(None), replays.c.lease_until <= now)
    since: datetime | None = connection.execute(
        select(func.min(replays.c.created_at)).where(text(UNFINISHED), free)
    ).scalar()
    return since


def claim(connection: Connection, items: list[tuple[datetime, timedelta]]) -> list[Row | None]:
    """Take up the oldest that nobody runs, with its files; one that ended three runs is given up."""
    sql.lock_names(connection, ["replays"])
    return [_claim(connection, now, lease) for now, lease in items]


def _claim(connection: Connection, now: datetime, lease: timedelta) -> Row | None:
    free = or_(replays.c.lease_until.is_(None), replays.c.lease_until <= now)
    mine = (text(UNFINISHED), free)
    ended = {"state": FAILED, "trouble": "given-up", "finished_at": now, "files": None, "lease_until": None}
    connection.execute(update(replays).where(*mine, replays.c.attempts >= MAX_ATTEMPTS).values(ended))
    row = connection.execute(select(replays).where(*mine).order_by(replays.c.id).limit(1)).mappings().first()
    if row is None:
        return None
    values = {"state": RUNNING, "attempts": row["attempts"] + 1, "lease_until": now + lease, "done": 0}
    connection.execute(update(replays).where(replays.c.id == row["id"]).values(values))
    return {**row, **values}


def progress(connection: Connection, items: list[ReplayStep]) -> list[None]:
    """Say how far runs are, or give them back to be begun anew."""
    for item in items:
        values: Row = {"done": item.done, "total": item.total, "lease_until": item.lease_until}
        if item.done is None:
            values = {"state": WAITING, "done": 0, "lease_until": None, "attempts": replays.c.attempts - 1}
        mine = (replays.c.id == item.id, replays.c.state == RUNNING)
        connection.execute(update(replays).where(*mine).values(values))
    return [None] * len(items)


def finish(connection: Connection, items: list[Finish]) -> list[None]:
    """Keep how runs ended."""
    for item in items:
        values = {
            "state": FAILED if item.result is None else DONE,
            "done": item.total,
            "total": item.total,
            "result": item.result,
            "trouble": item.trouble,
            "finished_at": item.at,
            "lease_until": None,
            "files": None,
        }
        mine = (replays.c.id == item.id, replays.c.state == RUNNING)
        connection.execute(update(replays).where(*mine).values(values))
    return [None] * len(items)


def justify(connection: Connection, items: list[tuple[str, int]]) -> list[None]:
    """Link replays to the versions that were published because of them."""
    for replay_id, version in items:
        connection.execute(update(replays).where(replays.c.id == replay_id).values(version=version))
    return [None] * len(items)


def of_content(connection: Connection, digest: str) -> Row | None:
    """The newest finished replay of exactly these files, without its result."""
    wanted = (replays.c.digest == digest, replays.c.state == DONE, replays.c.kind == REPLAY)
    statement = select(*_HEADS).where(*wanted).order_by(replays.c.id.desc()).limit(1)
    row = connection.execute(statement).mappings().first()
    return dict(row) if row else None


def justifying(connection: Connection, version: int | None = None) -> dict[int, str]:
    """The replay of each version that was published with one, or of one version only."""
    statement = select(replays.c.version, replays.c.id).where(text("version is not null")).order_by(replays.c.id)
    if version is not None:
        statement = statement.where(replays.c.version == version)
    return {row[0]: row[1] for row in connection.execute(statement)}


def answer(connection: Connection, items: list[Row]) -> list[None]:
    """Keep what a supervisor answered to a proposal; the latest answer counts."""
    for item in items:
        values = {name: value for name, value in item.items() if name != "key"}
        insert_rows(connection, proposal_answers, [item], only_new=True)
        connection.execute(update(proposal_answers).where(proposal_answers.c.key == item["key"]).values(values))
    return [None] * len(items)


def answers(connection: Connection) -> dict[str, Row]:
    """Every answer, by the key of the proposal."""
    rows = sql.mappings(connection.execute(select(proposal_answers)).mappings())
    return {row["key"]: row for row in rows}
