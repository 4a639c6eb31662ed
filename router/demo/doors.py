"""The doors as the morning's customers use them: each arrival made by its channel, its promises written down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from router.demo import letters
from router.demo.arrivals import Arrival
from router.demo.chats import Visitor
from router.demo.insisting import Insisting, NotTakenError, not_taken
from router.demo.ledger import Ledger
from router.demo.outside import Outside
from router.demo.pace import Pace
from router.demo.people import Person
from router.demo.phones import Phones
from router.demo.provider.webhooks import NotAnsweredError

CONTACT = "x-firstcontact-contact"
READS_SECONDS = 20.0
"""How long somebody in a chat takes between two lines."""

Deliver = Callable[[bytes, str], tuple[str, str]]
"""Takes in a raw email that came to a mailbox; gives its conversation and the contact's id, once on disk."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The engine at `base` from outside: its webhooks, its API with a key, its chat, its mail pipe."""

    base: str
    insisting: Insisting
    key: str
    deliver: Deliver
    checked_by: Callable[[str], str]
    """The name of the mail server that checks who wrote to a mailbox; "" where none does."""
    landlord: str
    ledger: Ledger
    pace: Pace
    outside: Outside

    @property
    def _phones(self) -> Phones:
        if self.outside.phones is None:
            raise NotTakenError("there are no telephones")
        return self.outside.phones

    async def make(self, arrival: Arrival) -> None:
        """Make one contact: return once all of it was answered, or has been noted as refused."""
        self.ledger.begun[arrival.channel] += 1
        try:
            await self._make(arrival)
        except Exception as error:  # noqa: BLE001 - the morning goes on, and the accounting names it
            self.ledger.note(arrival, str(error) if isinstance(error, NotTakenError) else type(error).__name__)
            return
        self.ledger.taken_in[arrival.channel] += 1
        self.ledger.repeated += arrival.times - 1

    async def _make(self, arrival: Arrival) -> None:
        match arrival.channel:
            case "phone":
                await self._call(arrival)
            case "sms":
                await self._text(arrival)
            case "email":
                await self._mail(arrival)
            case "chat":
                await self._chat(arrival)
            case _:
                await self._write_down(arrival)

    async def _text(self, arrival: Arrival) -> None:
        sid = f"SM{arrival.key}"

        async def once() -> httpx.Response:
            try:
                return await self.outside.within(self._phones.text(arrival, sid))
            except NotAnsweredError as error:
                raise not_taken(error.status) from None

        for _ in range(arrival.times):
            response = await self.insisting.until_taken(once)
            self.ledger.stored(arrival, sid, ("message", arrival.words[0]), response.headers.get(CONTACT, ""))

    async def _call(self, arrival: Arrival) -> None:
        sid = f"CA{arrival.key}"
        played = await self.outside.within(self._phones.call(arrival, sid))
        for part in ("call", "menu-choice") if played.pressed else ("call",):
            self.ledger.stored(arrival, sid, (part, ""))
        for contact in played.contacts:
            self.ledger.stored(arrival, sid, ("call", ""), contact)
        if played.trouble:
            self.ledger.note(arrival, played.trouble)

    async def _mail(self, arrival: Arrival) -> None:
        raw = letters.raw(arrival, self.landlord, datetime.now(UTC), self.checked_by(arrival.to))
        for _ in range(arrival.times):
            conversation, contact = await asyncio.to_thread(self.deliver, raw, arrival.to)
            self.ledger.stored(arrival, conversation, ("message", ""), contact)

    async def _chat(self, arrival: Arrival) -> None:
        visitor = Visitor(self.base, arrival.person.name)
        breaks_after = 1 if len(arrival.words) > 1 and int(arrival.key[:2], 16) % 3 == 0 else None
        async for line in visitor.say(arrival.words, breaks_after=breaks_after):
            self.ledger.stored(arrival, visitor.session, ("chat-line", line))
            await self.pace.seconds(READS_SECONDS)
        self.ledger.reconnected += visitor.reconnected

    async def _write_down(self, arrival: Arrival) -> None:
        written = {
            "channel": arrival.channel,
            "from": _who(arrival.person, arrival.channel),
            "text": arrival.words[0],
            "reference": arrival.key,
        }
        if arrival.about:
            written["about"] = _who(arrival.about, arrival.channel)
        if arrival.channel == "portal" and arrival.journey:
            written["facts"] = {"journey": arrival.journey}
        headers = {"Authorization": f"Bearer {self.key}"}
        for _ in range(arrival.times):
            url = f"{self.base}/api/v1/contacts"
            response = await self.insisting.request("POST", url, json=written, headers=headers)
            self.ledger.stored(arrival, arrival.key, ("message", arrival.words[0]), response.json()["id"])


def _who(person: Person, channel: str) -> dict[str, str]:
    """Who somebody is as a portal or a colleague writes it down: the landlord's reference, else a number."""
    if person.known and channel == "portal":
        return {"reference": person.reference, "name": person.name}
    return {"phone": person.phone, "name": person.name}
