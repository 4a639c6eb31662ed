"""The tables of the record, as SQLAlchemy Core metadata: what is kept, under which keys, found by which indexes.

No text column has a length: PostgreSQL would hold to it and SQLite would not, and what comes in is bounded before.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from router.store.types import Id, Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


UNDECIDED = "state in ('in-progress', 'waiting')"
ASIDE = "state = 'set-aside'"
OPEN = "state = 'open'"
UNSENT = "state in ('pending', 'sending')"
MEDIA_WAITING = "state = 'waiting'"
UNFINISHED = "state in ('waiting', 'running')"
LINED_UP = "stage = 'waiting'"
ON = "ended_at is null"
AWAY = "away is not null"
CALL_BACK_GOING = OUTGOING = "state <> 'over'"
SWITCHED = "kind in ('announcement-on', 'announcement-off')"
ACKNOWLEDGED = "purpose = 'acknowledgement' and state = 'sent'"
TO_CUSTOMERS = "audience = 'customer' and state = 'sent'"
"""Conditions of partial indexes. A statement uses such an index only if it says the same in the same words, for what is
handed over as a parameter proves nothing to SQLite: write `text(UNDECIDED)`, not `state.in_(…)`."""


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _mention(name: str) -> Column[str]:
    return Column(name, Id)


def _where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index over the rows that meet a condition, so that the others cost it nothing."""
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def _key(table: str, name: str) -> Column[str]:
    return Column(name, Id, ForeignKey(f"{table}.id"), nullable=False)


customers = Table(
    "customers",
    metadata,
    _id(),
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
    _mention("intent_id"),
    _mention("contact_id"),
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
    _mention("intent_id"),
    _mention("contact_id"),
)
"""Addresses to which a channel is not to be used: `opted-out` by the customer, or `not-reached` (a landline, by text).

Other channels may still be used to the same address, so these are not among those that fail."""

contacts = Table(
    "contacts",
    metadata,
    _id(),
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
    _where("ix_contacts_undecided", UNDECIDED, "urgency", "id"),
    _where("ix_contacts_set_aside", ASIDE, "id"),
    _where("ix_contacts_party", "party is not null", "party", "received_at"),
    _where("ix_contacts_message_id", "message_id is not null", "message_id"),
    Index("ix_contacts_team", "team", "id"),
)
"""One row an interaction. `not_before` is when it may next be taken up: the end of a lease, of patience or of a
back-off. `party` is whose matter it is: a customer, or the address of somebody unknown."""

parts = Table(
    "parts",
    metadata,
    _id(),
    _key("contacts", "contact_id"),
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
    _where("uq_parts_event", "event is not null", "event", "channel", "account", unique=True),
    _where("uq_parts_own_event", "event is null", "contact_id", unique=True),
    Index("ix_parts_contact_id", "contact_id", "id"),
)

"""`event` is the provider's id, which makes a part once-only. It is null where it is the conversation's own, as of a
text: that is kept unique with the contact already, and an index over random ids is what taking in costs most. `raw` is
the digest of the message that it came as, which may be kept no longer."""

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
    _where("ix_calls_lined_up", LINED_UP, "team", "rank", "since", "contact_id", "seen_at"),
    _where("ix_calls_also", f"{LINED_UP} and also is not null", "also", "rank", "since", "contact_id", "seen_at"),
    _where("ix_calls_phone", "phone is not null", "phone"),
    _where("ix_calls_on", ON, "seen_at"),
    _where("ix_calls_away", AWAY, "rank", "since", "contact_id"),
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
    _id(),
    _key("contacts", "contact_id"),
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
    _where("ux_callbacks_going", CALL_BACK_GOING, "contact_id", unique=True),
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
    _id(),
    Column("callback_id", Id, ForeignKey("callbacks.id")),
    _key("contacts", "contact_id"),
    _key("enquiries", "enquiry_id"),
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
    _where("ix_outgoing_calls_going", OUTGOING, "until"),
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

enquiries = Table(
    "enquiries",
    metadata,
    _id(),
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
    _where("ix_enquiries_open_party", OPEN, "party", "journey"),
    _where("ix_enquiries_queue", OPEN, "team", "rank", "due_at", "id"),
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
    _id(),
    _key("contacts", "contact_id"),
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
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    _mention("enquiry_id"),
    _mention("contact_id"),
    Column("team", Text),
    Column("actor", Text, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_events_enquiry_id", "enquiry_id", "id"),
    Index("ix_events_contact_id", "contact_id", "id"),
    _where("ix_events_switched", SWITCHED, "id"),
)
"""The history, only ever added to: the audit trail, and the source of every report."""

rulesets = Table(
    "rulesets",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("parent", Integer),
    Column("origin", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("files", Json, nullable=False),
    Column("restores", Integer),
    Column("begun_from", Integer),
    Column("needs_approval", Boolean),
    Column("emergency", Boolean),
    Column("approved_by", Text),
    Column("approved_at", UtcDateTime),
    Column("approval", Text),
    Index("ix_rulesets_digest", "digest"),
)
"""Every version that was ever live, in the order in which they were: rolling back adds one, with the files of the
version that it `restores`. `parent` is the version that was live before, `begun_from` the one that the change was made
on, where that is known. While a version that `needs_approval` is live, the next one has who approved it and in which
words, or was an `emergency`."""

ruleset_drafts = Table(
    "ruleset_drafts",
    metadata,
    _id(),
    Column("base_version", Integer, ForeignKey("rulesets.version"), nullable=False),
    Column("files", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("writers", Json),
)
"""What supervisors are working on: the files of a version, changed; nothing in here decides anything. `writers` is
everybody who has had a hand in it: none of them may approve it."""

ruleset_submissions = Table(
    "ruleset_submissions",
    metadata,
    _id(),
    Column("draft_id", Id, nullable=False),
    Column("digest", Text, nullable=False),
    Column("live_version", Integer, nullable=False),
    Column("writers", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("words", Text),
    Index("ix_ruleset_submissions_draft_id", "draft_id"),
    Index("ix_ruleset_submissions_digest", "digest"),
)
"""Drafts that a second person was asked to approve: exactly this content, over exactly this live version. `outcome` is
approved, refused or withdrawn."""

live_ruleset = Table(
    "live_ruleset",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, ForeignKey("rulesets.version"), nullable=False),
)
"""One row, id 1: flipping it publishes."""

replays = Table(
    "replays",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("draft_id", Id),
    Column("digest", Text, nullable=False),
    Column("files", Json),
    Column("against", Text, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("trouble", Text),
    Column("result", Json),
    Column("version", Integer, ForeignKey("rulesets.version")),
    _where("ix_replays_unfinished", UNFINISHED, "id"),
    _where("ix_replays_version", "version is not null", "version"),
    _where("ix_replays_draft_id", "draft_id is not null", "draft_id", "id"),
)
"""Past contacts decided again. `files` are those to decide by, kept only until it is done; `digest` says for good which
they were. `version` is the one that was published because of it. Of the kind `learning`, `result` has proposals."""

proposal_answers = Table(
    "proposal_answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("draft_id", Id),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What supervisors answered to proposals, by the key of the change: a refused one is not made again."""

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    _mention("enquiry_id"),
    _mention("contact_id"),
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
    _where("ix_outbox_message_id", "message_id is not null", "message_id"),
    _where("ix_outbox_pending", UNSENT, "not_before"),
    _where("ix_outbox_sent_to", TO_CUSTOMERS, "sent_to", "settled_at"),
    _where("ix_outbox_acknowledged", ACKNOWLEDGED, "sent_to", "settled_at"),
    Index("ix_outbox_enquiry_id", "enquiry_id"),
    Index("ix_outbox_contact_id", "contact_id"),
)
"""Intents, never finished messages; `sent` records what left, by which channel and under which provider id, `sent_to`
the address that it went to, which may be another than the one that it was meant for. `delivery` is how far it came, by
all its receipts, and `delivery_reason` why it is lost, if it is."""

receipts = Table(
    "receipts",
    metadata,
    _id(),
    Column("provider_id", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("provider_id", "stage", "reason"),
)
"""Delivery receipts as they came, also of what the outbox does not know yet: one may be here before the answer is that
gave us the message's id."""

media = Table(
    "media",
    metadata,
    _id(),
    _key("parts", "part_id"),
    Column("contact_id", Id, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("trouble", Text),
    UniqueConstraint("part_id", "position"),
    _where("ix_media_waiting", MEDIA_WAITING, "not_before"),
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

sending_rates = Table(
    "sending_rates",
    metadata,
    Column("number", Text, primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""How much each number of ours may still send at once, as of a moment: a bucket that all processes draw from."""

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _mention("enquiry_id"),
    Column("data", Json, nullable=False),
    Column("fired_at", UtcDateTime),
    _where("ix_timers_pending", "fired_at is null", "at"),
)

users = Table(
    "users",
    metadata,
    _id(),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("roles", Json, nullable=False),
    Column("teams", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    _key("users", "user_id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_sessions_user_id", "user_id"),
)
"""Who is signed in; only the SHA-256 of a session's token is kept."""

links = Table(
    "links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_links_user_id", "user_id"),
)
"""One-time links to choose a password by; without a user it is the first administrator's."""

attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_attempts_account", "account", "at"),
    Index("ix_attempts_address", "address", "at"),
    Index("ix_attempts_at", "at"),
)
"""Sign-ins that were tried and have not succeeded, to slow down guessing; `account` is a digest of what was typed."""

keys = Table(
    "keys",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)
"""API keys; only the SHA-256 of a key is kept, for a key is 256 random bits and needs no slow hash."""

mailbox_progress = Table(
    "mailbox_progress",
    metadata,
    Column("account", Text, primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("source", Text),
    Column("uidvalidity", BigInteger),
    Column("old_until", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("last_success_at", UtcDateTime),
    Column("trouble", Text),
    Column("trouble_since", UtcDateTime),
)
"""How far each mailbox is taken in: up to and with `last_uid`, for as long as `source` and `uidvalidity` say that these
are the same numbers. Messages up to `old_until` were there when the numbers began, and count only from `since` on.
`waiting` is how many were seen and are not taken in yet, `last_success_at` when there was last none."""

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("account", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("last_success_at", UtcDateTime),
    Column("trouble", Text),
    Column("trouble_since", UtcDateTime),
)
"""Until when all calls and messages of a provider's account are known to be here, of what came `since`. `not_before` is
when its lists are looked at next, or until when somebody who does has it."""
