"""Facts: what the rules may know about one contact, put together from the record and from what was recognised."""

from collections.abc import Mapping
from typing import Any

from channels.inbound import Kind
from channels.pieces import CONTINUES
from channels.same_mailbox import without_tag
from router.directory import Contact, Customer, Identity, Who
from router.language import language_of
from rules.landlord import Ruleset
from rules.model import Facts, FactValue
from rules.recognise import Recogniser
from rules.recognised import with_journey

UNKNOWN_RECIPIENT = "recipient-unknown"
WRITTEN_TO = ("phone", "email", "unknown")
MEDIA = "media_"
"""What the facts of files begin with that are fetched afterwards."""

SAID = ("menu", "language")
"""Facts that an adapter reads off the provider's message and that rules may use as they are."""
IN_TERMS_OF_A_RULESET = frozenset({"journey", "confidence", "chosen_team", "recipient"})
"""Facts that depend on the journeys, menu and mailboxes of the ruleset that decides."""


def provider_facts(contact: Contact) -> dict[str, str]:
    """The facts of all parts, a later part's before an earlier one's."""
    return {name: value for part in contact["parts"] for name, value in part["facts"].items()}


def text_of(contact: Contact) -> str:
    """Everything that was said on the contact, subject first, each part on a line of its own.

    What came in pieces is put together again as it was.
    """
    said = [(said, CONTINUES in part["facts"]) for part in contact["parts"] for said in (part["subject"], part["text"])]
    return "".join(text + ("" if goes_on else "\n") for text, goes_on in said if text).removesuffix("\n")


def facts_of(contact: Contact, who: Who, ruleset: Ruleset) -> Facts:
    """The facts of a contact as it came in; what is unknown is left out."""
    said = provider_facts(contact)
    facts: dict[str, FactValue] = {
        "channel": contact["channel"],
        "kind": _kind(contact),
        "text": text_of(contact),
        "subject": next((part["subject"] for part in contact["parts"] if part["subject"]), ""),
        "attachments": sum(map(_files, contact["parts"])),
        "sender.known": who.sender.customer is not None,
        "about.another": contact["about"] is not None,
    }
    if address := contact["sender"].get("value"):
        facts["sender.address"] = address
    if recipient := _recipient(contact, ruleset):
        facts["recipient"] = recipient
    facts |= _given(said, ruleset)
    if language := language_of(str(facts["text"])):
        facts["language"] = language
    facts |= {name: said[name] for name in SAID if said.get(name)}
    return {**facts, **_customer_facts(who.subject)}


def _given(said: Mapping[str, str], ruleset: Ruleset) -> dict[str, str]:
    """What a form, or a caller who chose the team that has their enquiry, says by itself: of what the ruleset has."""
    known = {"journey": ruleset.journeys, "chosen_team": ruleset.teams}
    return {name: said[name] for name, keys in known.items() if said.get(name) in keys}


def _files(part: Mapping[str, Any]) -> int:
    """How many files came with a part, those too that are still to be fetched."""
    names: Mapping[str, str] = part["facts"]
    listed: list[Any] = part["attachments"]
    return max(len(listed), sum(name.endswith("_url") for name in names if name.startswith(MEDIA)))


def _recipient(contact: Contact, ruleset: Ruleset) -> str | None:
    """Our number or mailbox that was contacted; of several the one that says most about what it is about."""
    values = [without_tag(each["value"]) for each in contact["recipients"] if each.get("value")]
    return min(values, key=lambda value: _breadth(value, ruleset), default=None)


def _breadth(address: str, ruleset: Ruleset) -> int:
    """How little an address says: one of a journey, of a team, of the team that takes everything, of nobody."""
    stands_for = ruleset.mailboxes.get(address, {})
    if "journey" in stands_for:
        return 0
    if "team" in stands_for:
        return 1 if stands_for["team"] != ruleset.landlord.fallback else 2
    return 3 if stands_for else 4


def _kind(contact: Contact) -> str:
    kinds = [part["kind"] for part in contact["parts"]]
    return Kind.MESSAGE.value if Kind.MESSAGE in kinds else str(contact["kind"])


def _customer_facts(subject: Identity) -> dict[str, FactValue]:
    """What is known of the customer; of several who share an address, only the adjustments of them all."""
    if subject.ambiguous:
        return {"customer.adjustments": frozenset(key for each in subject.candidates for key in each["adjustments"])}
    if subject.customer is None:
        return {}
    return _known(subject.customer)


def _known(customer: Customer) -> dict[str, FactValue]:
    stored: Mapping[str, Any] = customer["facts"]
    facts: dict[str, FactValue] = {"customer.adjustments": frozenset(customer["adjustments"])}
    for name, value in stored.items():
        facts[f"customer.{name}"] = frozenset(value) if isinstance(value, list) else value
    if customer["language"]:
        facts["customer.language"] = customer["language"]
    if customer["preferences"]:
        facts["customer.preferences"] = frozenset(customer["preferences"])
    return facts


def stored(facts: Facts) -> dict[str, Any]:
    """The facts as the record keeps them: sets as sorted lists, and no text, which is in the parts."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in facts.items()
        if name not in ("text", "subject")
    }


def restored(kept: Mapping[str, Any], contact: Contact) -> Facts:
    """The facts as they were at a decision, from what was kept and the contact with the parts it had then."""
    facts = {name: frozenset(value) if isinstance(value, list) else value for name, value in kept.items()}
    subject = next((part["subject"] for part in contact["parts"] if part["subject"]), "")
    return facts | {"text": text_of(contact), "subject": subject}


def marks_of(contact: Contact, ours: frozenset[str]) -> list[str]:
    """What a person should know about the contact: the adapters' marks, and a recipient that is not one of ours."""
    marks = [mark for part in contact["parts"] for mark in part["marks"]]
    written_to = [without_tag(each.get("value", "")) for each in contact["recipients"] if each["kind"] in WRITTEN_TO]
    if written_to and ours.isdisjoint(written_to):
        marks.append(UNKNOWN_RECIPIENT)
    return list(dict.fromkeys(marks))


def again(kept: Facts, contact: Contact, ruleset: Ruleset, recogniser: Recogniser) -> Facts:
    """The facts of an earlier decision in terms of another ruleset: what it is about and the way in are read anew.

    `kept` is what `restored` gives. Everything else is as it was: the customer, their history, the moment.
    """
    facts = {name: value for name, value in kept.items() if name not in IN_TERMS_OF_A_RULESET}
    if recipient := _recipient(contact, ruleset):
        facts["recipient"] = recipient
    facts |= _given(provider_facts(contact), ruleset)
    return with_journey(facts, ruleset, recogniser)
