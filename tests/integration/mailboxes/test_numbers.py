"""Where a mailbox begins, and what becomes of it when its numbers mean something else."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from router.store import mailboxes
from router.store.mailboxes import MailboxStep, Numbering
from tests.integration.mailboxes.post import Post, letter, letters
from tests.landlord import FOLDER, publish_small

OLD = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def test_the_first_connection_starts_from_now(post: Post) -> None:
    post.put("repairs", *letters(30), at=OLD)
    assert post.look() == 0
    post.put("repairs", letter("New."))
    post.put("repairs", letter("Dragged in by a colleague."), at=OLD)
    assert post.look() == 2
    assert post.texts() == {"New.": 1, "Dragged in by a colleague.": 1}
    assert [each.flags for each in post.kept() if "\\Seen" in each.flags] == [frozenset({"\\Seen"})] * 2


@pytest.mark.parametrize(
    "since,taken",
    [
        ("2026-03-01", ["first of March", "second of March"]),
        ("2026-02-28", ["last of February", "first of March", "second of March"]),
        ("2030-01-01", []),
    ],
)
def test_the_first_connection_starts_from_the_date_that_was_asked_for(post: Post, since: str, taken: list[str]) -> None:
    text = (FOLDER / "landlord.yaml").read_text()
    wanted = text.replace("account: repairs}", f"account: repairs, since: {since}}}")
    publish_small(post.services, {"landlord.yaml": wanted.encode()})
    for day, name in ((28, "last of February"), (29, "first of March"), (30, "second of March")):
        at = datetime(2026, 2, 1, 0, 30, tzinfo=UTC) + timedelta(days=day - 1)
        post.put("repairs", letter(name), at=at)
    assert post.look() == len(taken)
    assert sorted(post.texts()) == sorted(taken)
    post.put("repairs", letter("from now on"), at=OLD)
    assert post.look() == 1


def test_what_came_before_the_mailbox_could_first_be_reached_is_taken_in(post: Post) -> None:
    with post.looking():
        pass  # it has begun, and was never looked into
    post.put("repairs", letter("Meanwhile."))
    assert post.look() == 1


def test_a_mailbox_that_was_renumbered_neither_loses_nor_repeats(post: Post) -> None:
    post.put("repairs", *letters(3), at=OLD)
    post.look()
    post.put("repairs", letter("one"), letter("two"))
    post.look()
    post.put("repairs", letter("three"))
    post.dovecot.renumber(post.users["repairs"])
    post.put("repairs", letter("four"))
    assert post.look() == 4
    post.put("repairs", letter("five"))
    assert post.look() == 1
    assert post.texts() == dict.fromkeys(("one", "two", "three", "four", "five"), 1)
    assert len(post.contacts()) == 5


def test_a_mailbox_that_moved_to_where_the_numbers_are_of_others_neither_loses_nor_repeats(post: Post) -> None:
    post.look()
    post.put("repairs", *letters(5))
    post.look()
    elsewhere = f"moved-{post.users['repairs']}"
    post.dovecot.put(elsewhere, *(each.raw for each in post.kept()[2:]), letter("After the move."))
    post.services.settings.imap["REPAIRS"] = SecretStr(post.dovecot.url(elsewhere))
    post.look()
    post.caught_up(6)
    assert post.texts()["After the move."] == 1
    assert post.progress()["last_uid"] == 4


@pytest.mark.parametrize("behind", [0, 3])
def test_progress_of_a_slower_poller_undoes_nothing(post: Post, behind: int) -> None:
    post.look()
    post.put("repairs", *letters(5))
    post.look()
    row = post.progress()
    numbering = Numbering(("repairs", "INBOX"), row["source"], row["uidvalidity"], 0)
    for stale in (numbering, Numbering(numbering.key, numbering.source, numbering.uidvalidity - 1, 0)):
        post.services.writer.submit(mailboxes.advance, MailboxStep(stale, behind, 9)).result()
    assert post.progress()["last_uid"] == 5
