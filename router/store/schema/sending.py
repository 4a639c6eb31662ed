"""What is sent: intents, the receipts for them, and how fast each number may send."""

from sqlalchemy import Column, Float, Index, SmallInteger, Table, Text, UniqueConstraint

from router.store.schema.base import id_column, index_where, mention_column, metadata
from router.store.types import Json, UtcDateTime

UNSENT = "state in ('pending', 'sending')"
ACKNOWLEDGED = "purpose = 'acknowledgement' and state = 'sent'"
TO_CUSTOMERS = "audience = 'customer' and state = 'sent'"

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    mention_column("enquiry_id"),
    mention_column("contact_id"),
    Column("audience", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("values", Json, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("sent", Json),
    Column("trouble", Text),
    Column("message_id", Text),
    Column("sent_to", Text),
    Column("delivery", Text),
    Column("delivery_reason", Text),
    Column("delivery_at", UtcDateTime),
    index_where("ix_outbox_message_id", "message_id is not null", "message_id"),
    index_where("ix_outbox_pending", UNSENT, "not_before"),
    index_where("ix_outbox_sent_to", TO_CUSTOMERS, "sent_to", "settled_at"),
    index_where("ix_outbox_acknowledged", ACKNOWLEDGED, "sent_to", "settled_at"),
    Index("ix_outbox_enquiry_id", "enquiry_id"),
    Index("ix_outbox_contact_id", "contact_id"),
)
"""Intents, never finished messages; `sent` records what left, by which channel and under which provider id, `sent_to`
the address that it went to, which may be another than the one that it was meant for. `delivery` is how far it came, by
all its receipts, and `delivery_reason` why it is lost, if it is."""

receipts = Table(
    "receipts",
    metadata,
    id_column(),
    Column("provider_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("provider_id", "stage", "reason"),
)
"""Delivery receipts as they came, also of what the outbox does not know yet: one may be here before the answer is that
gave us the message's id."""

sending_rates = Table(
    "sending_rates",
    metadata,
    Column("number", Text, primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""How much each number of ours may still send at once, as of a moment: a bucket that all processes draw from."""
