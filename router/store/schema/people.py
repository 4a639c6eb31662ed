"""Customers, and the addresses at which they are reached or are not."""

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, Table, Text

from router.store.schema.base import id_column, mention_column, metadata
from router.store.types import Id, Json, UtcDateTime

customers = Table(
    "customers",
    metadata,
    id_column(),
    Column("reference", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("language", Text),
    Column("facts", Json, nullable=False),
    Column("adjustments", Json, nullable=False),
    Column("preferences", Json, nullable=False),
    Column("source_digest", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
"""`facts` has tenure, patch, household, vulnerabilities; `adjustments` maps a catalogue key to its detail."""

contact_points = Table(
    "contact_points",
    metadata,
    Column("customer_id", Id, ForeignKey("customers.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("prefix", Text, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Index(None, "value", "kind"),
)

failing_points = Table(
    "failing_points",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    mention_column("intent_id"),
    mention_column("contact_id"),
)
"""Addresses from which what we sent came back for good, by the message and the report that said so.

By address and not by customer: somebody unknown has one too, and an import that writes a customer anew forgets none."""

closed_points = Table(
    "closed_points",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("why", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    mention_column("intent_id"),
    mention_column("contact_id"),
)
"""Addresses to which a channel is not to be used: `opted-out` by the customer, or `not-reached` (a landline, by text).

Other channels may still be used to the same address, so these are not among those that fail."""
