"""A call from its first document to its end: fetched, followed verb by verb, with the fallback where that fails."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from router.demo.provider.calls import (
    BUSY,
    IN_PROGRESS,
    INBOUND,
    NO_ANSWER,
    RINGING,
    Leg,
    Over,
    Redirected,
    Source,
)
from router.demo.provider.documents import Document, NotFollowedError, Verb, read
from router.demo.provider.exchange import Exchange
from router.demo.provider.people import HEARING, Person
from router.demo.provider.verbs import TOP
from router.demo.provider.webhooks import NotAnsweredError

MOST_IDLE = 30
"""So many documents without a second between them, and the provider takes it that the call goes round in circles."""

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
NOT_ALLOWED = 12_200


@dataclass(frozen=True, slots=True)
class Run:
    """A leg that follows a document; `allowed` are the verbs that one in this place may hold.

    `asks` is said with every document that is fetched, as for somebody who waits in a queue.
    """

    exchange: Exchange
    leg: Leg
    place: str = HEARING
    allowed: frozenset[str] = TOP - {"Leave"}
    asks: Callable[[], Mapping[str, str]] = dict
    fails: bool = False
    """Whether a document that cannot be followed is an error of the place, and not made good by the fallback."""

    def resolved(self, address: str) -> str:
        """An address in the document, which may be relative to the document's own; that itself where it is empty."""
        return urljoin(self.leg.base, address)

    def action(self, verb: Verb, told: Mapping[str, str]) -> Source | None:
        """Where a verb says to go on, told this; None where it says nowhere."""
        address = verb.get("action")
        if not address and "action" not in verb.bears:
            return None
        return Source(self.resolved(address), verb.get("method", "POST"), told)


Handler = Callable[[Run, Verb], Awaitable[Source | None]]
HANDLERS: dict[str, Handler] = {}
"""What each verb does; gives where the call goes on instead of with the next verb."""


def verb(name: str) -> Callable[[Handler], Handler]:
    """Have this function do a verb."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def ring(exchange: Exchange, person: Person, to: str, *, sid: str = "") -> Leg:
    """Somebody rings a number of ours; the call goes on by itself, and `done` of it says when it is over."""
    number = exchange.numbers[to]
    leg = exchange.new_leg(person, person.number, to, INBOUND, sid)
    leg.watch, leg.fallback = number.status, number.fallback
    exchange.progress(leg, RINGING)
    exchange.spawn(run(exchange, leg, Source(number.voice_url)))
    return leg


async def run(exchange: Exchange, leg: Leg, source: Source) -> None:
    """Have a leg follow documents until it is over, wherever it is sent meanwhile."""
    status = "completed"
    try:
        await follow_wherever(Run(exchange, leg), source)
    except Over as over:
        status = over.status
    end(exchange, leg, status)


async def follow_wherever(place: Run, source: Source) -> None:
    """Follow documents, and those that the API sends the leg to."""
    going: Source | None = source
    while going is not None:
        try:
            await follow(place, going)
            going = None
        except Redirected as redirected:
            going = redirected.source


def end(exchange: Exchange, leg: Leg, status: str) -> None:
    """The leg is over."""
    if not leg.is_over:
        leg.ended = exchange.time.now()
        leg.person.note("call over", status)
        exchange.progress(leg, status)
    leg.done.set()


async def follow(place: Run, source: Source | None) -> None:
    """Fetch a document and do what it says, and what the documents say that follow from it."""
    while source is not None:
        source = await _one(place, source)


async def _one(place: Run, source: Source) -> Source | None:
    leg = place.leg
    leg.check()
    try:
        document = await _fetched(place, source)
    except (NotAnsweredError, NotFollowedError) as error:
        if place.fails:
            raise
        return _instead(place, source, error)
    for problem in document.wrong:
        place.exchange.violated(leg, problem)
    _answer(place, document)
    return await perform(place, document)


async def _fetched(place: Run, source: Source) -> Document:
    leg, exchange = place.leg, place.exchange
    leg.idle_documents += 1
    if leg.idle_documents > MOST_IDLE:
        exchange.violated(leg, f"the call goes round in circles: {MOST_IDLE} documents without a second between them")
        raise Over("provider", "failed")
    if source.twiml:
        return read(source.twiml)
    leg.base = source.url
    fields = {**leg.fields(), **place.asks(), **source.fields}
    response = await exchange.ask(source.url, fields, source.method)
    kind = response.headers.get("content-type", "")
    if kind.startswith("audio/"):
        return Document((Verb("Play", {}, source.url),))
    try:
        return read(response.content, kind)
    except NotFollowedError as error:
        exchange.violated(leg, str(error))
        exchange.alerts.append((error.code, source.url))
        raise


def _instead(place: Run, source: Source, error: NotAnsweredError | NotFollowedError) -> Source:
    """What is asked for a document that failed; raises Over where there is nothing, or that failed too."""
    fallback = place.leg.fallback
    if fallback is None or fallback.url == source.url:
        place.leg.person.note("heard", APPLICATION_ERROR)
        raise Over("provider", "completed" if place.leg.answered else "failed")
    place.leg.person.note("fell back")
    return replace(fallback, fields={"ErrorCode": str(error.code), "ErrorUrl": source.url})


def _answer(place: Run, document: Document) -> None:
    """The first document answers a call that comes in, or rejects it."""
    leg = place.leg
    if leg.status != RINGING or leg.direction != INBOUND:
        return
    if document.verbs and document.verbs[0].name == "Reject":
        raise Over("document", BUSY if document.verbs[0].get("reason") == "busy" else NO_ANSWER)
    leg.answered = place.exchange.time.now()
    place.exchange.progress(leg, IN_PROGRESS, "answered")


async def perform(place: Run, document: Document) -> Source | None:
    """Do one verb after the other; gives where the call goes on instead of at the document's end."""
    for each in document.verbs:
        if each.name not in place.allowed:
            place.exchange.violated(place.leg, f"a document here may not hold a {each.name}")
            place.exchange.alerts.append((NOT_ALLOWED, place.leg.base))
            continue
        following = await HANDLERS[each.name](place, each)
        if following is not None:
            return following
    return None


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one server."""
    return urlsplit(one).netloc == urlsplit(other).netloc
