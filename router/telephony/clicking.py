"""A colleague has the customer of an enquiry rung: their own team's telephone first, then the customer."""

from dataclasses import dataclass

from sqlalchemy import Connection

from router.live import LiveRuleset
from router.services import Services
from router.store import contacts, enquiries, history
from router.store import outgoing as store
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import gate, ringing
from rules.landlord import Phone

NO_NUMBER = "No telephone number of theirs is known that we can ring."
ENGAGED = "This telephone is in use. Choose another one, or wait until it is free."
NOT_BEGUN = "The provider did not make the call. Try again, or ring them yourself."


@dataclass(frozen=True, slots=True)
class RingOrder:
    """Whom a colleague rings, and where they want to be rung themselves; `key` is the form's, by which it is one call.

    `by` is who has it done, as the history names them.
    """

    enquiry_id: str
    phone: Phone
    team: str
    by: str
    key: str


def number_of(record: Connection, enquiry_id: str, live: LiveRuleset) -> tuple[Row, str] | None:
    """The contact and the number at which the customer of an enquiry is rung: one that was promised, or the latest."""
    ids = enquiries.contact_ids(record, enquiry_id, by_people=True)
    known = contacts.load(record, ids)
    promised = history.state_of(record, enquiry_id).promised
    keyed = next((each.number for each in promised if each.number), "")
    rang = next((each for each in reversed(known) if gate.is_ringable(each["sender"], live)), None)
    if keyed and known:
        return rang or known[-1], keyed
    return (rang, rang["sender"]["value"]) if rang else None


def ring(services: Services, wanted: RingOrder) -> str:
    """Ring the colleague, and say why not where that cannot be; "" where their telephone rings."""
    live, now = services.live.current(), services.clock()
    with begin_read(services.record) as record:
        found = number_of(record, wanted.enquiry_id, live)
    if found is None:
        return NO_NUMBER
    contact, number = found
    prefix = contact["sender"].get("prefix", "") if contact["sender"].get("value") == number else ""
    call = {
        "id": wanted.key,
        "contact_id": contact["id"],
        "enquiry_id": wanted.enquiry_id,
        "team": wanted.team,
        "phone": wanted.phone.address,
        "number": number,
        "prefix": prefix,
        "by": wanted.by,
        "at": now,
        "until": now + store.WHISPERS,
    }
    way = gate.way(services, call, live, now)
    if isinstance(way, gate.Barred):
        return way.why
    attempt = services.writer.submit(store.click, store.Clicked(call, wanted.phone.at_once)).result()
    if attempt is None:
        return ENGAGED
    return "" if attempt["call"] or ringing.begin(services, attempt, live) else NOT_BEGUN
