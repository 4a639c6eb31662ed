"""A message in a mailbox becomes one contact, whatever it is, and is marked only when that is on disk."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.imap import ImapTrouble, Session
from router import intake
from router.mailboxes import BATCH_BYTES
from router.scheduler import let_go
from router.store import raw_mail
from router.store.engine import begin_read
from router.tries import Tries
from tests.integration.mailboxes.post import Post, letter, letters
from tests.landlord import FOLDER, publish_small, route_all, shown
from tests.servers.process import until

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""What differs between the two kinds of record is tried in test_numbers.py."""

OLD = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def after(post: Post, what: str) -> None:
    """Have the mailbox `repairs` do this with what was taken in."""
    text = (FOLDER / "landlord.yaml").read_text()
    wanted = text.replace("account: repairs}", f'account: repairs, after: "{what}"}}')
    publish_small(post.services, {"landlord.yaml": wanted.encode()})


@pytest.mark.parametrize("what,flag", [("seen", "\\Seen"), ("keyword:Taken-In", "Taken-In")])
def test_message_arrives_and_is_marked(post: Post, what: str, flag: str) -> None:
    after(post, what)
    post.poll()
    until(lambda: post.progress().get("last_success_at"), "the mailbox is reached")
    post.put("repairs", letter("My tap drips."))
    post.caught_up(1)
    until(lambda: flag in post.kept()[0].flags, "the message is marked")
    assert ("\\Seen" in post.kept()[0].flags) is (what == "seen")


def test_message_arrives_and_is_moved(post: Post) -> None:
    raw = letter()
    with post.looking("complaints") as mailbox:
        mailbox.once()
        post.put("complaints", raw)
        assert (mailbox.once(), mailbox.once()) == (1, 0)
    assert post.kept("complaints") == []
    assert [each.raw for each in post.kept("complaints", "Taken in")] == [raw]


def test_owner_is_found_by_what_the_mailbox_stands_for_when_no_header_names_it(post: Post) -> None:
    with post.looking("complaints") as mailbox:
        mailbox.once()
        post.put("complaints", letter("Please read what I enclose.", to="undisclosed-recipients:;"))
        mailbox.once()
    route_all(post.services)
    assert shown(post.services, post.contacts()[0]["id"])["owner"]["key"] == "complaints"


def test_it_counts_from_when_the_mail_server_had_it(post: Post) -> None:
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", letter(), at=OLD)
        post.put("repairs", letter(), at=datetime.now(UTC) + timedelta(days=2))
        mailbox.once()
    early, ahead = (contact["received_at"] for contact in post.contacts())
    assert early == OLD
    assert ahead <= datetime.now(UTC)


def test_one_message_id_with_other_content_is_two_contacts_and_a_copy_is_none(post: Post) -> None:
    one, other = letter("My tap drips.", "same@web.example"), letter("The lift is broken.", "same@web.example")
    with post.looking() as repairs, post.looking("complaints") as complaints:
        repairs.once()
        complaints.once()
        post.put("repairs", one, other, one)
        post.put("complaints", one)
        assert (repairs.once(), complaints.once()) == (3, 1)
    assert post.texts() == {"My tap drips.": 1, "The lift is broken.": 1}
    assert len(post.contacts()) == 2
    assert ["\\Seen" in each.flags for each in post.kept()] == [True] * 3


@pytest.mark.parametrize(
    "raw,marks",
    [
        (b"\r\n", {"sender-missing"}),
        (bytes(range(1, 256)) * 20, {"sender-missing"}),
        (b"From: jo@home.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", set()),
        (b"From: jo@home.example\r\n\r\n" + b"word " * 4_000, {"message-cut"}),
    ],
    ids=["nothing", "binary", "broken", "over-the-limit"],
)
def test_anything_is_a_contact_and_holds_up_nothing(post: Post, raw: bytes, marks: set[str]) -> None:
    post.services = replace(post.services, settings=post.services.settings.model_copy(update={"email_limit": 4_000}))
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", letter("Before"), raw, letter("After"))
        assert mailbox.once() == 3
    assert len(post.contacts()) == 3
    assert (post.texts()["Before"], post.texts()["After"]) == (1, 1)
    odd = shown(post.services, post.contacts()[1]["id"])["parts"][0]
    assert marks <= set(odd["marks"])
    assert ["\\Seen" in each.flags for each in post.kept()] == [True] * 3


def test_what_the_server_will_not_hand_over_is_a_contact_for_a_person_to_look_up(post: Post) -> None:
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", letter("Before"), letter("Broken"), letter("After"))
        files = (post.dovecot.folder / "mail" / post.users["repairs"]).glob("*/*,S=*")
        next(file for file in files if b"Broken" in file.read_bytes()).chmod(0)
        tries = 0
        while not post.progress()["last_success_at"] or len(post.contacts()) < 3:
            tries += 1
            assert tries < 12
            with suppress(ImapTrouble):
                mailbox.once()
            mailbox.reconnect()
    assert post.texts() == {"Before": 1, "After": 1, "": 1}
    lost = shown(post.services, next(each["id"] for each in post.contacts() if not each["message_id"]))
    assert "email-unfetched" in lost["parts"][0]["marks"]
    assert post.progress()["trouble"] == "fetch-refused"


def test_large_messages_come_a_few_at_a_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    fetch = Session.fetch

    def noted(self: Session, uids: list[int], limit: int) -> list[tuple[int, bytes]]:
        found = fetch(self, uids, limit)
        sizes.append(sum(len(raw) for _, raw in found))
        return found

    monkeypatch.setattr(Session, "fetch", noted)
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", *(letter(f"{number} " + "word " * 300_000) for number in range(8)))
        assert mailbox.once() == 8
    assert len(sizes) > 2
    assert max(sizes) <= BATCH_BYTES
    assert len(post.contacts()) == 8


@pytest.mark.parametrize("deaths,batches", [(0, [5]), (1, [5]), (2, [1] * 5), (5, [1] * 5)])
def test_a_message_that_ends_the_process_again_and_again_comes_alone_and_then_unread(
    post: Post, deaths: int, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    fetch = Session.fetch
    monkeypatch.setattr(
        Session, "fetch", lambda self, uids, limit: (sizes.append(len(uids)), fetch(self, uids, limit))[1]
    )
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", *letters(5))
        tries: Tries = mailbox.taking._tries()
        for _ in range(deaths):
            die_in(tries)
        assert mailbox.once() == 5
        assert (sizes, tries.failed) == (batches, 0)
    assert len(post.contacts()) == 5
    unread = ["email-unreadable" in shown(post.services, each["id"])["parts"][0]["marks"] for each in post.contacts()]
    assert unread == [deaths >= 5] + [False] * 4


def die_in(tries: Tries) -> None:
    """Have a process end in mid-work."""
    command = "import os; from pathlib import Path; from router.tries import Tries; work = Tries(Path({!r})).counted()"
    dying = f"{command.format(str(tries._file))}; work.__enter__(); os._exit(1)"
    subprocess.run([sys.executable, "-c", dying], check=False)


def test_what_the_record_will_not_take_is_stored_unread_or_stays_unmarked(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = intake.submit

    def picky(services: object, inbound: object, hold: None = None) -> object:
        text = inbound.text  # type: ignore[attr-defined]
        if "wicked" in text or ("odd" in text and not text.startswith("From")):
            inbound = replace(inbound, text="\ud800")  # type: ignore[type-var]
        return submit(services, inbound, hold)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "submit", picky)
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", letter("Before"), letter("odd"), letter("wicked"), letter("After"))
        mailbox.once()
    assert len(post.contacts()) == 3
    assert ["\\Seen" in each.flags for each in post.kept()] == [True, True, False, True]
    assert post.progress()["trouble"] == "message-refused"


def test_one_mail_to_two_mailboxes_follows_the_one_that_says_more(post: Post) -> None:
    """Sent to neither by its headers, as a blind copy is: first it is a team's matter, then it is a repair."""
    blind = letter("Please ring me about it.", to="undisclosed@home.example")
    with post.looking() as repairs, post.looking("complaints") as complaints:
        repairs.once()
        complaints.once()
        post.put("complaints", blind)
        complaints.once()
        route_all(post.services)
        assert [each["team"] for each in post.contacts()] == ["complaints"]
        post.put("repairs", blind)
        repairs.once()
        route_all(post.services)
    [contact] = post.contacts()
    assert [each["value"] for each in contact["recipients"]] == [
        "undisclosed@home.example",
        "complaints@mill-lane.example",
        "repairs@mill-lane.example",
    ]
    assert (contact["state"], contact["team"]) == ("decided", "repairs")


def test_a_message_is_kept_as_it_came_for_as_long_as_was_said(post: Post) -> None:
    raw = letter("My tap drips. " * 100)
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", raw, raw)
        mailbox.once()
    [contact] = post.contacts()
    with begin_read(post.services.record) as record:
        [(_, at, kept)] = raw_mail.of_contact(record, contact["id"])
    assert (at, kept) == (contact["received_at"], raw)
    assert let_go(post.services) == 0
    later = post.services.clock() + timedelta(days=post.services.settings.raw_mail_days + 1)
    assert let_go(replace(post.services, clock=lambda: later)) == 1
    assert let_go(replace(post.services, clock=lambda: later)) == 0
    with begin_read(post.services.record) as record:
        [(_, _, kept)] = raw_mail.of_contact(record, contact["id"])
    assert kept is None
    assert post.texts()


def test_nothing_is_kept_as_it_came_where_that_is_not_wanted(post: Post) -> None:
    object.__setattr__(post.services.settings, "raw_mail_days", 0)
    with post.looking() as mailbox:
        mailbox.once()
        post.put("repairs", letter())
        mailbox.once()
    with begin_read(post.services.record) as record:
        assert raw_mail.of_contact(record, post.contacts()[0]["id"]) == []
