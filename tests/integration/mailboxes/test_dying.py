"""Whenever a poller dies, and however many there are, every message becomes one contact and is marked."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from channels.imap import Session
from router import clients, mailboxes
from tests.integration.mailboxes.post import Post, letters
from tests.servers.process import PATIENCE, until
from tests.servers.serving import environment

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""What differs between the two kinds of record is tried in test_numbers.py."""


class DeathError(BaseException):
    """Stands for the end of the process at this very place."""


def dies(where: Callable[..., object], before: bool) -> Callable[..., object]:
    """The same function, which dies before or after it has done its work for the third time."""
    calls = []

    def step(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3 and before:
            raise DeathError
        done = where(*arguments)
        if len(calls) == 3:
            raise DeathError
        return done

    return step


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("owner,name", [(Session, "fetch"), (Session, "mark"), (mailboxes, "MailboxStep")])
@pytest.mark.parametrize("account", ["repairs", "complaints"])
def test_death_beside_any_step_loses_and_repeats_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch, account: str, owner: object, name: str, before: bool
) -> None:
    monkeypatch.setattr(mailboxes, "BATCH_MESSAGES", 4)
    with post.looking(account) as mailbox:
        mailbox.once()
        post.put(account, *letters(20))
        with monkeypatch.context() as doomed:
            doomed.setattr(owner, name, dies(getattr(owner, name), before))
            with pytest.raises(DeathError):
                mailbox.once()
    assert 4 <= len(post.contacts()) < 20
    post.look(account)
    post.caught_up(20)
    where = ("repairs", "INBOX") if account == "repairs" else ("complaints", "Taken in")
    assert ["\\Seen" in each.flags or account == "complaints" for each in post.kept(*where)] == [True] * 20
    assert (post.progress(account)["last_uid"], post.progress(account)["waiting"]) == (20, 0)


@contextmanager
def polling(post: Post) -> Iterator["subprocess.Popen[bytes]"]:
    """A poller process of its own on the same record."""
    given = post.services.settings
    settings = {
        "FIRSTCONTACT_DATA": str(given.data),
        "DATABASE_URL": given.database_url.get_secret_value(),
        "FIRSTCONTACT_SECRET_KEY": "for tests",
        "TWILIO_AUTH_TOKEN": "for tests",
        "FIRSTCONTACT_POLL_SECONDS": "0.05",
    } | {f"FIRSTCONTACT_IMAP__{name}": url.get_secret_value() for name, url in given.imap.items()}
    process = subprocess.Popen([sys.executable, "-P", "-m", "router.processes.poller"], env=environment(settings))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_poller_that_is_killed_in_mid_batch_loses_and_repeats_nothing(post: Post) -> None:
    post.look()
    post.put("repairs", *letters(250))
    with polling(post) as process:
        until(post.contacts, "some are taken in")
        os.kill(process.pid, signal.SIGKILL)
    with polling(post) as process:
        until(lambda: post.progress()["last_uid"] == 250, "all are taken in")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    post.caught_up(250)
    assert all("\\Seen" in each.flags for each in post.kept())


def test_two_pollers_on_one_mailbox_make_one_contact_of_one_message(post: Post) -> None:
    post.look()
    post.put("repairs", *letters(300))
    other = clients.build(post.services.settings)
    other.live.look()
    try:
        post.poll()
        post.poll(other)
        until(lambda: post.progress()["last_uid"] == 300, "all are taken in")
        post.stop()
    finally:
        other.close()
    post.caught_up(300)
    assert all("\\Seen" in each.flags for each in post.kept())


def test_a_mail_server_that_is_killed_in_mid_fetch_is_gone_on_with(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "BATCH_MESSAGES", 5)
    post.look()
    post.put("repairs", *letters(200))
    post.poll()
    until(lambda: len(post.contacts()) >= 20, "some are taken in")
    post.dovecot.server.kill()
    until(lambda: post.progress()["trouble"] in {"connection-lost", "unreachable"}, "the trouble is seen")
    post.dovecot.server.start()
    until(lambda: post.progress()["last_uid"] == 200, "all are taken in")
    until(lambda: post.progress()["trouble"] is None, "all is well again")
    post.caught_up(200)
