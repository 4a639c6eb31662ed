"""Text messages out through Twilio's REST API."""

from dataclasses import dataclass, field

import httpx
import orjson

from channels.inbound import PointKind
from channels.senders import OutboundMessage, Permanent, Result, Sent, Temporary

_TOO_MANY = 429
_NOT_OURS_TO_SEND = frozenset({401, 403, 407})
_LATER = frozenset({408, 409, 425, _TOO_MANY})
_LONGEST = 1_600
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


def send(config: TwilioConfig, message: OutboundMessage, client: httpx.Client | None = None) -> Result:
    """Send one text message; a client given is used and left open."""
    if message.address.kind is not PointKind.PHONE:
        return Permanent("not-a-number")
    if len(message.text) > _LONGEST:
        return Permanent("text-too-long")
    try:
        response = (client or httpx).post(
            f"{config.base_url}/2010-04-01/Accounts/{config.account_sid}/Messages.json",
            data=_form(config, message),
            auth=_signed_in(config),
            headers={"I-Twilio-Idempotency-Token": message.message_id},
            timeout=config.timeout_seconds,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL):
        return Temporary("unreachable")
    except httpx.HTTPError as error:
        # The request may have arrived, and the message with it.
        return Temporary("timeout" if isinstance(error, httpx.TimeoutException) else "no-answer")
    return _result(response)


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
    form = {"To": message.address.value, "From": config.from_number, "Body": message.text}
    return form | {"StatusCallback": config.status_callback} if config.status_callback else form


def _result(response: httpx.Response) -> Result:
    status = response.status_code
    if response.is_success:
        sid = _field(response, "sid")
        # A 2xx without an id came from something in between: trying again is safe, its token tells it is a repeat.
        return Sent(sid) if sid else Temporary("answer-unreadable")
    if status in _LATER or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Temporary("too-many" if status == _TOO_MANY else f"http-{status}", _retry_after(response))
    if status in _NOT_OURS_TO_SEND:
        # Wrong credentials are put right by somebody, and then every message must still go.
        return Temporary("not-authorised")
    if not response.is_client_error:
        return Temporary(f"http-{status}")
    code = _field(response, "code")
    return Permanent(f"twilio-{code}" if code else f"http-{status}")


def _field(response: httpx.Response, name: str) -> str:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return ""
    value = body.get(name) if isinstance(body, dict) else None
    return str(value)[:100] if isinstance(value, str | int) else ""


def _retry_after(response: httpx.Response) -> float | None:
    written = response.headers.get("retry-after", "")
    return float(written) if written.isascii() and written.isdigit() and len(written) < 6 else None  # noqa: PLR2004
