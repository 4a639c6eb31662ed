"""Which of our mailboxes answers, and by what an answer finds back: the headers of an email to a customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from channels.same_mailbox import canonical, without_tag
from router import tokens
from router.settings import Settings
from router.store.rows import Row
from rules.landlord import Ruleset

MOST_REFERENCES: Final = 20


@dataclass(frozen=True, slots=True)
class Headers:
    """What threads one email: its id, where it comes from, where its answer goes, and what it answers."""

    message_id: str
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def headers(row: Row, enquiry: Row, contact: Row | None, address: str, ruleset: Ruleset, settings: Settings) -> Headers:
    """The headers of an email to `address`: `row` is the intent, `contact` what it answers, if it answers anything."""
    mailbox, name = _mailbox(enquiry, contact, ruleset, settings)
    token = tokens.keys_of(settings).issue(enquiry["id"], enquiry["reference"], address)
    about = ruleset.mailboxes.get(mailbox, {})
    answered = contact is not None and canonical(contact["sender_value"]) == canonical(address)
    return Headers(
        message_id=f"{token}.{row['id']}" if token else row["id"],
        sender=about.get("answer_from", mailbox),
        sender_name=about.get("name") or name,
        reply_to=tagged(mailbox, token) if token and about.get("plus_addressing") else _other(mailbox, about),
        in_reply_to=(contact["message_id"] or "") if contact and answered else "",
        references=tuple(contact["references"][-MOST_REFERENCES:]) if contact and answered else (),
    )


def tagged(mailbox: str, token: str) -> str:
    """The address of a mailbox that carries a token."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def _other(mailbox: str, about: Mapping[str, str]) -> str:
    """Where an answer goes if it comes from another mailbox than the one that it is about."""
    return mailbox if about.get("answer_from") else ""


def _mailbox(enquiry: Row, contact: Row | None, ruleset: Ruleset, settings: Settings) -> tuple[str, str]:
    """The mailbox that was written to, else the one of the journey or of the owning team, else the one for all."""
    found = next(_mailboxes(enquiry, contact, ruleset), settings.mail_from.lower())
    return found, ruleset.landlord.name


def _mailboxes(enquiry: Row, contact: Row | None, ruleset: Ruleset) -> Iterator[str]:
    written_to = [without_tag(each.get("value", "")) for each in (contact["recipients"] if contact else ())]
    ours = [each for each in written_to if each in ruleset.mailboxes]
    # Of two that one mail was written to, the one that says what it is about.
    yield from sorted(ours, key=lambda each: "journey" not in ruleset.mailboxes[each])
    for name in ("journey", "team"):
        if enquiry[name]:
            yield from (key for key, about in ruleset.mailboxes.items() if about.get(name) == enquiry[name])
