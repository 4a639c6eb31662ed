"""Contacts and their parts, with the content that came with them."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text, UniqueConstraint

from router.store.schema.base import id_column, index_where, key_column, metadata
from router.store.types import Id, Json, UtcDateTime

UNDECIDED = "state in ('in-progress', 'waiting')"
ASIDE = "state = 'set-aside'"
OF_MACHINES = "kind not in ('message', 'call-event')"
MEDIA_WAITING = "state = 'waiting'"
OFTEN = ("email", "phone", "sms")
"""The channels that most contacts come by: the newest of these are found by walking back through all of them."""

RARE = "channel not in ('email', 'phone', 'sms')"

contacts = Table(
    "contacts",
    metadata,
    id_column(),
    Column("channel", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease", Id),
    Column("attempts", SmallInteger, nullable=False),
    Column("trouble", Text),
    Column("team", Text, nullable=False),
    Column("sender", Json, nullable=False),
    Column("sender_value", Text, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("about", Json),
    Column("received_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("message_id", Text),
    Column("references", Json, nullable=False),
    Column("customer_id", Id),
    Column("party", Text),
    Column("journey", Text),
    Column("decided_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("conversation", "channel", "account"),
    index_where("ix_contacts_undecided", UNDECIDED, "urgency", "id"),
    index_where("ix_contacts_set_aside", ASIDE, "id"),
    index_where("ix_contacts_party", "party is not null", "party", "received_at"),
    index_where("ix_contacts_message_id", "message_id is not null", "message_id"),
    index_where("ix_contacts_rare", RARE, "channel", "id"),
    Index("ix_contacts_team", "team", "id"),
    index_where("ix_contacts_of_machines", OF_MACHINES, "id"),
)
"""One row an interaction. `not_before` is when it may next be taken up: the end of a lease, of patience or of a
back-off. `party` is whose matter it is: a customer, or the address of somebody unknown."""

parts = Table(
    "parts",
    metadata,
    id_column(),
    key_column("contacts", "contact_id"),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("event", Text),
    Column("part", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("outgoing", Boolean, nullable=False, default=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("whole", Text),
    Column("facts", Json, nullable=False),
    Column("marks", Json, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("raw", Text),
    index_where("uq_parts_event", "event is not null", "event", "channel", "account", unique=True),
    index_where("uq_parts_own_event", "event is null", "contact_id", unique=True),
    Index("ix_parts_contact_id", "contact_id", "id"),
)

"""`event` is the provider's id, which makes a part once-only. It is null where it is the conversation's own, as of a
text: that is kept unique with the contact already, and an index over random ids is what taking in costs most. `raw` is
the digest of the message that it came as, which may be kept no longer."""

blobs = Table(
    "blobs",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

raw_mail = Table(
    "raw_mail",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_raw_mail_kept_at", "kept_at"),
)

media = Table(
    "media",
    metadata,
    id_column(),
    key_column("parts", "part_id"),
    Column("contact_id", Id, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("trouble", Text),
    UniqueConstraint("part_id", "position"),
    index_where("ix_media_waiting", MEDIA_WAITING, "not_before"),
)
"""Files that came with a text and lie at the provider: fetched after the text is stored, under a lease."""

pieces = Table(
    "pieces",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
"""Texts that may go on in the next one from the same number: which contact that belongs to, and until when."""
