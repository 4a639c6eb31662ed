"""Running what supervisors asked for, one at a time, while the record says how far it is."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from router import logs, metrics
from router.days import Period
from router.live import prepare
from router.replays.learning import learn
from router.replays.running import Progress, ReplayOrder, replay
from router.services import Services
from router.store import replays
from router.store.replays import Finish, ReplayStep
from router.store.rows import Row
from router.store.rulesets import as_bytes
from rules.load import load

LEASE: Final = timedelta(seconds=60)
TELL_EVERY: Final = 1.0
"""Seconds between two notes of how far it is: each is a write, if a small one."""


class StoppedError(Exception):
    """The process is to end: somebody else begins the replay anew."""


def run_next(services: Services, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Run the oldest replay that waits; False where none does. One that fails says so, and is not tried for ever."""
    row = services.writer.submit(replays.claim, (services.clock(), LEASE)).result()
    if row is None:
        return False
    try:
        result = _run(services, row, stopping)
    except StoppedError:
        _give_back(services, row)
        return False
    except Exception as error:  # noqa: BLE001 - whatever it was, it belongs to this one, and its asker sees that it failed
        metrics.job_failed("replay")
        logs.failed("replay.failed", error, replay=row["id"])
        services.writer.submit(
            replays.finish, Finish(row["id"], services.clock(), row["total"], None, type(error).__name__)
        ).result()
        return True
    services.writer.submit(replays.finish, Finish(row["id"], services.clock(), result["total"], result)).result()
    logs.log("replay.done", replay=row["id"], kind=row["kind"], count=result["total"])
    return True


def _run(services: Services, row: Row, stopping: Callable[[], bool]) -> dict[str, Any]:
    """The result, with `total` of how many contacts."""
    period, ruleset, seen = Period(row["since"], row["until"]), load(as_bytes(row["files"])), [0]
    progress = _progress(services, row["id"], stopping, seen)
    if row["kind"] == replays.LEARNING:
        base = prepare(row["base_version"], ruleset)  # what it was asked about, whatever is live by now
        return learn(services, ReplayOrder(period, base, row["against"], base), row["files"], progress) | {
            "total": seen[0]
        }
    services.live.look()
    live = services.live.current()
    draft = live if ruleset.digest == live.ruleset.digest else prepare(0, ruleset)
    return replay(services, ReplayOrder(period, draft, row["against"], live), progress) | {"total": seen[0]}


def _progress(services: Services, replay_id: str, stopping: Callable[[], bool], seen: list[int]) -> Progress:
    told = [time.monotonic()]

    def progress(done: int, total: int) -> None:
        seen[0] = total
        if stopping():
            raise StoppedError
        if time.monotonic() - told[0] >= TELL_EVERY:
            told[0] = time.monotonic()
            services.writer.submit(
                replays.progress, ReplayStep(replay_id, done, total, services.clock() + LEASE)
            ).result()

    return progress


def _give_back(services: Services, row: Row) -> None:
    services.writer.submit(replays.progress, ReplayStep(row["id"], None, 0, services.clock())).result()
