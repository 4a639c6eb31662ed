"""How each mailbox fares, for whoever watches over the engine: by its name, without anybody's address."""

from datetime import datetime, timedelta
from typing import Final

from router.metrics import MailboxFigures
from router.services import Services
from router.store import mailboxes
from router.store.engine import begin_read
from router.store.rows import Row

NO_SUCH_MAILBOX: Final = "no-such-mailbox"
"""The trouble of an account that no mailbox in the landlord's YAML names."""

LATE: Final = "late"
"""The trouble of a mailbox of which nothing else is known to be wrong, and that was not taken in for too long."""

AT_LEAST: Final = 60.0
LOOKS: Final = 4


def figures_of_mailboxes(services: Services) -> list[MailboxFigures]:
    """Every mailbox that has begun, and every account that is of no use; raises what reading the record raises."""
    ours = services.live.current().ruleset.mailboxes.values()
    places = {(entry["account"], entry.get("folder", "INBOX")) for entry in ours if "account" in entry}
    now = services.clock()
    patience = timedelta(seconds=max(AT_LEAST, LOOKS * services.settings.poll_seconds))
    with begin_read(services.record) as record:
        rows = [row for row in mailboxes.every(record) if (row["account"], row["folder"]) in places]
    unknown = services.settings.imap_accounts.keys() - {account for account, _ in places}
    useless = [MailboxFigures(account, NO_SUCH_MAILBOX, None, None, None, 0) for account in sorted(unknown)]
    return [_figures(row, now, patience) for row in rows] + useless


def _figures(row: Row, now: datetime, patience: timedelta) -> MailboxFigures:
    last, trouble = row["last_success_at"], row["trouble"]
    name = row["account"] if row["folder"] == "INBOX" else f"{row['account']}/{row['folder']}"
    if trouble is None and (last or row["since"]) < now - patience:
        trouble = LATE
    lag = (now - last).total_seconds() if last else None
    return MailboxFigures(name, trouble, row["trouble_since"], last, lag, row["waiting"])
