"""The record's own words in the words of colleagues: states, kinds of events, marks and troubles."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from channels.inbound import PointKind
from channels.names import PHONE
from channels.numbers import spoken
from channels.twilio_errors import meaning_of
from channels.twilio_listed import LISTED
from channels.twilio_sms import UNCOUNTED
from router.enquiry.happenings import EventKind
from router.store import live_calls
from router.store.relay import MARKED, PREFIX, UNMARKED
from router.store.rows import Row
from rules.landlord import Ruleset
from rules.language_names import languages_in_words

PRIORITIES: Final = {
    "emergency": ("Emergency", "red"),
    "high": ("High priority", "orange"),
    "normal": ("Normal priority", "grey"),
    "low": ("Low priority", "grey"),
}
"""The name and the colour of each; never the colour alone."""

TROUBLES: Final = {
    "rules-failed": "The rules could not be applied to it, so a person has to decide whose it is",
    "perhaps-sent": "It may have been sent or not: find out before you send it again",
    "not-configured": "Nothing is set up to send on this channel",
    "nobody-to-tell": "The team names no address for this at this hour",
    "no-attachments-on-this-channel": "Files can be sent by email only, and this goes another way",
    "too-many-acknowledgements": "This address has had so many automatic answers this hour that it may be a machine",
    "text-too-long": "It is longer than a text message can be",
    "not-a-number": "This is no number that a text could go to",
    "no-such-message": "The message that it was to be is not among the landlord’s messages",
}
LINKS: Final = {
    "follows": "It came too late to open the earlier one again",
    "unproven": "A message names it whose sender may not be who they say, or has no part in it",
    "duplicate": "It is the same matter",
}
"""Why an enquiry was linked, where that says more than that it was."""

NAMELESS: Final = "somebody who gave no name"


DOUBTED: Final = (
    "The mail server found that this may not come from the address it names: do not take the sender to be "
    "the customer, and tell nothing personal before you know who it is."
)
JOINED_BY_TIME: Final = (
    "A text was taken for an answer to our latest one because it came soon after it and does not say otherwise. "
    "If it is about something else, split it off."
)
MEDIA_LOST: Final = "A file or a recording could not be fetched"
MARKS: Final = {
    "text-damaged": "Some of its text could not be read: ask what was meant, where it matters",
    "media-not-fetched": "Files that came with it are still being fetched",
    UNCOUNTED: "Files may have come with it that were not fetched, as it does not say how many: ask for them again",
    "media-too-large": "A file is larger than what we take in: ask for a smaller one, or for it by email",
    "media-type-not-allowed": "A file is of a kind that we do not take in: ask for a picture or a PDF",
    "media-not-what-it-says": "A file is not what it says it is, so it was not kept",
    "media-address-refused": "A file lies where we do not fetch from",
    "media-account-not-set-up": "The account that files are fetched with is not set up: tell whoever runs this server",
    "media-not-authorised": "The provider did not let us fetch a file: tell whoever runs this server",
    LISTED: "Known from the provider’s list, as its own request never reached us",
    "returning-caller": "Rang about an open enquiry, and chose to go to the team that has it",
    "joined-by-time": "Taken for an answer to our latest text, as it came soon after it",
}
"""Marks that say more than their own words do."""


def mark(key: str) -> str:
    """A mark in words."""
    return MARKS.get(key, plain(key))


def lost_media(contacts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why files of these contacts are not here and will not be, in words, each reason once."""
    marks = (each for contact in contacts for part in contact["parts"] for each in part["marks"])
    lost = (each for each in marks if each.startswith("media-") and each != "media-not-fetched")
    return [_lower(mark(each)) for each in dict.fromkeys(lost)]


def uncounted(contacts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """That files may have come with a message, of which nobody can know."""
    if any(UNCOUNTED in part["marks"] for contact in contacts for part in contact["parts"]):
        yield f"{MARKS[UNCOUNTED]}."


def relay(contacts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """How to ring back who called by text relay, if anybody did."""
    if any(each["channel"] == PHONE and each["sender"].get("prefix") for each in contacts):
        yield f"They ring by text relay: to ring back, dial {' '.join(PREFIX)} before the number."


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


PROOFS: Final = {"pass": "proven", "fail": "not proven, may be forged", "none": "not checked"}


def trouble(written: str | None) -> str:
    """What went wrong, in words; nothing where nothing did."""
    if not written:
        return ""
    meaning = meaning_of(written)
    return meaning.words if meaning else TROUBLES.get(written, plain(written))


DELIVERIES: Final = {
    "queued": "Waiting at the provider",
    "sending": "On its way to the network",
    "sent": "The network has it; it is not known yet whether it arrived",
    "failed": "It never left the provider",
    "undelivered": "It did not arrive",
    "delivered": "It arrived",
    "read": "It was read",
}


def delivery(row: Row) -> str:
    """How far a text of ours came, and why it did not come farther; nothing where nothing is known."""
    told = DELIVERIES.get(row["delivery"] or "", "")
    why = trouble(row["delivery_reason"]) if row["delivery"] in ("failed", "undelivered") else ""
    return f"{told}: {_lower(why)}" if told and why else told


def plain(key: str) -> str:
    """A key as words: `sender-missing` is “Sender missing”; what has blanks in it is words already."""
    words = key if " " in key else key.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def team(key: str, ruleset: Ruleset) -> str:
    """The name of a team, its key where the live rules have none such."""
    return ruleset.teams[key].name if key in ruleset.teams else key


def journey(key: str | None, ruleset: Ruleset) -> str:
    """The name of a journey."""
    if not key:
        return "Not known yet"
    return ruleset.journeys[key].name if key in ruleset.journeys else plain(key)


def language(code: str | None) -> str:
    """The name of a language, its code where it is a rare one."""
    return languages_in_words(code or "")


def channel(key: str, ruleset: Ruleset) -> str:
    """The name of a channel."""
    return ruleset.channels[key].name if key in ruleset.channels else plain(key)


def by_channel(key: str, ruleset: Ruleset) -> str:
    """The name of a channel within a sentence."""
    return ruleset.channels[key].within if key in ruleset.channels else key.replace("-", " ")


def address(point: Mapping[str, Any]) -> str:
    """An address as people write it, with a relay prefix before it."""
    value = str(point.get("value", ""))
    if point["kind"] == PointKind.PHONE:
        return f"{point.get('prefix', '')} {spoken(value)}".strip()
    if point["kind"] == PointKind.SESSION:
        return "a chat window"
    return value or str(point.get("shown", ""))


def sender(point: Mapping[str, Any]) -> str:
    """Who was in touch, as far as the contact itself says."""
    return str(point.get("name") or "") or address(point) or NAMELESS


def checks(facts: Mapping[str, str]) -> list[str]:
    """What our mail server found out about a sender's address, in words; nothing where nobody looked."""
    if "auth" not in facts:
        return []
    told = [f"{name.upper()}: {facts[name]}" for name in ("spf", "dkim", "dmarc", "arc") if name in facts]
    spam = ["taken for spam by the mail server"] if facts.get("spam") == "yes" else []
    return [PROOFS.get(facts["auth"], facts["auth"]), *told, *spam]


def adjustments(customer: Mapping[str, Any] | None, ruleset: Ruleset) -> list[str]:
    """The names of a customer's adjustments, in the catalogue's order; one that it does not have, by its key."""
    keys = customer["adjustments"] if customer else {}
    known = [ruleset.adjustments[key].name for key in ruleset.adjustments if key in keys]
    return [*known, *(plain(key) for key in keys if key not in ruleset.adjustments)]


HAPPENINGS: Final[Mapping[str, str]] = {
    EventKind.OPENED: "Opened with {team}",
    EventKind.JOINED: "Another contact about the same matter",
    EventKind.THREADED: "The customer replied",
    EventKind.DECIDED_AGAIN: "Decided again, as more was known",
    EventKind.CHANGED: "Changed",
    EventKind.TRANSFERRED: "Given to {to} by {from}",
    EventKind.TAKEN: "Taken by {colleague}",
    EventKind.HANDED_BACK: "Handed back to {team}",
    EventKind.ACKNOWLEDGED: "Acknowledged: a person has seen it",
    EventKind.ESCALATED: "{to} was told, as nobody had acknowledged it",
    EventKind.ASKED: "{to} was asked",
    EventKind.ANSWERED: "{team} answered",
    EventKind.NOTED: "Note",
    EventKind.REPLIED: "Reply to the customer",
    EventKind.WAITING: "Waits",
    EventKind.RESUMED: "Taken up again",
    EventKind.PROMISED: "A call was promised",
    EventKind.TRIED: "The promised call was tried: {outcome}",
    EventKind.OVERDUE: "The promised call is overdue",
    EventKind.RESOLVED: "Resolved",
    EventKind.REOPENED: "Opened again",
    EventKind.LINKED: "Linked with {reference}",
    EventKind.SPLIT: "A second matter was made an enquiry of its own: {reference}",
    EventKind.RECORDED: "A machine sent something about this",
    EventKind.RETURNED: "What we sent did not arrive",
    EventKind.WITHDRAWN: "The reply was taken back before it left",
    EventKind.DUE: "The time for “{timescale}” is over",
    EventKind.MESSAGE_SENT: "Sent to the customer",
    EventKind.MESSAGE_FAILED: "Could not be sent to the customer",
    MARKED: "The call came by text relay",
    UNMARKED: "The call did not come by text relay",
    EventKind.MESSAGE_TO_PERSON: "Has to be done by a person",
    live_calls.CALL_MOVED: "The caller was put through from {from} to {to}",
    live_calls.CALL_HELD: "The caller was put on hold",
    live_calls.CALL_RESUMED: "The caller was taken off hold",
    live_calls.CALL_BROUGHT_IN: "{who} was rung to come into the call",
    live_calls.CALL_LET_GO: "{who} was let go from the call",
    live_calls.RECORDING_PAUSED: "The recording was paused",
    live_calls.RECORDING_RESUMED: "The recording went on",
    live_calls.CALL_RETURNED: "The line to the colleague broke off: the caller waits again",
}
"""What each kind of event is called; in braces what its `data` says, or its team."""
