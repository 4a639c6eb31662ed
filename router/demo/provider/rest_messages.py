"""The API's texts: sent, looked up and listed, with their files."""

from typing import Any

from router.demo.provider import kinds
from router.demo.provider.exchange import Exchange, Message
from router.demo.provider.rest import (
    ROOT,
    Answer,
    RefusedError,
    Request,
    moment,
    not_found,
    once,
    page,
    route,
    said,
    there,
    within,
)

INVALID_TO, NO_BODY, TOO_LONG = 21_211, 21_602, 21_617
LONGEST = 1_600


@route("POST", "/Messages.json")
def send(exchange: Exchange, request: Request) -> Answer:
    """Take a text; the same idempotency token sends it once."""
    sid = once(exchange, request, lambda: _taken(exchange, request).sid)
    return said(_message(exchange, exchange.messages[sid]), 201)


def _taken(exchange: Exchange, request: Request) -> Message:
    to, body = request.get("To"), request.get("Body")
    number = to.removeprefix("whatsapp:")
    if not kinds.E164.fullmatch(number):
        raise RefusedError(400, INVALID_TO, f"The 'To' number {to} is not a valid phone number.")
    if not body and not request.get("MediaUrl"):
        raise RefusedError(400, NO_BODY, "Message body is required.")
    if len(body) > LONGEST:
        raise RefusedError(400, TOO_LONG, f"The concatenated message body exceeds the {LONGEST} character limit.")
    if refused := exchange.refuses.get(number):
        raise RefusedError(400, refused, "The message cannot be sent to this number.")
    made = Message(exchange.sid("SM"), request.get("From"), to, body, "outbound-api", "queued", exchange.time.now())
    exchange.messages[made.sid] = made
    exchange.person(number).note("texted", body)
    exchange.spawn(_deliver(exchange, made, request.get("StatusCallback")))
    return made


async def _deliver(exchange: Exchange, made: Message, callback: str) -> None:
    for status in ("sent", "delivered"):
        await exchange.time.sleep(1.0)
        made.status = status
        told = {
            "MessageSid": made.sid,
            "SmsSid": made.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "From": made.from_,
            "To": made.to,
            "AccountSid": exchange.account,
            "ApiVersion": "2010-04-01",
        }
        exchange.report(None, callback, told)


@route("GET", "/Messages.json")
def messages(exchange: Exchange, request: Request) -> Answer:
    """The texts, the newest first, as far as they are asked for."""
    found = (
        _message(exchange, each)
        for each in reversed(exchange.messages.values())
        if request.get("To") in ("", each.to)
        and request.get("From") in ("", each.from_)
        and within(request, "DateSent", each.created)
    )
    return page(request, "messages", found)


@route("GET", "/Messages/{}.json")
def one_message(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A text."""
    return said(_message(exchange, _message_of(exchange, request, sid)))


@route("GET", "/Messages/{}/Media.json")
def media_of(exchange: Exchange, request: Request, sid: str) -> Answer:
    """The files of a text."""
    found = _message_of(exchange, request, sid)
    return page(
        request,
        "media_list",
        [
            {"sid": f"ME{index:032x}", "parent_sid": sid, "content_type": kind}
            for index, (kind, _) in enumerate(found.media)
        ],
    )


@route("GET", "/Messages/{}/Media/{}")
def file_of(exchange: Exchange, request: Request, sid: str, which: str) -> Answer:
    """One file of a text."""
    found = _message_of(exchange, request, sid)
    for index, (kind, content) in enumerate(found.media):
        if which == f"ME{index:032x}":
            return Answer(200, content, kind)
    raise not_found(request)


def _message_of(exchange: Exchange, request: Request, sid: str) -> Message:
    return there(request, exchange.messages.get(sid))


def _message(exchange: Exchange, made: Message) -> dict[str, Any]:
    uri = f"{ROOT}/{exchange.account}/Messages/{made.sid}"
    return {
        "sid": made.sid,
        "account_sid": exchange.account,
        "from": made.from_,
        "to": made.to,
        "body": made.body,
        "direction": made.direction,
        "status": made.status,
        "num_media": str(len(made.media)),
        "num_segments": "1",
        "error_code": made.error,
        "date_created": moment(made.created),
        "date_sent": moment(made.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
