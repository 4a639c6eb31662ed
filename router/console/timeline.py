"""The timeline of an enquiry or a contact: what was said, what happened and what we sent, in the order of time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from channels.names import PHONE
from channels.numbers import spoken
from channels.twilio_errors import meaning_of
from router.console import words
from router.console.call_words import call_notes, call_title
from router.console.sounds import Sound, sounds_of
from router.enquiry.consequences import TEAM
from router.enquiry.happenings import EventKind
from router.store.call_ends import CALL_ENDED
from router.store.rows import Row
from rules.landlord import Ruleset

US, THEM, ENGINE = "us", "them", "engine"
TOLD_BY_MESSAGES: Final = frozenset({EventKind.MESSAGE_SENT, EventKind.MESSAGE_FAILED, EventKind.MESSAGE_TO_PERSON})
MESSAGE_STATES: Final = {
    "pending": "Waiting to be sent",
    "sending": "Being sent",
    "sent": "Sent",
    "failed": "Could not be sent",
    "to-person": "Has to be done by a person",
    "dropped": "No longer of use",
    "withdrawn": "Taken back",
}
CALLS: Final = {
    "menu": "Pressed a key in the menu",
    "menu-said": "Said in the menu what it is about",
    "ended": "The call ended",
    "chat-opened": "Opened the chat window",
    "voicemail": "Left a message",
    "before-tone": "Pressed a key before the tone",
    "transcript": "What is said on the recording",
    "call-back-chosen": "Chose to be called back",
}
WRITTEN_DOWN: Final = "Written down by a colleague"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the timeline: from whom (`us`, `them` or `engine`), what, in whose words if in anybody's."""

    id: str
    at: datetime
    side: str
    title: str
    by: str = ""
    subject: str = ""
    text: str = ""
    whole: str = ""
    """The whole text with quoted history and signature, where that is more than `text`."""

    notes: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    sounds: tuple[Sound, ...] = ()
    trouble: str = ""
    contact: str = ""
    alone: str = ""
    """What its contact is called where that has a page worth opening: an email as it was sent, a call and its marks."""


@dataclass(frozen=True, slots=True)
class Names:
    """Who the people in a history are."""

    users: Mapping[str, str]
    ruleset: Ruleset

    def actor(self, actor: str) -> str:
        """Who did something, by the name that the history has for them."""
        kind, _, identifier = actor.partition(":")
        if kind == "user":
            return self.users.get(identifier, "somebody who is no longer here")
        if kind == "phone":
            return f"the duty phone of {words.team(identifier, self.ruleset)}"
        return {"key": "another system", "clock": "the clock", "caller": "the caller"}.get(kind, "Firstcontact")


def people_in(events: Iterable[Row]) -> set[str]:
    """The ids of the users that events speak of."""
    found = set()
    for event in events:
        kind, _, identifier = event["actor"].partition(":")
        found.update([identifier] if kind == "user" else [])
        found.update(filter(None, [event["data"].get("colleague")]))
    return found


def timeline(contacts: Sequence[Row], events: Iterable[Row], messages: Iterable[Row], names: Names) -> list[Entry]:
    """Everything, oldest first; `contacts` have all their `parts`, also ours."""
    said = (part_entry(part, contact, names.ruleset) for contact in contacts for part in contact["parts"])
    happened = (event_entry(event, names) for event in events if event["kind"] not in TOLD_BY_MESSAGES)
    sent = (message_entry(row, names.ruleset) for row in messages if not is_divided(row))
    return sorted([*said, *happened, *sent], key=lambda entry: (entry.at, entry.id))


def part_entry(part: Row, contact: Row, ruleset: Ruleset) -> Entry:
    """What somebody said or did on a contact."""
    channel = words.channel(contact["channel"], ruleset)
    title = channel if part["kind"] == "message" else f"{channel}: {words.plain(part['kind']).lower()}"
    if part["kind"] == "call-event" or not part["text"]:
        title = f"{channel}: {CALLS.get(part['part'], words.plain(part['part'])).lower()}"
    typed = "typed_by" in part["facts"]
    return Entry(
        id=part["id"],
        at=part["received_at"],
        side=US if part["outgoing"] or typed else THEM,
        title=title,
        by="" if part["outgoing"] else WRITTEN_DOWN if typed else words.sender(contact["sender"]),
        subject=part["subject"],
        text=part["text"],
        whole=part["whole"] or "",
        notes=tuple(words.mark(mark) for mark in part["marks"]),
        attachments=tuple(f"{each['name'] or 'a file without a name'} ({_size(each)})" for each in part["attachments"]),
        sounds=sounds_of(part, contact),
        contact=contact["id"],
        alone=_alone(part, contact),
    )


def _alone(part: Row, contact: Row) -> str:
    if part["raw"]:
        return "This email by itself"
    return "This call by itself" if contact["channel"] == PHONE and part is contact["parts"][0] else ""


def _size(attachment: Row) -> str:
    kilobytes = attachment["size"] / 1024
    return f"{kilobytes / 1024:.1f} MB" if kilobytes >= 1024 else f"{max(kilobytes, 1):.0f} KB"  # noqa: PLR2004 - in one


def event_entry(event: Row, names: Names) -> Entry:
    """What happened to an enquiry."""
    data = event["data"]
    person = event["actor"].startswith(("user:", "key:", "phone:"))
    return Entry(
        id=event["id"],
        at=event["at"],
        side=US if person else ENGINE,
        title=_title(event, names),
        by=names.actor(event["actor"]),
        text=str(data.get("text") or data.get("note") or data.get("why") or ""),
        notes=tuple(call_notes(data) if event["kind"] == CALL_ENDED else _notes(event, names.ruleset)),
    )


def _title(event: Row, names: Names) -> str:
    data, ruleset = event["data"], names.ruleset
    shown = {
        "team": words.team(event["team"] or "", ruleset),
        "to": words.team(str(data.get("to", "")), ruleset),
        "from": words.team(str(data.get("from", "")), ruleset),
        "colleague": names.users.get(data.get("colleague") or "", "somebody"),
        "outcome": words.plain(str(data.get("outcome", ""))).lower(),
        "timescale": words.plain(str(data.get("timescale", ""))).lower(),
        "reference": data.get("reference", ""),
        "who": words.team(str(data["to"]), ruleset) if data.get("to") else "An interpreter",
    }
    if event["kind"] == EventKind.RECORDED and data.get("kind") == "keyword":
        return "The customer sent a word that stops or starts texts"
    if event["kind"] == EventKind.THREADED and data.get("chosen"):
        return "The customer rang about this, and chose to go to the team that has it"
    if event["kind"] == CALL_ENDED:
        return call_title(data)
    pattern = words.HAPPENINGS.get(event["kind"], words.plain(event["kind"]))
    return pattern.format_map(shown).strip()


def _notes(event: Row, ruleset: Ruleset) -> Iterator[str]:
    """What else a colleague should know of an event, in words."""
    data = event["data"]
    if event["kind"] == EventKind.TRANSFERRED and data.get("reason"):
        reason = ruleset.transfer_reasons.get(data["reason"])
        yield f"Reason: {reason.name if reason else words.plain(data['reason'])}"
        if data.get("misroute"):
            yield "Its first owner was wrong"
    if event["kind"] == EventKind.RESOLVED:
        how = ruleset.resolutions.get(data.get("how", ""))
        yield how.name if how else words.plain(str(data.get("how", "")))
        yield "At first contact" if data.get("at_first_contact") else "Not at first contact"
    if event["kind"] == EventKind.CHANGED:
        yield from (f"{words.plain(name)} is now {data[name]}" for name in ("priority", "journey") if data.get(name))
    if event["kind"] == EventKind.RETURNED:
        yield "For good" if data.get("permanent") else "For now: it may still arrive"
        if meaning_of(data.get("status") or ""):
            yield words.trouble(data["status"])
        elif data.get("status"):
            yield f"The server’s code: {data['status']}"
    if event["kind"] == EventKind.LINKED and data.get("how") in words.LINKS:
        yield words.LINKS[data["how"]]
    yield from (f"On {spoken(number)}" for number in filter(None, [data.get("number")]))
    if data.get("rule"):
        yield f"By the rule “{data['rule']}”"


def is_divided(row: Row) -> bool:
    """Whether it is a notice to a team in whose place there is one for each address."""
    return not row["channel"] and row["state"] in ("sent", "dropped")


def _left_out(row: Row) -> tuple[str, ...]:
    """Why nothing was sent, where that was nobody's fault."""
    return (words.trouble(row["trouble"]),) if row["state"] == "dropped" and row["trouble"] else ()


def _how_it_went(row: Row, sent: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a message went and how far it came; of one that was not sent, why."""
    if not sent.get("address"):
        return _left_out(row)
    segments = sent.get("segments", 1)
    size = (f"{segments} segments",) if segments > 1 else ()
    return (f"To {sent['address']}", *size, *filter(None, (words.delivery(row),)))


def message_entry(row: Row, ruleset: Ruleset) -> Entry:
    """A message of ours, to the customer or to a team, sent or not."""
    sent = row["sent"] or {}
    state = MESSAGE_STATES.get(row["state"], words.plain(row["state"]))
    channel = words.by_channel(sent.get("channel") or row["channel"] or "", ruleset)
    to_team = row["audience"] == TEAM
    what = f"{words.team(row['values']['team'], ruleset)} is told" if to_team else words.plain(row["purpose"])
    return Entry(
        id=row["id"],
        at=row["settled_at"] or row["created_at"],
        side=ENGINE if to_team else US,
        title=f"{what}{channel and f' by {channel}'}: {state.lower()}",
        by="Firstcontact",
        subject=sent.get("subject") or "",
        text=sent.get("text") or str(row["values"].get("text") or ""),
        notes=_how_it_went(row, sent),
        attachments=tuple(f"{each['name']} ({_size(each)})" for each in row["values"].get("attachments", ())),
        trouble=words.trouble(row["trouble"]) if row["state"] in ("failed", "to-person") else "",
    )
