"""Health and metrics: whether this process lives, whether each thing it needs is there, and the figures."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Response
from redis.exceptions import ResponseError

from router import metrics, queue
from router.mailbox_figures import figures_of_mailboxes
from router.metrics import MailboxFigures
from router.reconciling import running as reconciling
from router.services import Services
from router.store import contacts
from router.store.engine import begin_read
from router.web.access import services_of

T = TypeVar("T")
SECONDS = 2.0
OLD_SECONDS = 60.0
"""From this age of the oldest waiting contact on, routing counts as degraded."""

OK, DEGRADED, DOWN = "ok", "degraded", "down"
NOTHING_LOST = "Nothing is lost: contacts wait a second or so longer. docs/operations.md, Redis is away."
ADVICE = {
    "record": "Nothing can be stored. `firstcontact doctor` says why. docs/operations.md, The record is away.",
    "ruleset": "There is none that could decide. `firstcontact doctor` says why.",
    "redis": f"It does not answer: start it. {NOTHING_LOST}",
    "routing": "Contacts are not decided in time. docs/operations.md, Contacts wait.",
}
"""What to do about each dependency that is not well."""

REFUSES = f"It answers, and takes nothing: look at its memory (maxmemory) and its disk. {NOTHING_LOST}"
Tools = Annotated[Services, Depends(services_of)]
health = APIRouter(tags=["health"])
_checks = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many contacts wait for a decision, since how many seconds the oldest one has, and how many are set aside."""

    contacts: int
    oldest_seconds: float
    set_aside: int


@health.get("/health/live")
async def live() -> dict[str, str]:
    """Whether this process answers at all."""
    return {"status": OK}


@health.get("/health/ready")
async def ready(services: Tools, response: Response) -> dict[str, object]:
    """Each dependency and mailbox by name. While the record cannot be read or written to this is down (503).

    It is degraded without a Redis that takes wake-ups, while contacts wait for too long, while a mailbox cannot be
    taken in, or while the telephony provider's lists cannot be read. `advice` says what to do about a dependency.
    """
    waiting, redis, ruleset, mailboxes, reconciled = await asyncio.gather(
        _check(lambda: _waiting(services)),
        _check(lambda: _redis(services)),
        _check(lambda: _version(services)),
        _check(lambda: figures_of_mailboxes(services)),
        _check(lambda: reconciling.standing(services)),
    )
    parts = {
        "record": DOWN if waiting is None or services.writer.trouble else OK,
        "ruleset": OK if ruleset is not None else DOWN,
        "redis": OK if redis == "" else DEGRADED,
        "routing": _routing(waiting),
    }
    advice = ADVICE | ({"redis": redis} if redis else {})
    boxes = {each.mailbox: _box(each) for each in mailboxes or ()}
    lists = _lists(reconciled) if reconciled else None
    others = [*boxes.values(), *([lists] if lists else [])]
    status = _worst({*parts.values(), *(each["status"] for each in others)})
    response.status_code = 503 if status == DOWN else 200
    return {
        "status": status,
        "dependencies": parts,
        "advice": {name: advice[name] for name, state in parts.items() if state != OK},
        "mailboxes": boxes,
        "reconciliation": lists,
        "waiting": waiting.contacts if waiting else None,
        "ruleset": ruleset,
    }


def _routing(waiting: Backlog | None) -> str:
    if waiting is None:
        return DOWN
    return DEGRADED if waiting.oldest_seconds > OLD_SECONDS else OK


def _worst(states: set[object]) -> str:
    return next((each for each in (DOWN, DEGRADED) if each in states), OK)


@health.get("/metrics", response_class=Response)
async def figures(services: Tools) -> Response:
    """The figures in Prometheus's text format, over all processes of this host."""
    waiting, redis, mailboxes = await asyncio.gather(
        _check(lambda: _waiting(services)),
        _check(lambda: _redis(services)),
        _check(lambda: figures_of_mailboxes(services)),
    )
    seen = _seen(services, waiting, redis=redis == "")
    render = partial(metrics.render, services.settings.run_folder, seen, mailboxes or ())
    body = await asyncio.get_running_loop().run_in_executor(_checks, render)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _box(each: MailboxFigures) -> dict[str, object]:
    return {
        "status": OK if each.trouble is None else DEGRADED,
        "trouble": each.trouble,
        "trouble_since": each.trouble_since,
        "last_success_at": each.last_success_at,
        "lag_seconds": None if each.lag_seconds is None else round(each.lag_seconds, 1),
        "waiting": each.waiting,
    }


def _lists(each: reconciling.AccountProgress) -> dict[str, object]:
    return {
        "status": OK if each.trouble is None else DEGRADED,
        "trouble": each.trouble,
        "trouble_since": each.trouble_since,
        "last_success_at": each.last_success_at,
        "until": each.until,
    }


def _seen(services: Services, waiting: Backlog | None, *, redis: bool) -> dict[str, float]:
    seen = {
        "firstcontact_record_up": float(waiting is not None and not services.writer.trouble),
        "firstcontact_redis_up": float(redis),
        "firstcontact_data_free_bytes": float(shutil.disk_usage(services.settings.data).free),
    }
    if waiting is not None:
        seen |= {
            "firstcontact_contacts_waiting": waiting.contacts,
            "firstcontact_oldest_waiting_seconds": waiting.oldest_seconds,
            "firstcontact_contacts_set_aside": waiting.set_aside,
        }
    return seen


async def _check(ask: Callable[[], T]) -> T | None:
    """The answer, or None when there is none in time: whatever is wrong, it is not there."""
    try:
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(_checks, ask), SECONDS)
    except Exception:  # noqa: BLE001 - health reports, it does not fail
        return None


def _waiting(services: Services) -> Backlog:
    now = services.clock()
    with begin_read(services.record) as record:
        count, oldest = contacts.waiting(record, now)
        aside = contacts.set_aside(record)
    return Backlog(count, (now - oldest).total_seconds() if oldest else 0.0, aside)


def _redis(services: Services) -> str:
    """What to do about Redis; nothing where it takes a wake-up."""
    if services.redis is None:
        return ADVICE["redis"]
    try:
        queue.check(services.redis)
    except ResponseError:
        return REFUSES
    return ""


def _version(services: Services) -> int:
    return services.live.current().version
