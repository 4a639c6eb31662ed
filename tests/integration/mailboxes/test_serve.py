"""`firstcontact serve` with mailboxes: a mail finds its owner, and what is wrong with a mailbox is said by its name."""

import json
import re
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.mailboxes.post import letter
from tests.landlord import FOLDER
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.process import free_port, until
from tests.servers.serving import Serving

USER, SECRET, SAID = "served@mill-lane.example", "hunter2", "The parrot Wellington swears"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Serving]:
    """Runs with one mailbox over TLS, one whose password is wrong, and an account that nobody asked for."""
    folder = tmp_path_factory.mktemp("serve")
    settings = {
        "FIRSTCONTACT_DATA": str(folder / "data"),
        "FIRSTCONTACT_CONFIG": str(FOLDER),
        "FIRSTCONTACT_PORT": str(free_port()),
        "FIRSTCONTACT_POLL_SECONDS": "0.1",
        "FIRSTCONTACT_IMAP__REPAIRS": f"imaps://{USER}:{PASSWORD}@localhost:{dovecot.tls_port}",
        "FIRSTCONTACT_IMAP__COMPLAINTS": f"imap://{USER}:{SECRET}@localhost:{dovecot.port}",
        "FIRSTCONTACT_IMAP__REPIARS": dovecot.url(USER),
        "SSL_CERT_FILE": str(dovecot.certificate),
    }
    dovecot.put(USER, letter("Old."))
    running = Serving(settings, folder / "log")
    try:
        yield running.start()
    finally:
        running.stop(signal.SIGKILL)


def boxes(serving: Serving) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = serving.ready().get("mailboxes", {})
    return found


def events(serving: Serving, name: str) -> list[dict[str, object]]:
    lines = [line for line in serving.said().splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["event"] == name]


def test_mail_finds_its_owner(serving: Serving, dovecot: Dovecot) -> None:
    until(lambda: boxes(serving).get("repairs", {}).get("last_success_at"), "the mailbox is reached")
    dovecot.put(USER, letter(f"{SAID} since my tap drips."))
    until(lambda: events(serving, "mail.fetched"), "the mail is taken in")
    (fetched,) = events(serving, "mail.fetched")
    until(lambda: fetched["contact"] in {each["contact"] for each in events(serving, "contact.routed")}, "it is routed")
    until(lambda: "\\Seen" in dovecot.kept(USER)[1].flags, "it is marked")


@pytest.mark.parametrize(
    "name,trouble", [("repairs", None), ("complaints", "login-refused"), ("repiars", "no-such-mailbox")]
)
def test_health_says_how_each_mailbox_fares(serving: Serving, name: str, trouble: str | None) -> None:
    until(lambda: boxes(serving).get(name, {}).get("trouble") == trouble, f"{name} is {trouble or 'well'}")
    until(lambda: trouble or boxes(serving)[name]["lag_seconds"] is not None, "its lag is known")
    assert boxes(serving)[name]["status"] == ("degraded" if trouble else "ok")
    assert (serving.ready()["status"], serving.ready()["code"]) == ("degraded", 200)


@pytest.mark.parametrize(
    "line",
    [
        r'firstcontact_mailbox_lag_seconds\{mailbox="repairs"\} \d',
        r'firstcontact_mailbox_waiting\{mailbox="repairs"\} 0',
        r'firstcontact_mailbox_trouble\{mailbox="complaints",reason="login-refused"\} 1',
    ],
)
def test_figures_say_it_too(serving: Serving, line: str) -> None:
    def said() -> str:
        with urllib.request.urlopen(f"{serving.url}/metrics", timeout=60) as answer:
            return str(answer.read().decode())

    until(lambda: re.search(f"^{line}", said(), re.MULTILINE), f"the figures say {line}")


def test_log_names_what_is_wrong_and_holds_no_secret_and_no_address(serving: Serving) -> None:
    until(lambda: events(serving, "mailbox.failed"), "the trouble is logged")
    failed = events(serving, "mailbox.failed")[0]
    assert (failed["account"], failed["reason"]) == ("complaints", "login-refused")
    assert events(serving, "mailbox.unknown")[0]["account"] == "repiars"
    said = serving.said()
    assert not [words for words in (SECRET, PASSWORD, USER, "jo@home.example", "parrot") if words in said]


def test_it_stops_as_it_was_told(serving: Serving) -> None:
    assert serving.stop() == 0
    assert "Traceback" not in serving.said()


def test_data_folder_has_the_password_nowhere(serving: Serving) -> None:
    files = [file for file in Path(serving.settings["FIRSTCONTACT_DATA"]).rglob("*") if file.is_file()]
    assert not [file for file in files if SECRET.encode() in file.read_bytes()]
