"""One contact by itself: for those that no enquiry has, as they could not be decided or are still in progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from router import explaining
from router.console import as_sent, calls, mentions, relay, sounds, words
from router.console.call_words import OF_CALLS, latest_ends
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.serving import duties
from router.console.timeline import Entry, Names, event_entry, part_entry, people_in
from router.directory import Who, identify
from router.enquiry.happenings import MACHINES
from router.store import contacts, enquiries, history, users
from router.store.rows import Row
from router.threads import UNPROVEN
from rules.landlord import Ruleset

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
    happened: Sequence[Row]
    """What happened to the contact itself: how its call ended, and whether it came by text relay."""

    users: Mapping[str, str]
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
    happened = history.of_contacts(record, [contact_id], OF_CALLS)
    return Found(
        contact=contact,
        who=identify(record, loaded)[0],
        enquiries=mine,
        mentions=quoted,
        decision=enquiries.decision_on(record, contact_id),
        happened=happened,
        users=users.names(record, sorted(people_in(happened))),
        has_html=bool(as_sent.with_html(record, contact_id)),
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
        "unknown": explaining.unheard(contact["parts"]),
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
        "timeline": _timeline(found, ruleset),
        "relay": relay.view(contact, sender, ruleset),
    }


def _timeline(found: Found, ruleset: Ruleset) -> list[Entry]:
    """What was said and what happened, oldest first."""
    names = Names(found.users, ruleset)
    said = [part_entry(part, found.contact, ruleset) for part in found.contact["parts"]]
    happened = [event_entry(event, names) for event in latest_ends(found.happened)]
    return sorted([*said, *happened], key=lambda entry: (entry.at, entry.id))
