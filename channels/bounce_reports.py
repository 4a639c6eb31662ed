"""Delivery reports in the standard form (RFC 3464): their fields, for each recipient."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from channels.email_charsets import decode_bytes
from channels.email_mime import Part

RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
"""The media types in which a report returns what could not be delivered."""
STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})

_DELIVERED = re.compile(r"2\.\d{1,3}\.\d{1,3}")
_ACTIONS = {
    "failed": "failed",
    "failure": "failed",
    "fail": "failed",
    "error": "failed",
    "delayed": "delayed",
    "delay": "delayed",
} | {each: each for each in ("delivered", "relayed", "expanded")}
_WORDS = 20_000
_LONGEST = 200_000
_RECIPIENTS = 50
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,60})[ \t]*:[ \t]*(.{0,4000})")
_BLANK = re.compile(r"\n[ \t]*\n")
_FOLD = re.compile(r"\n[ \t]+")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,255}")
_CODE = re.compile(r"(?<![\d.v/])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SMTP = re.compile(r"(?:^|[\s;:<(\[#'\"])([45][0-5]\d)(?=[\s\-#:,.]|$)")


class Failure(NamedTuple):
    """What a report says of one recipient; what it does not say is empty. `action` is as the report has it."""

    recipient: str
    action: str = ""
    status: str = ""
    diagnostic: str = ""

    @property
    def permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self.action in ("", "failed") and not self.status.startswith(("2", "4"))


def failures(status: Part) -> list[Failure]:
    """Read the part of a report that machines are to read, a failure for each recipient."""
    text = decode_bytes(status.content()[0][:_LONGEST], "")[0].replace("\r\n", "\n").replace("\r", "\n")
    found = [_failure(dict(_fields(block))) for block in _BLANK.split(text)[: 4 * _RECIPIENTS]]
    return [each for each in found if each is not None][:_RECIPIENTS]


def status_in(text: str) -> str:
    """Return the status code (RFC 3463) that a text gives, or one that its SMTP reply code amounts to, or nothing."""
    if match := _CODE.search(text[:_WORDS]):
        return match[1]
    match = _SMTP.search(text[:_WORDS])
    return _OF_REPLY.get(match[1], f"{match[1][0]}.0.0") if match else ""


_OF_REPLY = {"550": "5.1.1", "551": "5.1.6", "552": "5.2.2", "553": "5.1.3", "554": "5.0.0", "452": "4.2.2"}


def address_in(text: str) -> str:
    """Return the first mailbox address of a text, lower case; empty if there is none."""
    match = _ADDRESS.search(text[:2_000])
    return match[0].strip(".'`*").lower() if match else ""


def _fields(block: str) -> Iterator[tuple[str, str]]:
    for line in _FOLD.sub(" ", block).split("\n")[:200]:
        if match := _FIELD.match(line.lstrip(" \t>")):
            yield match[1].lower(), match[2].strip()


def _failure(fields: dict[str, str]) -> Failure | None:
    """Make a failure of one block of fields; None of the block that is about the whole message."""
    written = [fields.get(name, "") for name in ("original-recipient", "final-recipient", "x-actual-recipient")]
    if not any(written) and "action" not in fields:
        return None
    diagnostic = fields.get("diagnostic-code", "")
    written_status = fields.get("status", "")
    delivered = _DELIVERED.match(written_status)
    declared = delivered[0] if delivered else status_in(written_status)
    said = status_in(diagnostic.partition(";")[2] or diagnostic)
    # Some servers declare no more than "failed" (5.0.0) where their diagnostic says why, or that it may pass (4.2.2).
    vague = declared.endswith(".0.0") and (said[:1] == declared[:1] or bool(said and not said.endswith(".0.0")))
    status = said if vague else declared or said
    action = _ACTIONS.get(fields.get("action", "").partition("(")[0].strip(" ;.").partition(" ")[0].lower(), "failed")
    recipient = next((found for found in map(_recipient, written) if found), "")
    return Failure(recipient, action, status, diagnostic)


def _recipient(written: str) -> str:
    """Return the address of `rfc822; sam@example.org`, also where the type or the angles are missing or others."""
    kind, semicolon, rest = written.partition(";")
    text = rest if semicolon else kind
    if kind.strip().lower() == "x400":
        return ""
    return address_in(text.replace("+40", "@") if "@" not in text else text)
