"""Delivery reports that a mail service sends as data in a mail: those of Amazon, by way of its notifications."""

import re

from channels.bounce_reports import Failure
from channels.bounces import as_facts

_SENDER = "@sns.amazonaws.com"
_LONGEST = 100_000
_FIELD = re.compile(
    r'"(notificationType|eventType|bounceType|emailAddress|status|action|diagnosticCode|complaintFeedbackType)"'
    r'[ \t]{0,4}:[ \t]{0,4}"([^"\\\n]{0,500})'
)
_TYPES = frozenset({"bounce", "complaint", "delivery"})
_MESSAGE_ID = re.compile(
    r'"name"\s{0,4}:\s{0,4}"Message-ID"\s{0,4},\s{0,4}"value"\s{0,4}:\s{0,4}"<([^<>"]{3,300})>', re.IGNORECASE
)


def read(sender: str, text: str) -> tuple[bool, dict[str, str]] | None:
    """Return whether it is a complaint, and the facts; None where it is no such notice."""
    if not sender.endswith(_SENDER):
        return None
    # A long line is wrapped by "!", a line end and a blank, wherever that falls.
    text = text[:_LONGEST].replace("!\n ", "").replace('\\"', '"')
    said: dict[str, list[str]] = {}
    for match in _FIELD.finditer(text):
        said.setdefault(match[1], []).append(match[2])
    kind = (said.get("notificationType") or said.get("eventType") or [""])[0].lower()
    addresses = said.get("emailAddress", [])
    if kind not in _TYPES or (kind != "delivery" and not addresses):
        return None
    about = _MESSAGE_ID.search(text)
    identifier = about[1] if about else ""
    if kind == "complaint":
        facts = {"complaint.recipient": addresses[0].lower(), "complaint.about": identifier}
        return True, {name: value for name, value in facts.items() if value}
    return False, as_facts([_failure(kind, said, address) for address in addresses or [""]], identifier)


def _failure(kind: str, said: dict[str, list[str]], address: str) -> Failure:
    if kind == "delivery":
        return Failure(address.lower(), "delivered", "2.0.0")
    lasting = (said.get("bounceType") or ["Permanent"])[0] == "Permanent"
    status = (said.get("status") or ["5.0.0" if lasting else "4.0.0"])[0]
    return Failure(address.lower(), "failed", status, (said.get("diagnosticCode") or [""])[0])
