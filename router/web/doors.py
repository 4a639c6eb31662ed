"""The doors for providers: /channels/… as bare ASGI, from a verified request to an answer, after the commit."""

import asyncio

from starlette.types import Receive, Scope, Send

from channels.adapter import ROOT, Answer, Malformed, Push, Refused, Request, receive
from channels.inbound import Inbound
from channels.names import PHONE
from channels.numbers import REGION
from channels.receipts import Receipt
from channels.registry import SECRETS, by_route
from channels.replies import Asked, NothingToSay, Outgoing, Pressed, Reply
from channels.twilio_sms import UNCOUNTED
from router import calls, duty, intake, logs, metrics
from router.http_callers import Callers, headers_of
from router.onthespot import asked_by, decide_now, hold_for
from router.services import Services
from router.store import deliveries
from router.store.contacts import Accepted
from router.telephony import line, outgoing, relay, returning
from router.unasked import without_menu

METHODS = ("GET", "POST")
TRY_AGAIN_SECONDS = b"5"
NOT_STORED = "It could not be stored. Please send it again."
TOO_LARGE, NOT_FOUND, WRONG_METHOD, UNAVAILABLE = 413, 404, 405, 503


class ClientGoneError(Exception):
    """The caller hung up before its request was whole; there is nobody to answer."""


class Doors:
    """The webhooks of every push adapter in the registry, as one ASGI application."""

    def __init__(self, services: Services) -> None:
        """Take requests in for these services."""
        self._services = services
        self._callers = Callers(services.settings)
        self._secrets = services.settings.channel_secrets(SECRETS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 2xx only for what is on disk."""
        adapter = by_route(scope["path"].removeprefix(ROOT).rstrip("/"))
        if adapter is None:
            return await _send(send, _plain(NOT_FOUND, "There is no channel at this address."))
        if scope["method"] not in METHODS:
            return await _send(send, _plain(WRONG_METHOD, "A channel takes GET or POST."), (b"allow", b"GET, POST"))
        try:
            body = await read_body(receive, self._services.settings.body_limit)
        except ClientGoneError:
            return None
        if body is None:
            metrics.refused(adapter.name, "too-large")
            return await _send(send, _plain(TOO_LARGE, "The request is larger than this server takes."))
        return await self._answer(adapter, scope, body, send)

    async def _answer(self, adapter: Push, scope: Scope, body: bytes, send: Send) -> None:
        request = self._request(adapter, scope, body)
        try:
            received = receive(adapter, request, self._secrets)
        except Refused as refusal:
            metrics.refused(adapter.name, refusal.reason)
            return await _send(send, Answer(refusal.status, "text/plain", b""))
        except Malformed as problem:
            metrics.refused(adapter.name, "malformed")
            return await _send(send, _plain(problem.status, str(problem)))
        match received:
            case Inbound():
                await self._take_in(adapter, request, received, send)
            case Receipt():
                await self._keep(adapter, request, received, send)
            case Pressed():
                await _send(send, adapter.answer(await self._press(received), request))
            case Asked():
                await _send(send, adapter.answer(await self._ask(received), request))
            case Outgoing():
                await _send(send, adapter.answer(await self._go_on(received), request))
            case None:
                await _send(send, adapter.answer(NothingToSay(), request))
        return None

    async def _keep(self, adapter: Push, request: Request, receipt: Receipt, send: Send) -> None:
        """Keep a delivery receipt; the provider hears 2xx once it is on disk."""
        came = deliveries.Came(receipt, self._services.live.current().ruleset)
        try:
            known = await self._services.writer.write(deliveries.record, came)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not stored
            _not_stored(adapter, error)
            return await _send(send, _plain(UNAVAILABLE, NOT_STORED), (b"retry-after", TRY_AGAIN_SECONDS))
        metrics.receipt(receipt.stage.value)
        logs.log("receipt.stored", kind=receipt.stage.value, outcome="known" if known else "early")
        return await _send(send, adapter.answer(NothingToSay(), request))

    async def _press(self, key: Pressed) -> Reply:
        """What is said to a colleague who was rung and pressed a key, or did not."""
        try:
            return await asyncio.to_thread(duty.pressed, self._services, key)
        except Exception as error:  # noqa: BLE001 - a colleague on the line hears what to do instead
            logs.failed("duty.failed", error)
            return duty.said(self._services, duty.NOT_NOTED)

    async def _ask(self, asked: Asked) -> Reply:
        """What somebody on a call hears, of which nothing is kept."""
        try:
            return await line.asked(self._services, asked)
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody is on the line
            logs.failed("call.to-person", error)
            return line.unable(asked, self._services.live.current())

    async def _go_on(self, call: Outgoing) -> Reply:
        """How a call goes on that we make."""
        try:
            return await outgoing.told(self._services, call)
        except Exception as error:  # noqa: BLE001 - a colleague on the line hears what to do instead
            logs.failed("outgoing.failed", error)
            return outgoing.unable(self._services.live.current())

    def _request(self, adapter: Push, scope: Scope, body: bytes) -> Request:
        headers = headers_of(scope)
        ruleset = self._services.live.current().ruleset
        section = getattr(ruleset, adapter.section) if adapter.section else {}
        urls, region = self._callers.urls(scope, headers), ruleset.landlord.country or REGION
        return Request(scope["method"], urls, headers, body, self._services.clock(), section, region)

    async def _take_in(self, adapter: Push, request: Request, inbound: Inbound, send: Send) -> None:
        answers = self._call if adapter.channel == PHONE else self._message
        reply, accepted = await answers(adapter, inbound)
        if reply is None:
            answer = _plain(UNAVAILABLE, NOT_STORED)
            return await _send(send, answer, (b"retry-after", TRY_AGAIN_SECONDS))
        extra = ((b"x-firstcontact-contact", accepted.contact_id.encode()),) if accepted else ()
        return await _send(send, adapter.answer(reply, request), *extra)

    async def _message(self, adapter: Push, inbound: Inbound) -> tuple[Reply | None, Accepted | None]:
        """Nothing is said here to a message that is stored; without a reply, its provider is asked to come again."""
        try:
            accepted = await intake.accept(self._services, inbound)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not stored, so it has to come again
            _not_stored(adapter, error)
            return None, None
        if UNCOUNTED in inbound.marks and not accepted.repeated:
            metrics.media_fetched(UNCOUNTED)
        return NothingToSay(), accepted

    async def _call(self, adapter: Push, inbound: Inbound) -> tuple[Reply, Accepted | None]:
        """What the caller hears: past the deadline, and whatever goes wrong, a person."""
        live, accepted = self._services.live.current(), None
        try:
            async with asyncio.timeout(self._services.settings.call_deadline):
                asked = await asked_by(self._services, inbound)
                inbound = calls.paced(await returning.chosen(self._services, inbound), live)
                inbound = await without_menu(self._services, inbound, asked)
                hold = hold_for(inbound, self._services)
                accepted = await intake.accept(self._services, inbound, hold)
                await relay.noted(self._services, inbound, accepted)
                decision = await decide_now(self._services, accepted, hold) if hold else None
            return await line.reply(self._services, inbound, accepted, decision, asked), accepted
        except Exception as error:  # noqa: BLE001 - the caller hears a person, never an error
            if accepted is None:
                _not_stored(adapter, error)
            else:
                logs.failed("call.to-person", error, contact=accepted.contact_id)
            return calls.to_person(live), accepted


def _not_stored(adapter: Push, error: Exception) -> None:
    logs.failed("intake.failed", error, door=adapter.name)
    metrics.refused(adapter.name, "not-stored")


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it is over the limit; what was announced or sent beyond it is not read."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _plain(status: int, text: str) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", text.encode())


async def _send(send: Send, answer: Answer, *extra: tuple[bytes, bytes]) -> None:
    length = str(len(answer.body)).encode()
    headers = [(b"content-type", answer.media_type.encode()), (b"content-length", length), *extra]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
