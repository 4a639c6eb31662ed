"""Delivery reports: what is known of the message that did not arrive, as facts that others can rely on.

`bounce.recipient` the address that failed, `bounce.status` the code (RFC 3463), `bounce.action` failed, delayed,
delivered, relayed or expanded, `bounce.permanent` yes or no, `bounce.about` the Message-ID of what was sent,
`bounce.diagnostic` the server's words, and `bounce.others` further recipients that failed, separated by blanks.
"""

import re
from collections.abc import Iterator

from channels import bounce_forms
from channels.addresses import mailboxes
from channels.bounce_reports import RETURNED, STATUS_PARTS, Failure, address_in, failures
from channels.email_charsets import decode_bytes
from channels.email_headers import identifiers, raw_text
from channels.email_html import readable
from channels.email_mime import Part

_LEAVES = 60
_BYTES = 300_000
_MESSAGE_ID = re.compile(
    r"^[ \t>|*]{0,12}(?:x-)?(?:original-)?message-id[*]?[ \t]{0,4}:\s{0,20}<([^<>\s]{3,900})>",
    re.IGNORECASE | re.MULTILINE,
)
_TO = re.compile(r"^[ \t>|]{0,8}to[ \t]{0,4}:[ \t]{0,8}(.{1,1000})", re.IGNORECASE | re.MULTILINE)


def leaves(root: Part, depth: int = 6) -> Iterator[Part]:
    """Yield the parts without children, in order."""
    if not root.children:
        yield root
    elif depth:
        for child in root.children:
            yield from leaves(child, depth - 1)


def status_parts(root: Part) -> list[Part]:
    """List the parts that tell machines what came of a delivery."""
    return [each for each in list(leaves(root))[:_LEAVES] if each.media_type in STATUS_PARTS]


def spoken(root: Part) -> str:
    """Return the text that a report says to people, HTML as text, before anything that it returns."""
    said = []
    for part in list(leaves(root))[:_LEAVES]:
        if part.media_type in RETURNED:
            break
        if part.media_type.startswith("text/"):
            text = _decoded(part)
            said.append(readable(text) if part.media_type == "text/html" else text)
    return "\n\n".join(said)


def facts_of(root: Part, own: frozenset[str]) -> dict[str, str]:
    """Read a delivery report; `own` are the addresses that it came from and went to, which cannot be what failed."""
    text = spoken(root)
    declared = [each for part in status_parts(root) for each in failures(part)]
    named = [
        each for each in (address_in(raw_text(value)) for value in root.all_headers("x-failed-recipients")) if each
    ]
    returned = _returned(root, text)
    found = [each for each in declared if each.recipient and each.action != "expanded"]
    if not found:
        guessed = bounce_forms.failures(text, own, named or _written_to(returned))
        first = declared[0] if declared else None
        found = [_merged(first, each) for each in guessed]
        if named:
            found = [
                found[0]._replace(recipient=each) if found[0].recipient not in named else found[0]
                for each in named[:50]
            ]
    worst = sorted(found, key=lambda each: each.action not in ("", "failed"))
    return as_facts(worst, _about(root, returned))


def _merged(declared: Failure | None, guessed: Failure) -> Failure:
    if declared is None:
        return guessed
    return Failure(
        guessed.recipient,
        declared.action or guessed.action,
        declared.status or guessed.status,
        declared.diagnostic or guessed.diagnostic,
    )


def as_facts(found: list[Failure], about: str) -> dict[str, str]:
    """Put failures, the first of them the worst, and the Message-ID that they are about, into facts."""
    first = found[0]
    others = [each.recipient for each in found[1:] if each.recipient and each.recipient != first.recipient]
    facts = {
        "bounce.recipient": first.recipient,
        "bounce.status": first.status,
        "bounce.action": first.action or "failed",
        "bounce.permanent": "yes" if first.permanent else "no",
        "bounce.about": about,
        "bounce.diagnostic": " ".join(first.diagnostic.split())[:500],
        "bounce.others": " ".join(dict.fromkeys(others))[:900],
    }
    return {name: value for name, value in facts.items() if value}


def _returned(root: Part, text: str) -> str:
    """Return what came back of the mail that was sent: its own part, or the end of the report's text."""
    parts = [each for each in list(leaves(root))[:_LEAVES] if each.media_type in RETURNED]
    if parts:
        return "\n".join(_decoded(each) for each in parts[:3])
    whole = text[:_BYTES]
    return whole[len(bounce_forms.notice_of(whole)) :]


def _about(root: Part, returned: str) -> str:
    """Return the Message-ID of what was sent: of the returned headers, else what the report says that it answers."""
    own = "".join(identifiers(root.header("message-id"))[:1])
    for match in _MESSAGE_ID.finditer(returned[:_BYTES]):
        if match[1] != own:
            return match[1]
    answered = identifiers(root.header("in-reply-to")) or identifiers(root.header("references"))[-1:]
    return answered[0] if answered else ""


def _written_to(returned: str) -> list[str]:
    return [each.value for match in list(_TO.finditer(returned[:_BYTES]))[:3] for each in mailboxes(match[1], 20)]


def _decoded(part: Part) -> str:
    raw = part.content()[0][:_BYTES]
    return decode_bytes(raw, part.params.get("charset", ""))[0].replace("\r\n", "\n").replace("\r", "\n")
