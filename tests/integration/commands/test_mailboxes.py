"""`firstcontact mailboxes`: how each mailbox fares, for whoever waits for a first connection to be through."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from router import clients
from router.cli.mailboxes import _shown
from router.metrics import MailboxFigures
from router.services import Services
from router.settings import Settings
from router.store import mailboxes
from router.store.mailboxes import MailboxStep, Numbering
from tests.integration.commands.conftest import Run

REPAIRS, COMPLAINTS = ("repairs", "INBOX"), ("complaints", "INBOX")


@pytest.fixture
def services(live: Run, tmp_path: Path) -> Iterator[Services]:
    del live
    built = clients.build(Settings(data=tmp_path / "data", secret_key="for tests"))
    yield built
    built.close()


def test_without_any_it_says_how_to_connect_one(live: Run) -> None:
    done = live("mailboxes")
    assert (done.code, done.out) == (1, "")
    assert "docs/mailboxes.md" in done.err


def test_each_is_told_with_its_trouble(live: Run, services: Services) -> None:
    now = services.clock()
    for key in (REPAIRS, COMPLAINTS):
        services.writer.submit(mailboxes.meet, (key, now - timedelta(hours=1))).result()
    numbering = Numbering(REPAIRS, "a-source", 1, 10)
    services.writer.submit(mailboxes.renumber, numbering).result()
    services.writer.submit(mailboxes.advance, MailboxStep(numbering, 3, 7)).result()
    services.writer.submit(mailboxes.succeed, (REPAIRS, now, None)).result()
    services.writer.submit(mailboxes.fail, (COMPLAINTS, "login-refused", now)).result()
    done = live("mailboxes", "--json")
    rows = {row["mailbox"]: row for row in done.rows()}
    assert done.code == 1
    assert (rows["complaints"]["trouble"], rows["complaints"]["last_success_at"]) == ("login-refused", None)
    assert rows["repairs"]["trouble"] is None
    shown = live("mailboxes").out.splitlines()
    assert shown[0].split() == ["mailbox", "trouble", "trouble_since", "last_success_at", "waiting"]
    assert {line.split()[0] for line in shown[1:]} == {"repairs", "complaints"}


def test_the_bars_follow_what_waits() -> None:
    progress, tasks = Progress(console=Console(quiet=True)), {}
    seen = []
    for left in (100, 40, 60, 0):
        goes_on = _shown(progress, tasks, [MailboxFigures("repairs", None, None, None, None, left)])
        [task] = progress.tasks
        seen.append((task.total, task.completed, goes_on))
    assert seen == [(100, 0, True), (100, 60, True), (100, 40, True), (100, 100, False)]
