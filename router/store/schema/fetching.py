"""How far what is fetched from elsewhere is taken in: mailboxes, and the provider's lists."""

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, Table, Text

from router.store.schema.base import metadata
from router.store.types import UtcDateTime

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
