"""Calls: who waits, who is rung, what is owed to whom afterwards, and what the line announces."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from router.store.schema.base import id_column, index_where, key_column, metadata
from router.store.types import Id, Json, UtcDateTime

LINED_UP = "stage = 'waiting'"
ON = "ended_at is null"
AWAY = "away is not null"
CALL_BACK_GOING = OUTGOING = "state <> 'over'"

calls = Table(
    "calls",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("provider", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("phone", Text),
    Column("until", UtcDateTime),
    Column("tried", Json, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("outcome", Text),
    Column("ended_at", UtcDateTime),
    Column("also", Text),
    Column("journey", Text),
    Column("leg", Text),
    Column("wanted", Text),
    Column("live", Json),
    Column("away", UtcDateTime),
    UniqueConstraint("call", "account"),
    index_where("ix_calls_lined_up", LINED_UP, "team", "rank", "since", "contact_id", "seen_at"),
    index_where("ix_calls_also", f"{LINED_UP} and also is not null", "also", "rank", "since", "contact_id", "seen_at"),
    index_where("ix_calls_phone", "phone is not null", "phone"),
    index_where("ix_calls_on", ON, "seen_at"),
    index_where("ix_calls_away", AWAY, "rank", "since", "contact_id"),
)
"""How far each call is that was put through to a team: `stage` is waiting, connecting, talking or over. Its place among
those who wait for `team`, and for the one that it has overflowed to in `also`, is its `rank` (of its priority) and
`since`; until `not_before` the telephones in `tried`, which did not answer it, are not rung for it again, `turn` is how
often it was put through. `phone` is the telephone that is kept for it, or talks to it: until `until`, where nobody has
answered there yet; `leg` is the provider's id of its own call, once it talks; `wanted` is the telephone
that is tried first, and `live` what a colleague does with the call (router/store/live_calls.py). `seen_at` is when the
provider last spoke of it, `outcome` how it ended.

`away` is since when its caller has hung up to be rung at their place: then `stage`, `phone` and `until` are those of
the call back, and `seen_at` is kept fresh by who will make it."""

announcements = Table(
    "announcements",
    metadata,
    Column("name", Text, primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("until", UtcDateTime),
)
"""The announcements of the phone line that were ever switched: whether each is on, since when and by whom; `until` is
when it falls silent by itself."""

callbacks = Table(
    "callbacks",
    metadata,
    id_column(),
    key_column("contacts", "contact_id"),
    Column("enquiry_id", Id, ForeignKey("enquiries.id")),
    Column("promise", Id),
    Column("state", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("starts", UtcDateTime),
    Column("ends", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("in_line", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    index_where("ux_callbacks_going", CALL_BACK_GOING, "contact_id", unique=True),
    Index("ix_callbacks_due", "state", "due_at"),
    Index("ix_callbacks_promise", "promise"),
)
"""Calls that callers chose while they waited: `state` is choosing, waiting, ringing, by-person or over. `number` and
`prefix` are what is dialled, `promise` is the id of the promise in the enquiry's history, for between `starts` and
`ends`, and `in_line` says that it is for when it is their turn. `due_at` is when it is tried next, `attempts` how often
that was."""

outgoing_calls = Table(
    "outgoing_calls",
    metadata,
    id_column(),
    Column("callback_id", Id, ForeignKey("callbacks.id")),
    key_column("contacts", "contact_id"),
    key_column("enquiries", "enquiry_id"),
    Column("team", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("call", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("outcome", Text),
    index_where("ix_outgoing_calls_going", OUTGOING, "until"),
)
"""Calls that we make, one row for each attempt; its id is the token by which the provider tells a repeat. A colleague's
telephone (`phone`) is rung first (`state` is ringing), then whoever is at `number` (dialled), until that has ended and
the whole is over, with its `outcome`. `call` is the provider's id of the colleague's leg; where nothing is heard
of it `until` then, it is looked at. `by` is who had it made."""

ended_calls = Table(
    "ended_calls",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True),
    Column("not_before", UtcDateTime, nullable=False),
    Index("ix_ended_calls_not_before", "not_before"),
)
"""Calls that are over, of which it has yet to be seen whether a call back is owed: not before more may have come."""
