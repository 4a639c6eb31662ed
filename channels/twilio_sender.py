"""Texts and WhatsApp messages out by Twilio's REST API, and the request that everything sent by it is made with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import orjson

from channels import twilio_receipts
from channels.adapter import ROOT
from channels.http_sending import posted, put_off
from channels.inbound import PointKind
from channels.names import SMS, WHATSAPP
from channels.senders import OutboundMessage, Permanent, Result, Send, Sent, Setup, Temporary, WayOut
from channels.signature import TOKEN
from channels.twilio_errors import PREFIX, meaning_of

ACCOUNT, API = "TWILIO_ACCOUNT_SID", "FIRSTCONTACT_TWILIO_API"
SMS_FROM, WHATSAPP_FROM = "FIRSTCONTACT_SMS_FROM", "FIRSTCONTACT_WHATSAPP_FROM"

_LATER = frozenset({409, 425})
_NOT_OURS_TO_SEND = frozenset({401, 403, 407})
LONGEST = 1_600
"""Characters that the provider takes as one message."""


@dataclass(frozen=True, slots=True)
class TwilioConfig:
    """An account, the number that we send from, and where the API is (a test has its own)."""

    account_sid: str
    auth_token: str = field(repr=False)
    from_number: str
    base_url: str = "https://api.twilio.com"
    status_callback: str = ""
    timeout_seconds: float = 10.0
    scheme: str = ""
    """What stands before both numbers: `whatsapp:`, or nothing for a text."""


def config_of(setup: Setup, number: str = SMS_FROM, scheme: str = "") -> TwilioConfig:
    """What the settings say of the account; `number` is the setting of the number that is sent from."""
    # Without an address that the provider can reach there are no receipts, and a wrong one may be refused.
    receipts = setup.url + ROOT + twilio_receipts.ROUTE if setup.is_public else ""
    account, token, number, api = (setup.setting(name) for name in (ACCOUNT, TOKEN, number, API))
    return TwilioConfig(account, token, number, api, receipts, scheme=scheme)


def send(config: TwilioConfig, message: OutboundMessage, client: httpx.Client | None = None) -> Result:
    """Send one text message; a client given is used and left open."""
    if message.address.kind is not PointKind.PHONE:
        return Permanent("not-a-number")
    if len(message.text) > LONGEST:
        return Permanent("text-too-long")
    return request_of(config, "Messages", _form(config, message), message, client)


def request_of(
    config: TwilioConfig,
    resource: str,
    form: Mapping[str, str],
    message: OutboundMessage,
    client: httpx.Client | None,
) -> Result:
    """Make one of the account's resources (Messages, Calls) for a message, and say what came of it."""
    return posted_to(config, resource, form, message.message_id, client)


def posted_to(
    config: TwilioConfig, resource: str, form: Mapping[str, str], token: str, client: httpx.Client | None = None
) -> Result:
    """Post to one of the account's resources, such as Calls, and say what came of it.

    `token` is ours and the same at every attempt; "" for what may be done twice.
    """
    answer = posted(
        client,
        f"{config.base_url}/2010-04-01/Accounts/{config.account_sid}/{resource}.json",
        data=form,
        auth=_signed_in(config),
        headers={"I-Twilio-Idempotency-Token": token} if token else {},
        timeout=config.timeout_seconds,
    )
    return answer if isinstance(answer, Temporary) else _result(answer)


def resource(config: TwilioConfig, name: str, client: httpx.Client | None = None) -> dict[str, Any] | None:
    """One of the account's resources, such as Calls/CA1, as it is now; None where it cannot be learnt."""
    try:
        response = (client or httpx).get(
            f"{config.base_url}/2010-04-01/Accounts/{config.account_sid}/{name}.json",
            auth=_signed_in(config),
            timeout=config.timeout_seconds,
        )
        body = orjson.loads(response.content) if response.is_success else None
    except (httpx.HTTPError, httpx.InvalidURL, orjson.JSONDecodeError):
        return None
    return body if isinstance(body, dict) else None


def standing(config: TwilioConfig, client: httpx.Client | None = None) -> str:
    """How the account stands at the provider (active, suspended or closed), or what kept us from learning it.

    That is one of unreachable, not-authorised, answer-unreadable and http-STATUS. Nothing is sent.
    """
    try:
        response = (client or httpx).get(
            f"{config.base_url}/2010-04-01/Accounts/{config.account_sid}.json",
            auth=_signed_in(config),
            timeout=config.timeout_seconds,
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return "unreachable"
    if response.is_success:
        return _field(response, "status") or "answer-unreadable"
    unknown = response.status_code == httpx.codes.NOT_FOUND
    return "not-authorised" if unknown or response.status_code in _NOT_OURS_TO_SEND else f"http-{response.status_code}"


def _signed_in(config: TwilioConfig) -> tuple[str, str]:
    """The newest of the tokens that may be in rotation is the one to sign in with."""
    return config.account_sid, config.auth_token.partition(",")[0].strip()


def _form(config: TwilioConfig, message: OutboundMessage) -> dict[str, str]:
    to, sender = (f"{config.scheme}{number}" for number in (message.address.value, config.from_number))
    form = {"To": to, "From": sender, "Body": message.text}
    return form | {"StatusCallback": config.status_callback} if config.status_callback else form


def _result(response: httpx.Response) -> Result:
    status = response.status_code
    if response.is_success:
        sid = _field(response, "sid")
        # A 2xx without an id came from something in between: trying again is safe, its token tells it is a repeat.
        return Sent(sid) if sid else Temporary("answer-unreadable")
    if later := put_off(response, _LATER):
        return later
    if status in _NOT_OURS_TO_SEND:
        # Wrong credentials are put right by somebody, and then every message must still go.
        return Temporary("not-authorised")
    if not response.is_client_error:
        return Temporary(f"http-{status}")
    code = _field(response, "code")
    reason = f"{PREFIX}{code}" if code else f"http-{status}"
    meaning = meaning_of(reason)
    if meaning and meaning.passes:
        return Temporary(reason)
    return Permanent(reason, address_at_fault=bool(meaning and meaning.no_number))


def _field(response: httpx.Response, name: str) -> str:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return ""
    value = body.get(name) if isinstance(body, dict) else None
    return str(value)[:100] if isinstance(value, str | int) else ""


def _way(channel: str, number: str, scheme: str) -> WayOut:
    return WayOut(channel, (ACCOUNT, number), partial(_sender, number, scheme))


def _sender(number: str, scheme: str, setup: Setup) -> Send:
    config = config_of(setup, number, scheme)
    return lambda message: send(config, message, setup.client())


WAYS = (_way(SMS, SMS_FROM, ""), _way(WHATSAPP, WHATSAPP_FROM, "whatsapp:"))
