"""Calling back: whoever's turn it is gets a telephone of their team, the colleague is rung there, and then they are.

Nobody is dialled from here: that follows once a colleague has answered and taken the call (outgoing.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from channels import twilio_calls, twilio_outgoing
from channels.adapter import ROOT
from channels.replies import Reach
from channels.senders import Sent, Temporary
from channels.twilio_sender import TwilioConfig
from router import logs
from router.calls import ring_seconds
from router.clients import http_client
from router.live import LiveRuleset
from router.senders import twilio_config
from router.services import Services
from router.settings import Settings
from router.store import callbacks as owed_calls
from router.store import calls, contacts
from router.store import outgoing as store
from router.store.engine import begin_read
from router.store.ids import new_id
from router.store.rows import Row
from router.telephony import gate, leg, settling, waiting
from router.telephony.adopting import adopt
from rules.clock import is_open, next_opening
from rules.landlord import Phone

TRIED_AT_ONCE: Final = 20
"""So many of those who wait to be called back are tried at a time: the telephones go to the first."""

ENGINE: Final = "engine"
NO_TELEPHONE: Final = "No telephone of the team is known to us any more."
NOT_BEGUN: Final = "The provider would not make the call: tell whoever runs this server."


def is_set_up(settings: Settings) -> bool:
    """Whether calls can be made here at all: the provider's account is set, and it can reach us."""
    return bool(settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value() and settings.public_url)


def ring_due(services: Services, stopping: Callable[[], bool] = lambda: False) -> int:
    """Call back whoever's turn it is, and look after what was begun; gives how many colleagues were rung."""
    if not is_set_up(services.settings):
        return 0
    _look_after(services)
    adopt(services, services.live.current())
    with begin_read(services.record) as record:
        if not owed_calls.any_waiting(record):
            return 0
    now = services.clock()
    services.writer.submit(owed_calls.line_up, now).result()
    services.writer.submit(calls.vouch, now).result()
    with begin_read(services.record) as record:
        waits = owed_calls.lined_up(record, TRIED_AT_ONCE)
    return sum(ring(services, owed, call) for owed, call in waits if not stopping())


def ring(services: Services, owed: Row, call: Row) -> bool:
    """Ring a colleague for somebody who waits to be called back, if it is their turn; gives whether one is rung."""
    live, now = services.live.current(), services.clock()
    if (later := _not_now(owed, call, live, now)) is not None:
        services.writer.submit(owed_calls.put_off, later).result()
        return False
    claim = store.Claim(new_id(), owed["id"], waiting.turn(call, live, now), ENGINE)
    attempt = services.writer.submit(store.claim, claim).result()
    if attempt is None:
        return False
    barred = gate.way(services, {**attempt, "promise": owed["promise"]}, live, now)
    if isinstance(barred, gate.Barred):
        settling.settle(services, attempt, settling.BARRED, live, barred)
        return False
    return begin(services, attempt, live)


def _not_now(owed: Row, call: Row, live: LiveRuleset, now: datetime) -> owed_calls.Later | None:
    """Why nobody is rung yet: the team is closed, or has no telephone that we know."""
    team = live.ruleset.teams.get(call["team"], live.ruleset.fallback)
    if not team.telephones:
        return owed_calls.Later(owed["id"], by_person=True)
    hours = live.ruleset.hours[team.hours]
    if is_open(hours, live.calendar, now):
        return None
    opens = next_opening(hours, live.calendar, now)
    return owed_calls.Later(owed["id"], opens, by_person=opens is None)


def begin(services: Services, attempt: Row, live: LiveRuleset) -> bool:
    """Have the provider ring the colleague's telephone; gives whether it does. What is asked twice is one call."""
    phone = leg.known(attempt["phone"], attempt["team"], live)
    if phone is None:
        settling.settle(services, attempt, settling.BARRED, live, gate.Barred(NO_TELEPHONE))
        return False
    config = twilio_config(services.settings)
    result = twilio_calls.make(config, _form(services, attempt, phone, live), attempt["id"], http_client())
    if isinstance(result, Sent):
        services.writer.submit(store.placed, store.Placed(attempt["id"], result.provider_id)).result()
        return True
    logs.log("call-back.not-begun", kind=result.reason)
    if isinstance(result, Temporary):
        settling.settle(services, attempt, settling.NOT_MADE, live)
    else:
        settling.settle(services, attempt, settling.BARRED, live, gate.Barred(NOT_BEGUN))
    return False


def _form(services: Services, attempt: Row, phone: Phone, live: LiveRuleset) -> dict[str, str]:
    with begin_read(services.record) as record:
        contact = contacts.load(record, [attempt["contact_id"]])[0]
    return {
        "To": f"client:{phone.address}" if phone.reach == Reach.CLIENT else phone.address,
        "From": gate.shown_of(contact, live) or services.settings.voice_from,
        "Url": place(services.settings, twilio_outgoing.ANSWERED, attempt["id"]),
        "Method": "POST",
        "StatusCallback": place(services.settings, twilio_outgoing.STATUS, attempt["id"]),
        "StatusCallbackMethod": "POST",
        "Timeout": str(ring_seconds(live)),
    }


def place(settings: Settings, where: str, about: str) -> str:
    """The public address of a place for a call that we make."""
    route = f"{twilio_outgoing.ROUTE}/{where}".rstrip("/")
    return f"{settings.outside_url}{ROOT}{route}?{twilio_outgoing.ABOUT}={about}"


def _look_after(services: Services) -> None:
    """Settle calls of which nothing is heard any more, as far as they are over."""
    now, live = services.clock(), services.live.current()
    with begin_read(services.record) as record:
        silent = store.silent(record, now, TRIED_AT_ONCE)
    config = twilio_config(services.settings) if silent else None
    for attempt in silent:
        _look_at(services, attempt, live, config)


def _look_at(services: Services, attempt: Row, live: LiveRuleset, config: TwilioConfig | None) -> None:
    if attempt["state"] == store.RINGING:
        # Nobody was dialled, and nobody will be: whoever takes it after this is told that it is over.
        return settling.settle(services, attempt, settling.NOT_TAKEN, live)
    if attempt["state"] == store.ENDED:
        return settling.settle(services, attempt, attempt["outcome"], live)
    over = twilio_calls.over(config, attempt["call"], http_client()) if config and attempt["call"] else True
    if over:
        return settling.settle(services, attempt, settling.UNKNOWN, live)
    services.writer.submit(store.look_later, (attempt["id"], services.clock() + store.LOOKS)).result()
    return None
