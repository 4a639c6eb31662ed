"""A message in a mailbox becomes one contact, and is marked only then."""

from tests.integration.mailboxes.post import Post, letter
from tests.servers.serving import until


def test_message_arrives_and_is_marked(post: Post) -> None:
    post.poll()
    until(lambda: post.progress().get("last_success_at"), "the mailbox is reached")
    post.put("repairs", letter("My tap drips."))
    post.caught_up(1)
    until(lambda: "\\Seen" in post.kept()[0].flags, "the message is marked")
