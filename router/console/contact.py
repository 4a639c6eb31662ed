"""One contact by itself: for those that no enquiry has, as they could not be decided or are still in progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from router.console import as_sent, calls, mentions, sounds, words
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.serving import duties
from router.console.timeline import part_entry
from router.directory import Who, identify
from router.enquiry.happenings import MACHINES
from router.store import contacts, enquiries
from router.threads import UNPROVEN
from rules.landlord import Ruleset

Row = Mapping[str, Any]
STATES = {
    contacts.IN_PROGRESS: ("In progress", "blue"),
    contacts.WAITING: ("Waiting to be decided", "yellow"),
    contacts.DECIDED: ("Decided", "green"),
    contacts.SET_ASIDE: ("Needs a person", "orange"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A contact with all its `parts`, who it is from, and the enquiries that it belongs to."""

    contact: Row
    who: Who
    enquiries: Sequence[Row]
    mentions: Sequence[Row]
    decision: Row | None
    has_html: bool
    """Whether it came as an email whose HTML is still kept."""


def show(ask: Ask) -> Answer:
    """The page of a contact, by id."""
    found = ask.read(lambda record: _find(record, ask.values["id"]))
    if found is None:
        raise NotFoundError("There is no contact with this id.")
    return Page("contact.html", view(found, ask.ruleset) | {"on_the_line": calls.on_the_line(ask, [found.contact])})


def _find(record: Connection, contact_id: str) -> Found | None:
    loaded = contacts.load(record, [contact_id])
    if not loaded:
        return None
    contact = loaded[0] | {"parts": contacts.all_parts(record, contact_id)}
    mine = enquiries.get(record, contacts.enquiries_of(record, contact_id))
    quoted = mentions.find(record, [contact], [row["id"] for row in mine])
    decided = enquiries.decisions_of(record, [contact_id])
    current = next((row for row in decided if row["current"]), None)
    return Found(
        contact, identify(record, loaded)[0], mine, quoted, current, bool(as_sent.with_html(record, contact_id))
    )


def view(found: Found, ruleset: Ruleset) -> dict[str, Any]:
    """What the page shows."""
    contact, sender = found.contact, found.who.sender
    return {
        "contact": contact,
        "channel": words.channel(contact["channel"], ruleset),
        "state": STATES[contact["state"]],
        "owner": words.team(contact["team"], ruleset),
        "trouble": words.trouble(contact["trouble"]),
        "name": words.sender(contact["sender"]),
        "address": words.address(contact["sender"]),
        "candidates": [(each["id"], each["name"]) for each in sender.candidates],
        "doubted": words.DOUBTED if sender.doubted else "",
        "checks": [check for part in contact["parts"] for check in words.checks(part["facts"])],
        "duties": [duty for each in sender.candidates for duty in duties(each, ruleset)],
        "plan": None,
        "enquiries": [(row["reference"], words.journey(row["journey"], ruleset)) for row in found.enquiries],
        "mentions": mentions.view(found.mentions, ruleset, found.enquiries[0]["reference"] if found.enquiries else ""),
        "as_sent": f"/contacts/{contact['id']}/as-sent" if found.has_html else "",
        "by_machine": contact["kind"] in MACHINES and contact["state"] == contacts.DECIDED,
        "unproven": bool(found.decision and UNPROVEN in found.decision["trail"]["marks"]),
        "recordings": sounds.recordings_of(contact["parts"]),
        "timeline": [part_entry(part, contact, ruleset) for part in contact["parts"]],
    }
