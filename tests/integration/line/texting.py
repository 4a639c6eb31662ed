"""A provider's texts and receipts for tests, read by the adapters themselves; and what the record has of them."""

import itertools
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from channels import twilio_receipts, twilio_sms
from channels.adapter import Request
from channels.inbound import Inbound
from channels.receipts import Receipt
from router.services import Services
from router.store import closed, deliveries, outbox
from router.store.deliveries import Came
from router.store.engine import begin_read
from router.store.schema import enquiry_contacts, events
from tests.messages import NOON, TENANT
from tests.servers.provider import ACCOUNT, NUMBER

_numbers = itertools.count(1)
FORM = {"content-type": "application/x-www-form-urlencoded"}


def text(body: str, at: datetime = NOON, sender: str = TENANT, *, whatsapp: bool = False, **fields: str) -> Inbound:
    """A message as the provider posts it and the adapter reads it."""
    prefix = "whatsapp:" if whatsapp else ""
    form = {
        "MessageSid": f"SM{next(_numbers):030d}fe",
        "AccountSid": ACCOUNT,
        "From": prefix + sender,
        "To": prefix + NUMBER,
        "Body": body,
        **fields,
    }
    url = "https://hub.example/channels/twilio/sms"
    return twilio_sms.parse(Request("POST", (url,), FORM, urlencode(form).encode(), at))


def tenant(**fields: Any) -> dict[str, Any]:
    """The row of a customer who texts from TENANT, with these fields otherwise."""
    row = {
        "id": "0" * 26,
        "reference": "T1",
        "name": "Sam Hale",
        "kind": "tenant",
        "language": None,
        "facts": {},
        "adjustments": {},
        "preferences": [],
        "source_digest": "",
        "changed_at": NOON,
        "points": (("phone", TENANT, ""),),
    }
    return row | fields


def receipt(sid: str, status: str, code: str = "") -> Receipt:
    """A delivery receipt as the provider posts it and the adapter reads it."""
    form = {"MessageSid": sid, "AccountSid": ACCOUNT, "MessageStatus": status, **({"ErrorCode": code} if code else {})}
    url = "https://hub.example/channels/twilio/status"
    found = twilio_receipts.parse(Request("POST", (url,), FORM, urlencode(form).encode(), NOON))
    assert found is not None
    return found


def came(services: Services, *receipts: Receipt) -> list[bool]:
    """Keep receipts, as the door does."""
    ruleset = services.live.current().ruleset
    return [services.writer.submit(deliveries.record, Came(each, ruleset)).result() for each in receipts]


def to_customer(services: Services, contact_id: str) -> list[dict[str, Any]]:
    """What was or will be said to the customer of a contact, oldest first."""
    with begin_read(services.record) as record:
        return [row for row in outbox.of(record, contact_id=contact_id) if row["audience"] == "customer"]


def shut(services: Services, value: str = TENANT) -> list[tuple[str, str]]:
    """The channels that are closed to an address, and why."""
    with begin_read(services.record) as record:
        return sorted((row["channel"], row["why"]) for row in closed.of(record, [value]))


def enquiry_of(services: Services, contact_id: str) -> str | None:
    """The enquiry that a contact belongs to."""
    mine = select(enquiry_contacts.c.enquiry_id).where(enquiry_contacts.c.contact_id == contact_id)
    with begin_read(services.record) as record:
        return record.execute(mine).scalar()


def happened(services: Services, kind: str) -> list[dict[str, Any]]:
    """The data of every event of a kind, oldest first."""
    with begin_read(services.record) as record:
        return list(record.execute(select(events.c.data).where(events.c.kind == kind).order_by(events.c.id)).scalars())
