"""What reports count, a row each: made of the history alone, and made anew whenever it is thrown away."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, Table, Text

from router.store.schema.base import id_column, index_where, metadata
from router.store.types import Id, UtcDateTime

CHANGING = "changes_at is not null"

counted_enquiries = Table(
    "counted_enquiries",
    metadata,
    id_column(),
    Column("terms", Text, nullable=False),
    Column("made", Id, nullable=False),
    Column("events", Integer, nullable=False),
    Column("changes_at", UtcDateTime),
    Column("channel", Text),
    Column("team", Text),
    Column("journey", Text),
    Column("needs", Text),
    Column("moves", Text, nullable=False),
    Column("how", Text),
    Column("resolved", SmallInteger, nullable=False),
    Column("declared", SmallInteger, nullable=False),
    Column("single", SmallInteger, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("transferred", SmallInteger, nullable=False),
    Column("misrouted", SmallInteger, nullable=False),
    Column("elsewhere", SmallInteger, nullable=False),
    Column("to_owner", Float),
    Column("to_colleague", Float),
    Column("to_reply", Float),
    Column("to_resolution", Float),
    Column("due_kept", Integer, nullable=False),
    Column("due_of", Integer, nullable=False),
    Column("calls_kept", Integer, nullable=False),
    Column("calls_of", Integer, nullable=False),
    Column("matter", BigInteger),
    Column("first_at", UtcDateTime),
    Column("settles_at", UtcDateTime),
    Column("repeated_at", UtcDateTime),
    Index("ix_counted_enquiries_matter", "matter", "first_at"),
    index_where("ix_counted_enquiries_changing", CHANGING, "changes_at"),
)
"""An enquiry in figures, as `events` of its history make it. `made` is an id of the moment before these were read: what
was made of an earlier look never takes the place of what was made of a later one. `changes_at` is when figures become
others by time alone. A row without a channel is of machines, and counts nowhere. `needs` and `moves` are JSON texts, so
that rows with the same ones can be added up."""

counted_contacts = Table(
    "counted_contacts",
    metadata,
    Column("enquiry_id", Id, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("matter", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("asked", Boolean, nullable=False),
    Index("ix_counted_contacts_matter", "matter", "at"),
)
"""When who was in touch about what (`matter`), and whether we had asked for it: for whether anybody came back."""

counted_calls = Table(
    "counted_calls",
    metadata,
    id_column(),
    Column("terms", Text, nullable=False),
    Column("made", Id, nullable=False),
    Column("last", Id, nullable=False),
    Column("day", Text, nullable=False),
    Column("hour", Text, nullable=False),
    Column("team", Text),
    Column("outcome", Text, nullable=False),
    Column("short", SmallInteger, nullable=False),
    Column("waited", Integer),
    Column("needs", Text),
    Column("called_back", SmallInteger, nullable=False),
)
"""A call that is over, by its contact; `last` is the last event that said how it went."""

counted_until = Table(
    "counted_until",
    metadata,
    Column("name", Text, primary_key=True),
    Column("terms", Text, nullable=False),
    Column("event", Id, nullable=False),
    Column("again", Id, nullable=False),
)
"""Up to which event everything has been counted, and under which terms: other terms begin from the first event. From
`again` on, further events may have come in late."""
