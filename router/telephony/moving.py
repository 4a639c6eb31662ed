"""Having the provider send a leg of a call to another place of ours, or end it: at once, or beside what goes on."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from channels import twilio_calls
from channels.adapter import ROOT
from channels.senders import Result, Sent
from router import logs
from router.clients import http_client
from router.senders import twilio_config
from router.services import Services
from router.store.rows import Row

PROVIDER: Final = "twilio"
ROUTE: Final = "twilio/voice/"
_going: set["asyncio.Task[None]"] = set()


def beside(work: Callable[..., None], *given: Any) -> None:
    """Do something in a thread, beside what goes on: nobody waits for it."""
    task = asyncio.get_running_loop().create_task(asyncio.to_thread(work, *given))
    _going.add(task)
    task.add_done_callback(_going.discard)


def send_beside(services: Services, row: Row, place: str) -> None:
    """Have the provider send a caller to a place of ours, beside what goes on: they get there by themselves, but later.

    Nothing is said where that fails.
    """
    beside(_sent_beside, services, row, place)


def _sent_beside(services: Services, row: Row, place: str) -> None:
    if not isinstance(sent := send(services, row["call"], place), Sent):
        logs.log("call.not-moved", contact=row["contact_id"], outcome=sent.reason)


def end_beside(services: Services, row: Row, leg: str) -> None:
    """Have the provider end a leg of a call, beside what goes on."""
    beside(_ended_beside, services, row, leg)


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


def address_of(services: Services, place: str) -> str:
    """The address of a place of the voice adapter, as the provider is told it."""
    return services.settings.outside_url + ROOT + ROUTE + place
