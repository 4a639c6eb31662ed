"""A reply? By the token that we gave out, then by the messages that it names, and only if its sender may join.

Ids and tokens leak, and a From can be forged: to join, the sender has to be a participant of the enquiry, and the
authentication of the mail has to say that it is them. What only names an enquiry is kept apart from it, linked and
marked. A text that answers one of ours would come in here too, by the number that it was sent from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from channels.inbound import Kind
from channels.same_mailbox import canonical, tag_of, without_tag
from router import tokens
from router.directory import Contact
from router.store import enquiries, outbox
from router.tokens import Keys, Token
from rules.landlord import Ruleset

UNPROVEN: Final = "thread-unproven"
"""The mark of a contact that names an enquiry which it may not join."""

EMAIL: Final = "email"
PARTICIPANT: Final = "participant"
"""The policy of a mailbox that lets a participant join whose mail nobody has checked; the other is strict."""

_MOST_NAMED: Final = 30
"""How many messages a contact can name that are looked for: the newest, for a reply has those it answers last."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What a contact belongs to: the enquiry that it `joins`, or the one that it only names (`about`), by their ids.

    `returned` is the intent of ours that a delivery report is about.
    """

    joins: str | None = None
    about: str | None = None
    returned: Mapping[str, Any] | None = None


ALONE: Final = Thread()


def thread(connection: Connection, contacts: Sequence[Contact], ruleset: Ruleset, keys: Keys) -> list[Thread]:
    """What each contact replies to or is about, with few look-ups for all."""
    names = {id_ for contact in contacts for id_ in _named(contact)}
    given = {token.reference for contact in contacts for token in _tokens(contact)}
    if not names and not given:
        return [ALONE] * len(contacts)
    known = _Known(
        keys,
        enquiries.by_references(connection, given),
        enquiries.by_message_ids(connection, names),
        outbox.by_message_ids(connection, names),
    )
    ids = {*known.by_reference.values(), *(id_ for named in known.by_message.values() for id_ in named)}
    known.participants = enquiries.participants(connection, ids)
    return [_thread(contact, known, ruleset) for contact in contacts]


@dataclass(slots=True)
class _Known:
    """What the record has of everything that some contacts name."""

    keys: Keys
    by_reference: Mapping[str, str]
    by_message: Mapping[str, Sequence[str]]
    sent: Mapping[str, Mapping[str, Any]]
    participants: Mapping[str, Sequence[str]] | None = None

    def has(self, enquiry_id: str, sender: str) -> bool:
        """Whether somebody is a participant of an enquiry: wrote in it, or was written to."""
        return canonical(sender) in map(canonical, self._of(enquiry_id))

    def made_for(self, token: Token, enquiry_id: str) -> str | None:
        """The participant whom a token was made for."""
        mine = (each for each in self._of(enquiry_id) if self.keys.proves(token, enquiry_id, each))
        return next(mine, None)

    def _of(self, enquiry_id: str) -> Sequence[str]:
        return (self.participants or {}).get(enquiry_id, ())


def _thread(contact: Contact, known: _Known, ruleset: Ruleset) -> Thread:
    if contact["kind"] == Kind.BOUNCE:
        return _returned(contact, known)
    sender = contact["sender"].get("value") or ""
    proven = bool(sender) and is_proven(contact, ruleset)
    about = None
    for enquiry_id, may in _candidates(contact, known, sender):
        if may and proven:
            return Thread(joins=enquiry_id)
        about = about or enquiry_id
    return Thread(about=about)


def _candidates(contact: Contact, known: _Known, sender: str) -> Iterator[tuple[str, bool]]:
    """The enquiries that a contact names, the surest first, and whether its sender is a participant there."""
    for token in _tokens(contact):
        enquiry_id = known.by_reference.get(token.reference)
        if not enquiry_id:
            continue
        if sender and known.keys.proves(token, enquiry_id, sender):
            yield enquiry_id, True
        elif known.made_for(token, enquiry_id):
            yield enquiry_id, known.has(enquiry_id, sender)
    for id_ in _named(contact):
        for enquiry_id in known.by_message.get(id_, ()):
            yield enquiry_id, known.has(enquiry_id, sender)


def _returned(contact: Contact, known: _Known) -> Thread:
    """What a delivery report is about: a message whose id only its recipient had, or whose return path bore a token.

    What proves neither is recorded by itself: else anybody could say of any address that it does not work.
    """
    for id_ in _named(contact):
        if row := known.sent.get(id_):
            return Thread(about=row["enquiry_id"], returned=row)
    for token in _tokens(contact):
        enquiry_id = known.by_reference.get(token.reference)
        address = known.made_for(token, enquiry_id) if enquiry_id else None
        if address:
            return Thread(about=enquiry_id, returned={"id": None, "sent_to": address})
    return ALONE


def is_proven(contact: Contact, ruleset: Ruleset) -> bool:
    """Whether it is sure enough who wrote: by the checks of our mail server, or by the policy of the mailbox."""
    if contact["channel"] != EMAIL:
        return True
    verdict = {part["facts"].get("auth", "none") for part in contact["parts"]}
    if "fail" in verdict:
        return False
    return verdict == {"pass"} or all(each == PARTICIPANT for each in _policies(contact, ruleset))


def _policies(contact: Contact, ruleset: Ruleset) -> Iterator[str]:
    """The policies of the mailboxes that it came to, all of them: who writes to two gets the stricter one."""
    ours = [found for each in _written_to(contact) if (found := ruleset.mailboxes.get(without_tag(each))) is not None]
    yield from (mailbox.get("authentication", "strict") for mailbox in ours or [{}])


def _written_to(contact: Contact) -> Iterator[str]:
    return (each["value"] for each in contact["recipients"] if each.get("value"))


def _tokens(contact: Contact) -> Iterator[Token]:
    """The tokens that a contact bears: in the addresses that it went to, then in the ids of messages that it names."""
    for address in _written_to(contact):
        if (tag := tag_of(address)) and (token := tokens.read(tag)):
            yield token
    for id_ in _named(contact):
        if token := tokens.in_message_id(id_):
            yield token


def _named(contact: Contact) -> Iterable[str]:
    """The ids of the messages that a contact names, the one that it answers first."""
    about = [part["facts"].get("bounce.about", "").strip("<> ") for part in contact["parts"]]
    return dict.fromkeys(filter(None, (*about, *reversed(contact["references"][-_MOST_NAMED:]))))
