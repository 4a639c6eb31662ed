"""Many mailboxes: each on its own, whatever the others do; and what their operators are told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from router.mailbox_figures import LATE, NO_SUCH_MAILBOX, figures_of_mailboxes
from router.pollers import FIRST_DELAY, SLOWLY, Poller
from tests.integration.mailboxes.post import Post, letter, letters
from tests.landlord import FOLDER, publish_small
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port, until
from tests.servers.tokens import TokenServer

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def reached(post: Post, *accounts: str) -> None:
    until(lambda: all(post.progress(each).get("last_success_at") for each in accounts), "the mailboxes are reached")


def trouble(post: Post, name: str) -> str | None:
    return next((each.trouble for each in figures_of_mailboxes(post.services) if each.mailbox == name), None)


def test_several_mailboxes_are_read_and_told_apart(post: Post) -> None:
    post.poll()
    reached(post, "repairs", "complaints")
    post.put("repairs", *letters(3))
    post.put("complaints", letter("I complain.", to="complaints@mill-lane.example"))
    post.caught_up(4)
    reached_by = {tuple(each["value"] for each in contact["recipients"]) for contact in post.contacts()}
    assert reached_by == {("repairs@mill-lane.example",), ("complaints@mill-lane.example",)}
    until(lambda: {each.trouble for each in figures_of_mailboxes(post.services)} == {None}, "all is well")


@pytest.mark.parametrize("dead", ["silent", "closed"])
def test_a_dead_server_does_not_delay_a_live_one(post: Post, dead: str) -> None:
    with silent() as mute:
        port = mute if dead == "silent" else free_port()
        post.services.settings.imap["COMPLAINTS"] = SecretStr(f"imap://a:b@127.0.0.1:{port}?security=none")
        post.poll()
        reached(post, "repairs")
        post.put("repairs", *letters(3))
        post.caught_up(3)
        if dead == "closed":
            until(lambda: trouble(post, "complaints") == "unreachable", "the dead one is named")
        post.stop()
    assert trouble(post, "repairs") is None


def test_a_wrong_password_is_named_and_repeated_nowhere(
    post: Post, dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    user = post.users["repairs"]
    post.services.settings.imap["REPAIRS"] = SecretStr(dovecot.url(user, "hunter2"))
    post.poll()
    until(lambda: trouble(post, "repairs") == "login-refused", "the trouble is named")
    (failed,) = (record for record in caplog.records if record.getMessage() == "mailbox.failed")
    said = failed.ids  # type: ignore[attr-defined]
    assert (said["account"], said["reason"]) == ("repairs", "login-refused")
    assert said["seconds"] >= SLOWLY["login-refused"] > FIRST_DELAY
    assert "hunter2" not in f"{said} {caplog.text} {post.progress()}"
    assert user not in f"{said} {caplog.text} {post.progress()}"


def test_a_change_of_the_yaml_is_followed(post: Post) -> None:
    pollers = post.poll()
    reached(post, "repairs", "complaints")
    text = (FOLDER / "landlord.yaml").read_text()
    changed = text.replace('account: complaints, after: "move:Taken in"', "name: No longer fetched")
    publish_small(post.services, {"landlord.yaml": changed.encode()})
    pollers.tend()
    assert [key for key, _ in pollers._running] == ["repairs"]
    assert trouble(post, "complaints") == NO_SUCH_MAILBOX
    publish_small(post.services)
    pollers.tend()
    post.put("complaints", letter("I complain."))
    post.caught_up(1)


def test_a_mailbox_that_nobody_polls_any_more_is_late(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.look()
    assert trouble(post, "repairs") is None
    monkeypatch.setattr("router.mailbox_figures.AT_LEAST", 0.0)
    monkeypatch.setattr("router.mailbox_figures.LOOKS", 0)
    assert trouble(post, "repairs") == LATE


@pytest.mark.parametrize("failures,seconds", [(0, 0.05), (1, 0.1), (5, 1.6), (30, 300.0)])
def test_back_off_grows_to_a_limit(post: Post, failures: int, seconds: float) -> None:
    with post.looking() as mailbox:
        poller = Poller(post.services, mailbox.mailbox, mailbox.taking.turn)
    poller._failures = failures
    assert poller._note(OSError()) == seconds


def with_tokens(post: Post, giver: TokenServer) -> None:
    """Let `complaints` log in by token, and nobody else be polled."""
    giver.user = post.users["complaints"]
    settings = post.services.settings
    settings.imap.clear()
    settings.imap["COMPLAINTS"] = SecretStr(
        f"imap://{giver.user}@127.0.0.1:{post.dovecot.port}?security=none&oauth=m365"
    )
    settings.oauth["M365"] = SecretStr(giver.url(scope="mail"))


def test_a_mailbox_without_a_password_is_read_by_token(post: Post, token_giver: TokenServer) -> None:
    with_tokens(post, token_giver)
    post.poll()
    reached(post, "complaints")
    post.put("complaints", letter("I complain.", to="complaints@mill-lane.example"))
    post.caught_up(1)
    assert trouble(post, "complaints") is None


def test_a_token_that_is_refused_is_replaced(post: Post, token_giver: TokenServer) -> None:
    with_tokens(post, token_giver)
    token_giver.useless = len(token_giver.asked) + 1
    post.poll()
    reached(post, "complaints")
    assert len(token_giver.asked) > token_giver.useless
    assert trouble(post, "complaints") is None


def test_new_mail_is_told_by_the_server(post: Post) -> None:
    """With an hour between two looks, only the server's own word can have brought it."""
    object.__setattr__(post.services.settings, "poll_seconds", 3600.0)
    post.poll()
    reached(post, "repairs", "complaints")
    post.put("repairs", *letters(2))
    post.caught_up(2)
    post.put("repairs", letter("And my roof leaks."))
    post.caught_up(3)
