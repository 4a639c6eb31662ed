"""The tables of the record, as SQLAlchemy Core metadata: what is kept, under which keys, found by which indexes.

The names in capitals are conditions of partial indexes. A statement uses such an index only if it says the same in the
same words, for what is handed over as a parameter proves nothing to SQLite: write `text(UNDECIDED)`, not
`state.in_(…)`.
"""

from router.store.schema.access import attempts, keys, links, sessions, users
from router.store.schema.base import metadata
from router.store.schema.calls import (
    AWAY,
    CALL_BACK_GOING,
    LINED_UP,
    ON,
    OUTGOING,
    announcements,
    callbacks,
    calls,
    ended_calls,
    outgoing_calls,
)
from router.store.schema.contacts import (
    ASIDE,
    MEDIA_WAITING,
    OF_MACHINES,
    OFTEN,
    RARE,
    UNDECIDED,
    blobs,
    contacts,
    media,
    parts,
    pieces,
    raw_mail,
)
from router.store.schema.counted import (
    CHANGING,
    counted_calls,
    counted_contacts,
    counted_enquiries,
    counted_until,
)
from router.store.schema.enquiries import (
    OPEN,
    SWITCHED,
    decisions,
    enquiries,
    enquiry_contacts,
    events,
    questions,
    timers,
)
from router.store.schema.fetching import mailbox_progress, reconciliations
from router.store.schema.people import closed_points, contact_points, customers, failing_points
from router.store.schema.rulesets import (
    UNFINISHED,
    live_ruleset,
    proposal_answers,
    replays,
    ruleset_drafts,
    ruleset_submissions,
    rulesets,
)
from router.store.schema.sending import ACKNOWLEDGED, TO_CUSTOMERS, UNSENT, outbox, receipts, sending_rates

__all__ = [
    "ACKNOWLEDGED",
    "ASIDE",
    "AWAY",
    "CALL_BACK_GOING",
    "CHANGING",
    "LINED_UP",
    "MEDIA_WAITING",
    "OFTEN",
    "OF_MACHINES",
    "ON",
    "OPEN",
    "OUTGOING",
    "RARE",
    "SWITCHED",
    "TO_CUSTOMERS",
    "UNDECIDED",
    "UNFINISHED",
    "UNSENT",
    "announcements",
    "attempts",
    "blobs",
    "callbacks",
    "calls",
    "closed_points",
    "contact_points",
    "contacts",
    "counted_calls",
    "counted_contacts",
    "counted_enquiries",
    "counted_until",
    "customers",
    "decisions",
    "ended_calls",
    "enquiries",
    "enquiry_contacts",
    "events",
    "failing_points",
    "keys",
    "links",
    "live_ruleset",
    "mailbox_progress",
    "media",
    "metadata",
    "outbox",
    "outgoing_calls",
    "parts",
    "pieces",
    "proposal_answers",
    "questions",
    "raw_mail",
    "receipts",
    "reconciliations",
    "replays",
    "ruleset_drafts",
    "ruleset_submissions",
    "rulesets",
    "sending_rates",
    "sessions",
    "timers",
    "users",
]
