"""A reply? By the token that we gave out, then by the messages that it names, and only if its sender may join.

Ids and tokens leak, and a From can be forged: to join, the sender has to be a participant of the enquiry, and the
authentication of the mail has to say that it is them. What only names an enquiry is kept apart from it, linked and
marked. A text names what it answers by the id of our message, or by a reference that is written in it; one that names
nothing may answer the latest text of ours to its number, which only what it says can tell (`router/deciding.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from channels.inbound import Kind, PointKind
from channels.names import EMAIL, TEXTS
from channels.same_mailbox import canonical, tag_of, without_tag
from router import tokens
from router.directory import Contact
from router.references import mentioned
from router.store import enquiries, outbox
from router.store.returning import CHOSEN
from router.tokens import Keys, Token
from rules.landlord import Ruleset

UNPROVEN: Final = "thread-unproven"
"""The mark of a contact that names an enquiry which it may not join."""

REPLIED_TO: Final = "replied_to"
"""The fact of a text that has the id of the message of ours which it answers."""

PARTICIPANT: Final = "participant"
"""The policy of a mailbox that lets a participant join whose mail nobody has checked; the other is strict."""

_MOST_NAMED: Final = 30
"""How many messages a contact can name that are looked for: the newest, for a reply has those it answers last."""


class Recent(NamedTuple):
    """An enquiry in which we lately wrote to the number that a text is from, and what that is about."""

    enquiry_id: str
    journey: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """What a contact belongs to: the enquiry that it `joins`, or the one that it only names (`about`), by their ids.

    `returned` is the intent of ours that a delivery report is about; `perhaps` what a text may answer.
    """

    joins: str | None = None
    about: str | None = None
    returned: Mapping[str, Any] | None = None
    perhaps: Recent | None = None


ALONE: Final = Thread()


def thread(connection: Connection, contacts: Sequence[Contact], ruleset: Ruleset, keys: Keys) -> list[Thread]:
    """What each contact replies to or is about, with few look-ups for all."""
    found = _threads(connection, contacts, ruleset, keys)
    return [
        Thread(joins=chosen) if (chosen := chosen_by(contact)) else each
        for contact, each in zip(contacts, found, strict=True)
    ]


def chosen_by(contact: Contact) -> str | None:
    """The enquiry to whose team a caller chose to go; we had offered it to the one customer who has that number."""
    chosen = (part["facts"].get(CHOSEN) for part in contact["parts"] if part["part"] == "menu-choice")
    return next(filter(None, chosen), None)


def _threads(connection: Connection, contacts: Sequence[Contact], ruleset: Ruleset, keys: Keys) -> list[Thread]:
    names = {id_ for contact in contacts for id_ in _named(contact)}
    given = {token.reference for contact in contacts for token in _tokens(contact)}
    given |= {reference for contact in contacts for reference in _written(contact)}
    recent = _recent(connection, contacts, ruleset)
    if not names and not given:
        return [Thread(perhaps=each) if each else ALONE for each in recent]
    known = _Known(
        keys,
        enquiries.by_references(connection, given),
        enquiries.by_message_ids(connection, names),
        outbox.by_message_ids(connection, names),
    )
    ids = {*known.by_reference.values(), *(id_ for named in known.by_message.values() for id_ in named)}
    known.participants = enquiries.participants(connection, ids)
    found = [_thread(contact, known, ruleset) for contact in contacts]
    return [
        replace(thread, perhaps=perhaps) if not (thread.joins or thread.about or thread.returned) else thread
        for thread, perhaps in zip(found, recent, strict=True)
    ]


def _recent(connection: Connection, contacts: Sequence[Contact], ruleset: Ruleset) -> list[Recent | None]:
    """The enquiry in which we wrote last to the number of each text, within the time that the landlord gives."""
    texts = [contact for contact in contacts if _is_text(contact) and contact["sender"]["kind"] == PointKind.PHONE]
    if not texts:
        return [None] * len(contacts)
    since = min(each["received_at"] for each in texts) - timedelta(days=ruleset.landlord.text_answers_within)
    sent = outbox.texts_to(connection, {each["sender"].get("value", "") for each in texts}, since)
    mine = {id(contact): _latest(contact, sent, ruleset) for contact in texts}
    return [mine.get(id(contact)) for contact in contacts]


def _latest(contact: Contact, sent: Sequence[Mapping[str, Any]], ruleset: Ruleset) -> Recent | None:
    """The latest of these texts of ours that this one could answer: on its channel, before it, and not too long ago."""
    until: datetime = contact["received_at"]
    since = until - timedelta(days=ruleset.landlord.text_answers_within)
    way = contact["channel"], contact["sender"].get("value", "")
    fitting = [row for row in sent if (row["channel"], row["sent_to"]) == way and since <= row["at"] <= until]
    last = max(fitting, key=itemgetter("at"), default=None)
    return Recent(last["enquiry_id"], last["journey"]) if last else None


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
    for reference in _written(contact):
        if enquiry_id := known.by_reference.get(reference):
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


def _written(contact: Contact) -> Iterable[str]:
    """The references that a text quotes; in a mail they are only worth suggesting, for what it quotes may be old."""
    return mentioned("\n".join(part["text"] for part in contact["parts"])) if _is_text(contact) else ()


def _is_text(contact: Contact) -> bool:
    return contact["channel"] in TEXTS


def _named(contact: Contact) -> Iterable[str]:
    """The ids of the messages that a contact names, the one that it answers first."""
    facts = [part["facts"] for part in contact["parts"]]
    about = [each.get(name, "").strip("<> ") for each in facts for name in ("bounce.about", REPLIED_TO)]
    return dict.fromkeys(filter(None, (*about, *reversed(contact["references"][-_MOST_NAMED:]))))
