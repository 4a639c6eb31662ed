"""A telephone has become free: whoever is next for it is fetched out of the queue, or called back, at once."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

from channels import twilio_calls
from channels.adapter import ROOT
from channels.senders import Result, Sent
from router import logs
from router.clients import http_client
from router.live import LiveRuleset
from router.senders import twilio_config
from router.services import Services
from router.store import callbacks
from router.store import waiting as store
from router.store.calls import Row
from router.store.engine import begin_read
from router.telephony import ringing
from router.telephony.waiting import seen_since

PROVIDER: Final = "twilio"
ROUTE: Final = "twilio/voice/"
PLACE: Final = "wait?loop=1"
_going: set["asyncio.Task[None]"] = set()


def fetch_next(services: Services, phones: Iterable[str], live: LiveRuleset) -> None:
    """Fetch whoever is next for each of these telephones, beside what goes on: nobody waits for it.

    It is a help and no more: who is not fetched has their turn when they next ask.
    """
    if not services.settings.twilio_account_sid:
        return
    for phone in phones:
        _beside(_fetch, services, phone, live)


def _beside(work: Callable[..., None], *given: Any) -> None:
    task = asyncio.get_running_loop().create_task(asyncio.to_thread(work, *given))
    _going.add(task)
    task.add_done_callback(_going.discard)


def send_beside(services: Services, row: Row, place: str) -> None:
    """Have the provider send a caller to a place of ours, beside what goes on: they get there by themselves, but later.

    Nothing is said where that fails.
    """
    _beside(_sent_beside, services, row, place)


def _sent_beside(services: Services, row: Row, place: str) -> None:
    if not isinstance(sent := send(services, row["call"], place), Sent):
        logs.log("call.not-moved", contact=row["contact_id"], outcome=sent.reason)


def end_beside(services: Services, row: Row, leg: str) -> None:
    """Have the provider end a leg of a call, beside what goes on."""
    _beside(_ended_beside, services, row, leg)


def _ended_beside(services: Services, row: Row, leg: str) -> None:
    ended = twilio_calls.end(twilio_config(services.settings), leg, http_client())
    if not isinstance(ended, Sent) and ended != twilio_calls.GONE:
        logs.log("call.not-ended", contact=row["contact_id"], outcome=ended.reason)


def can_move(services: Services, row: Row) -> bool:
    """Whether this call is at a provider that we can have it moved by."""
    config = twilio_config(services.settings)
    return bool(config.account_sid) and row["provider"] == PROVIDER and row["account"] in ("", config.account_sid)


def send(services: Services, leg: str, place: str) -> Result:
    """Have the provider send a leg of a call to a place of ours."""
    return twilio_calls.move(twilio_config(services.settings), leg, address_of(services, place), http_client())


def _fetch(services: Services, phone: str, live: LiveRuleset) -> None:
    try:
        row = _next_for(services, phone, live)
        if row is not None and row["away"]:
            call_back(services, row)
        elif row is not None and can_move(services, row):
            send(services, row["call"], PLACE)
    except Exception as error:  # noqa: BLE001 - the caller is asked again at their next announcement
        logs.failed("call.not-fetched", error)


def _next_for(services: Services, phone: str, live: LiveRuleset) -> Row | None:
    """Whoever of all that may use a telephone has waited longest of the most urgent."""
    now = services.clock()
    teams = [team.key for team in live.ruleset.teams.values() if phone in {each.address for each in team.telephones}]
    with begin_read(services.record) as record:
        rows = [store.first(record, team, phone, now, seen_since(live, now)) for team in teams]
    waiting = [row for row in rows if row is not None]
    return min(waiting, key=lambda row: (row["rank"], row["since"], row["contact_id"]), default=None)


def call_back(services: Services, row: Row) -> None:
    """Ring whoever is next and has hung up to be called back."""
    with begin_read(services.record) as record:
        owed = callbacks.going(record, row["contact_id"])
    if owed is not None and ringing.is_set_up(services.settings):
        ringing.ring(services, owed, row)


def address_of(services: Services, place: str) -> str:
    """The address of a place of the voice adapter, as the provider is told it."""
    return services.settings.outside_url + ROOT + ROUTE + place
