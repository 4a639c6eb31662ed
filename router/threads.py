"""A reply? Found by the message references that a contact names, and only if its sender may write in that enquiry."""

from collections.abc import Sequence

from sqlalchemy import Connection

from router.directory import Contact
from router.store import enquiries


def thread(connection: Connection, contacts: Sequence[Contact]) -> list[str | None]:
    """For each contact the id of the enquiry that it replies to, or None; one look-up for all.

    Knowing a message's id is not enough, because ids leak: the sender's address must be the one that sent or was
    sent that message.
    """
    named = {reference for contact in contacts for reference in contact["references"]}
    known = enquiries.by_message_ids(connection, named) if named else {}
    return [_replied_to(contact, known) for contact in contacts]


def _replied_to(contact: Contact, known: dict[str, tuple[str, str]]) -> str | None:
    sender = contact["sender"].get("value")
    for reference in reversed(contact["references"]):
        enquiry_id, participant = known.get(reference, ("", None))
        if sender and participant == sender:
            return enquiry_id
    return None
