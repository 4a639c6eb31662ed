"""The API's calls: made, looked up, listed, sent elsewhere and ended; and the account and its numbers."""

from typing import Any

from router.demo.provider import kinds
from router.demo.provider.calls import (
    BY_API,
    CANCELED,
    COMPLETED,
    IN_PROGRESS,
    Leg,
    Over,
    Redirected,
    Source,
    Watch,
)
from router.demo.provider.dialling import ring_out
from router.demo.provider.exchange import Exchange
from router.demo.provider.flow import end, run
from router.demo.provider.rest import (
    ROOT,
    Answer,
    RefusedError,
    Request,
    moment,
    once,
    page,
    route,
    said,
    there,
    within,
)

NO_TO, NO_FROM, NO_URL = 21_201, 21_213, 21_205
INVALID_TO, INVALID_FROM, NOT_OURS, NOT_GOING = 21_211, 21_212, 21_210, 21_220
RINGS = 60


@route("GET", ".json")
def account(exchange: Exchange, _: Request) -> Answer:
    """The account."""
    return said({"sid": exchange.account, "status": exchange.standing, "type": "Full"})


@route("POST", "/Calls.json")
def make(exchange: Exchange, request: Request) -> Answer:
    """Ring somebody; the same idempotency token makes the same call."""

    def placed() -> str:
        _check(exchange, request)
        return place(exchange, request, source_of(request)).sid

    return said(shape(exchange, exchange.calls[once(exchange, request, placed)]), 201)


def place(exchange: Exchange, request: Request, source: Source) -> Leg:
    """Begin a call that the API asks for."""
    called = request.get("To")
    leg = exchange.new_leg(exchange.person(called), request.get("From"), called, BY_API)
    events = [each for value in request.fields.get("StatusCallbackEvent", ()) for each in value.split()]
    leg.watch = Watch(
        request.get("StatusCallback"), tuple(events) or (COMPLETED,), request.get("StatusCallbackMethod", "POST")
    )
    if fallback := request.get("FallbackUrl"):
        leg.fallback = Source(fallback, request.get("FallbackMethod", "POST"))
    if request.get("MachineDetection") in ("Enable", "DetectMessageEnd"):
        leg.answered_by = "machine_start" if leg.person.machine else "human"
    exchange.spawn(_ring(exchange, leg, source, request.number("Timeout", RINGS), request.get("SendDigits")))
    return leg


async def _ring(exchange: Exchange, leg: Leg, source: Source, seconds: float, keys: str) -> None:
    try:
        await ring_out(exchange, leg, seconds)
        leg.person.note("was sent keys", keys) if keys else None
    except Over as over:
        end(exchange, leg, over.status)
    else:
        await run(exchange, leg, source)


def _check(exchange: Exchange, request: Request) -> None:
    request.number("Timeout", RINGS)
    called, caller = request.get("To"), request.get("From")
    if not called:
        raise RefusedError(400, NO_TO, "No 'To' number is specified")
    if not caller:
        raise RefusedError(400, NO_FROM, "No 'From' number is specified")
    if not kinds.E164.fullmatch(called) and not called.startswith(("client:", "sip:", "sips:")):
        raise RefusedError(400, INVALID_TO, f"The phone number you are attempting to call, {called}, is not valid.")
    if not kinds.E164.fullmatch(caller) and not caller.startswith(("client:", "sip:")):
        raise RefusedError(400, INVALID_FROM, f"The 'From' number {caller} is not a valid phone number.")
    if exchange.numbers and caller not in exchange.numbers and not caller.startswith("client:"):
        raise RefusedError(400, NOT_OURS, f"The source phone number provided, {caller}, is not yet verified.")
    if kinds.url(request.get("Url")) or not (request.get("Url") or request.get("Twiml")):
        raise RefusedError(400, NO_URL, "Url parameter is required.")


def source_of(request: Request) -> Source:
    """Where a request says that the call's document comes from."""
    return Source(request.get("Url"), request.get("Method", "POST"), twiml=request.get("Twiml").encode())


@route("GET", "/Calls.json")
def listed(exchange: Exchange, request: Request) -> Answer:
    """The calls, the newest first, as far as they are asked for."""
    asked = {name: request.get(name) for name in ("Status", "To", "From", "ParentCallSid")}
    found = (
        shape(exchange, leg)
        for leg in reversed(exchange.calls.values())
        if all(not value or value == _known(leg)[name] for name, value in asked.items())
        and within(request, "StartTime", leg.answered or leg.created)
        and within(request, "EndTime", leg.ended)
    )
    return page(request, "calls", found)


def _known(leg: Leg) -> dict[str, str]:
    parent = leg.parent.sid if leg.parent else ""
    return {"Status": leg.status, "To": leg.to, "From": leg.from_, "ParentCallSid": parent}


@route("GET", "/Calls/{}.json")
def one(exchange: Exchange, request: Request, sid: str) -> Answer:
    """A call."""
    return said(shape(exchange, leg_of(exchange, request, sid)))


@route("POST", "/Calls/{}.json")
def change(exchange: Exchange, request: Request, sid: str) -> Answer:
    """End a call, or have it go on with another document."""
    leg, status = leg_of(exchange, request, sid), request.get("Status")
    if leg.is_over or (not status and leg.status != IN_PROGRESS):
        raise RefusedError(400, NOT_GOING, "Call is not in-progress. Cannot redirect.")
    if status == COMPLETED or (status == CANCELED and leg.status != IN_PROGRESS):
        leg.interrupt(Over("api", COMPLETED if leg.answered else CANCELED))
    elif request.get("Url") or request.get("Twiml"):
        leg.interrupt(Redirected(source_of(request)))
    return said(shape(exchange, leg))


def leg_of(exchange: Exchange, request: Request, sid: str) -> Leg:
    """The call with this sid."""
    return there(request, exchange.calls.get(sid))


def shape(exchange: Exchange, leg: Leg) -> dict[str, Any]:
    """A call as the API shows it."""
    uri = f"{ROOT}/{exchange.account}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": exchange.account,
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "to": leg.to,
        "from": leg.from_ or "anonymous",
        "status": leg.status,
        "direction": leg.direction,
        "answered_by": leg.answered_by or None,
        "forwarded_from": None,
        "date_created": moment(leg.created),
        "start_time": moment(leg.answered or (leg.created if leg.is_over else None)),
        "end_time": moment(leg.ended),
        "duration": str(leg.duration) if leg.is_over else None,
        "api_version": "2010-04-01",
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


@route("GET", "/IncomingPhoneNumbers.json")
def numbers(exchange: Exchange, request: Request) -> Answer:
    """The account's numbers, and where each asks."""
    found = (
        {
            "sid": number.sid or f"PN{index:032x}",
            "phone_number": number.value,
            "voice_url": number.voice_url,
            "voice_method": "POST",
            "voice_fallback_url": number.fallback.url if number.fallback else None,
            "status_callback": number.status.url or None,
            "sms_url": number.sms_url or None,
        }
        for index, number in enumerate(exchange.numbers.values(), 1)
        if request.get("PhoneNumber") in ("", number.value)
    )
    return page(request, "incoming_phone_numbers", found)
