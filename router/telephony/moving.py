"""A telephone has become free: whoever is next for it is fetched out of the queue, or called back, at once."""

import asyncio
from collections.abc import Iterable
from typing import Final

from channels import twilio_calls
from channels.adapter import ROOT
from channels.twilio_sender import TwilioConfig
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
PLACE: Final = "twilio/voice/wait?loop=1"
_going: set["asyncio.Task[None]"] = set()


def fetch_next(services: Services, phones: Iterable[str], live: LiveRuleset) -> None:
    """Fetch whoever is next for each of these telephones, beside what goes on: nobody waits for it.

    It is a help and no more: who is not fetched has their turn when they next ask.
    """
    if not services.settings.twilio_account_sid:
        return
    for phone in phones:
        task = asyncio.get_running_loop().create_task(asyncio.to_thread(_fetch, services, phone, live))
        _going.add(task)
        task.add_done_callback(_going.discard)


def _fetch(services: Services, phone: str, live: LiveRuleset) -> None:
    try:
        row = next_for(services, phone, live)
        config = twilio_config(services.settings)
        if row is not None and row["away"]:
            call_back(services, row)
        elif row is not None and row["provider"] == PROVIDER and row["account"] in ("", config.account_sid):
            _move(services, config, row)
    except Exception as error:  # noqa: BLE001 - the caller is asked again at their next announcement
        logs.failed("call.not-fetched", error)


def next_for(services: Services, phone: str, live: LiveRuleset) -> Row | None:
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


def _move(services: Services, config: TwilioConfig, row: Row) -> None:
    twilio_calls.move(config, row["call"], services.settings.outside_url + ROOT + PLACE, http_client())
