"""Texts that come in: kept as the provider keeps them, and posted to the number's webhook."""

import httpx

from router.demo.provider.exchange import Exchange, Message
from router.demo.provider.people import Person
from router.demo.provider.rest import ROOT


async def text(
    exchange: Exchange, person: Person, to: str, body: str, *, sid: str = "", media: tuple[tuple[str, bytes], ...] = ()
) -> httpx.Response:
    """Somebody sends a text, perhaps with files (their type and content); raises NotAnsweredError."""
    number = exchange.numbers[to]
    made = Message(
        sid or exchange.sid("SM"), person.number, to, body, "inbound", "received", exchange.time.now(), media
    )
    exchange.messages[made.sid] = made
    where = f"{exchange.api}{ROOT}/{exchange.account}/Messages/{made.sid}/Media"
    fields = {
        "MessageSid": made.sid,
        "SmsSid": made.sid,
        "AccountSid": exchange.account,
        "From": made.from_,
        "To": to,
        "Body": body,
        "NumMedia": str(len(media)),
        "NumSegments": "1",
    }
    for index, (kind, _) in enumerate(media):
        fields |= {f"MediaUrl{index}": f"{where}/ME{index:032x}", f"MediaContentType{index}": kind}
    return await exchange.ask(number.sms_url, fields)
