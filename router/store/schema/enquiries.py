"""Enquiries, the decisions on their contacts, their history, and what falls due in them."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from router.store.schema.base import id_column, index_where, key_column, mention_column, metadata
from router.store.types import Id, Json, UtcDateTime

OPEN = "state = 'open'"
SWITCHED = "kind in ('announcement-on', 'announcement-off')"

enquiries = Table(
    "enquiries",
    metadata,
    id_column(),
    Column("reference", Text, nullable=False, unique=True),
    Column("party", Text, nullable=False),
    Column("customer_id", Id),
    Column("journey", Text),
    Column("team", Text, nullable=False),
    Column("also", Json, nullable=False),
    Column("priority", Text, nullable=False),
    Column("due", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("first_contact_id", Id, nullable=False),
    Column("colleague", Id),
    Column("waiting_until", UtcDateTime),
    Column("callback_by", UtcDateTime),
    Column("rank", SmallInteger, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    index_where("ix_enquiries_open_party", OPEN, "party", "journey"),
    index_where("ix_enquiries_queue", OPEN, "team", "rank", "due_at", "id"),
    Index("ix_enquiries_team", "team", "state", "id"),
    Index("ix_enquiries_party", "party", "id"),
)
"""One row an enquiry: what its events make of it, kept so that it can be found (router/store/history.py).

`colleague` is the user who has taken it, `callback_by` the end of the first call that is still promised. `rank`
and `due_at`, the place in a queue, follow from `priority`, `due` and what a rule asked for: see
`router.store.queues.place`."""

questions = Table(
    "questions",
    metadata,
    Column("team", Text, primary_key=True),
    Column("enquiry_id", Id, ForeignKey("enquiries.id"), primary_key=True),
    Index("ix_questions_enquiry_id", "enquiry_id"),
)
"""The open enquiries in which a team has yet to answer what it was asked; made of events, like the rows above."""

enquiry_contacts = Table(
    "enquiry_contacts",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("enquiry_id", Id, ForeignKey("enquiries.id"), primary_key=True),
    Column("how", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_enquiry_contacts_enquiry_id", "enquiry_id"),
)
"""`how` is opened, threaded, joined, split, or recorded: what a machine sent about it."""

decisions = Table(
    "decisions",
    metadata,
    id_column(),
    key_column("contacts", "contact_id"),
    Column("enquiry_id", Id, ForeignKey("enquiries.id")),
    Column("current", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ruleset_version", Integer, nullable=False),
    Column("team", Text, nullable=False),
    Column("routed_team", Text, nullable=False),
    Column("also", Json, nullable=False),
    Column("priority", Text, nullable=False),
    Column("journey", Text),
    Column("confidence", Float),
    Column("rule", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("parts_until", Id, nullable=False),
    Column("trail", Json, nullable=False),
    Column("due", Json, nullable=False),
    Column("plan", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("trouble", Text),
    Index(
        "uq_decisions_current",
        "contact_id",
        unique=True,
        sqlite_where=text("current = 1"),
        postgresql_where=text("current"),
    ),
    Index("ix_decisions_contact_id", "contact_id"),
)
"""`routed_team` is whom the rules chose, `team` who owns it in the end: the owner of the enquiry that it joined.
`facts` leaves the text out: that is in the parts up to and with `parts_until`. What a machine sent may belong to no
enquiry: it never opens one."""

events = Table(
    "events",
    metadata,
    id_column(),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    mention_column("enquiry_id"),
    mention_column("contact_id"),
    Column("team", Text),
    Column("actor", Text, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_events_enquiry_id", "enquiry_id", "id"),
    Index("ix_events_contact_id", "contact_id", "id"),
    index_where("ix_events_switched", SWITCHED, "id"),
)
"""The history, only ever added to: the audit trail, and the source of every report."""

timers = Table(
    "timers",
    metadata,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("kind", Text, nullable=False),
    mention_column("enquiry_id"),
    Column("data", Json, nullable=False),
    Column("fired_at", UtcDateTime),
    index_where("ix_timers_pending", "fired_at is null", "at"),
)
