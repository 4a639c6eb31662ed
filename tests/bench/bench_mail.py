"""Mail a second from a real mail server to the record: fetched, understood and stored, by one poller.

`python -m tests.bench.bench_mail [MESSAGES]` prints messages a second of processor time, everything that the poller's
process does counted, and the ratio to fetching them alone in the same way. MESSAGES is 4,000 unless told.
"""

import random
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from channels.imap import Session, connect
from router.mail_batches import Taking
from router.mailboxes import BATCH_MESSAGES, Mailbox, begin, connected, look
from router.processes.child import keep_loaded
from router.services import Services
from tests.bench.bench_email import mixed, plain
from tests.bench.engine import record, services
from tests.servers.dovecot import Dovecot, dovecot_server
from tests.servers.process import unprivileged_user

WANTED = {"plain": 2_000, "mix": 800}
ACCOUNT = "hello"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Print the figures for plain messages and for a realistic mix."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    kinds: dict[str, Callable[[random.Random], bytes]] = {"plain": plain, "mix": mixed}
    with dovecot_server() as server:
        for kind, make in kinds.items():
            user = f"{kind}@bench.example"
            fill(server, user, [make(random.Random(number)) for number in range(count)])
            fetched, taken = measured(server, user, count)
            print(
                f"{kind}: {taken:,.0f} messages a second of one core (wanted {WANTED[kind]:,}), "
                f"{taken / fetched:.2f} of fetching alone ({fetched:,.0f})",
                flush=True,
            )


def fill(server: Dovecot, user: str, messages: list[bytes]) -> None:
    """Put messages into a mailbox, as its server keeps them on disk."""
    with server.account(user) as client:
        client.select()  # which makes the folders
    folder = server.folder / "mail" / user / "new"
    for number, raw in enumerate(messages):
        file = folder / f"1772445600.M{number:08d}P1.bench"
        file.write_bytes(raw.replace(b"\r\n", b"\n"))
        _own(file)


def _own(file: Path) -> None:
    if (user := unprivileged_user()) is not None:
        shutil.chown(file, user)


def measured(server: Dovecot, user: str, count: int) -> tuple[float, float]:
    """Messages a second of processor time: fetched alone, then fetched, understood and stored."""
    with record("SQLite") as (data, database), services(data, database) as tools:
        tools.settings.imap[ACCOUNT.upper()] = SecretStr(server.url(user))
        found = connected(tools.live.current(), tools.settings.imap_accounts)
        mailbox = replace(next(iter(found.values())), since=SINCE)
        keep_loaded()  # as the poller does
        session = connect(mailbox.imap)
        try:
            fetched = count / _fetching(session, mailbox)
            taken = count / _taking(tools, mailbox, session, count)
        finally:
            session.close()
    return fetched, taken


def _fetching(session: Session, mailbox: Mailbox) -> float:
    session.select(mailbox.folder)
    uids = session.uids(1)
    started = time.process_time()
    for start in range(0, len(uids), BATCH_MESSAGES):
        session.fetch(uids[start : start + BATCH_MESSAGES], 2**25)
    return time.process_time() - started


def _taking(tools: Services, mailbox: Mailbox, session: Session, count: int) -> float:
    begin(tools, mailbox)
    taking = Taking(tools, mailbox.key, mailbox.address, mailbox.after, threading.Lock())
    started = time.process_time()
    taken = look(tools, mailbox, session, taking, lambda: False)
    spent = time.process_time() - started
    if taken != count:
        raise RuntimeError(f"{taken} of {count} messages were taken in")
    return spent


if __name__ == "__main__":
    main()
