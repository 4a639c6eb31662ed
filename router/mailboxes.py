"""One look into a mailbox: what has come is taken in batch by batch, and noted as done after each.

Whoever dies between two steps leaves something that is done again, and doing it again changes nothing: intake knows a
message by its Message-ID and content, a mark can be set twice, and progress never goes backwards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from channels.imap import Folder, Listed, Session
from channels.imap_account import ImapAccount
from router import logs
from router.live import LiveRuleset
from router.mail_batches import Taking
from router.services import Services
from router.store import mailboxes
from router.store.engine import begin_read
from router.store.mailboxes import Key, MailboxStep, Numbering
from router.store.rows import Row

BATCH_MESSAGES: Final = 100
BATCH_BYTES: Final = 4 * 2**20
"""A batch ends at either; a message that is larger comes alone."""

LISTED: Final = 1_000
FRESH: Final = timedelta(seconds=10)
"""How old the note that all is well may be before it is written again."""

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is fetched: by which account, from which folder, and what is done with what was taken in.

    `since` is from when on its messages count at the first connection: None is from then on.
    """

    account: str
    imap: ImapAccount
    address: str
    folder: str
    after: str
    since: datetime | None

    @property
    def key(self) -> Key:
        """What its progress is kept under."""
        return self.account, self.folder


def connected(live: LiveRuleset, accounts: Mapping[str, ImapAccount]) -> dict[Key, Mailbox]:
    """The landlord's mailboxes whose accounts are among these."""
    found = [
        _mailbox(live, address, entry, accounts[entry["account"]])
        for address, entry in live.ruleset.mailboxes.items()
        if entry.get("account") in accounts
    ]
    return {each.key: each for each in found}


def _mailbox(live: LiveRuleset, address: str, entry: Mapping[str, str], imap: ImapAccount) -> Mailbox:
    since = live.calendar.at(date.fromisoformat(entry["since"])) if "since" in entry else None
    return Mailbox(entry["account"], imap, address, entry.get("folder", "INBOX"), entry.get("after", "seen"), since)


def begin(services: Services, mailbox: Mailbox) -> None:
    """Let a mailbox count as begun: what comes from now on is taken in, whenever the mailbox can be reached."""
    since = mailbox.since or services.clock().replace(microsecond=0)  # mail servers count whole seconds
    services.writer.submit(mailboxes.meet, (mailbox.key, since)).result()


def look(services: Services, mailbox: Mailbox, session: Session, taking: Taking, stopping: Callable[[], bool]) -> int:
    """Take in what has come; gives how many messages. Raises ImapTrouble, or what keeps the record from taking it."""
    at = services.clock()
    folder = session.select(mailbox.folder)
    row, numbering = _progress(services, mailbox, folder)
    uids = _new(session, folder, row)
    taken, done, left = 0, int(row["last_uid"]), len(uids)
    for batch in _batches(_counting(session, uids, row), alone=taking.cautious):
        if stopping():
            return taken
        taking.take_in(session, numbering.uidvalidity, batch)
        taken, done, left = taken + len(batch), batch[-1].uid, left - len(batch)
        services.writer.submit(mailboxes.advance, MailboxStep(numbering, done, left)).result()
    end = max([row["old_until"], *uids[-1:]])
    if end > done:
        services.writer.submit(mailboxes.advance, MailboxStep(numbering, end, 0)).result()
    if taken or _due(row, at, taking.trouble):
        services.writer.submit(mailboxes.succeed, (mailbox.key, at, taking.trouble)).result()
    return taken


def _progress(services: Services, mailbox: Mailbox, folder: Folder) -> tuple[Row, Numbering]:
    """The row of a mailbox under the numbering that its folder has now."""
    numbering = Numbering(mailbox.key, mailbox.imap.source, folder.uidvalidity, folder.uidnext - 1)
    with begin_read(services.record) as record:
        row = mailboxes.read(record, mailbox.key)
    if row is None or (row["source"], row["uidvalidity"]) != (numbering.source, numbering.uidvalidity):
        logs.log("mailbox.numbered", account=mailbox.account, count=numbering.old_until)
        row = services.writer.submit(mailboxes.renumber, numbering).result()
    return row, numbering


def _new(session: Session, folder: Folder, row: Row) -> list[int]:
    """The numbers of what is not taken in yet; of what was there before, only what may have come late enough."""
    last, old_until = row["last_uid"], row["old_until"]
    since = (row["since"] - DAY).date()  # the server's days may begin and end elsewhere
    old = session.uids(last + 1, old_until, since) if last < old_until else []
    new = session.uids(max(last, old_until) + 1) if folder.uidnext > max(last, old_until) + 1 else []
    return old + new


def _counting(session: Session, uids: Sequence[int], row: Row) -> Iterator[Listed]:
    """The messages that are to be taken in, listed piece by piece."""
    for start in range(0, len(uids), LISTED):
        for each in session.listed(uids[start : start + LISTED]):
            if each.uid > row["old_until"] or each.received_at >= row["since"]:
                yield each


def _batches(messages: Iterator[Listed], *, alone: bool) -> Iterator[list[Listed]]:
    """The messages in order, in pieces that memory has room for."""
    batch: list[Listed] = []
    for each in messages:
        full = alone or len(batch) == BATCH_MESSAGES or sum(one.size for one in batch) + each.size > BATCH_BYTES
        if batch and full:
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _due(row: Row, at: datetime, trouble: str | None) -> bool:
    """Whether it is worth noting that everything that was there at a moment is taken in."""
    last = row["last_success_at"]
    return last is None or at - last >= FRESH or row["trouble"] != trouble or bool(row["waiting"])
