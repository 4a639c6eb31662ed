"""Mail in the forms made for machines: reports of complaints and of reading, notices of services, calendar answers."""

import re

from channels import bounce_forms, bounce_notices, bounces
from channels.bounce_reports import address_in
from channels.email_charsets import decode_bytes
from channels.email_headers import identifiers
from channels.email_letter import Letter, Sorted, kept
from channels.email_mime import Part
from channels.inbound import Kind

_CALENDAR = re.compile(rb"^METHOD[^:\r\n]{0,80}:[ \t]*(REPLY|COUNTER|DECLINECOUNTER)", re.IGNORECASE | re.MULTILINE)
_ANSWER = re.compile(rb"PARTSTAT=\"?([A-Za-z-]{3,20})", re.IGNORECASE)
_REPORT_FIELD = re.compile(r"^([A-Za-z-]{3,60})[ \t]*:[ \t]*(.{0,1000})", re.MULTILINE)
_REFUSED = frozenset({"deleted", "denied", "failed", "error"})
"""What a mail server, not a reader's program, says in the form of a read receipt when it throws a mail away."""


def complaint(letter: Letter) -> Sorted | None:
    """Recognise the report of a mail provider that somebody called what we sent spam (RFC 5965)."""
    report = _part_of(letter.root, ("message/feedback-report",))
    if report is None and report_type(letter.root) != "feedback-report":
        return None
    fields = _report_fields(report)
    returned = bounces.facts_of(letter.root, frozenset())
    return Sorted(
        Kind.COMPLAINT_REPORT,
        kept(
            {
                "automatic": "multipart/report",
                "complaint.type": fields.get("feedback-type", "").lower(),
                "complaint.recipient": address_in(
                    fields.get("original-rcpt-to", "") or fields.get("removal-recipient", "")
                ),
                "complaint.about": returned.get("bounce.about", ""),
            }
        ),
    )


def receipt(letter: Letter) -> Sorted | None:
    """Recognise a read receipt (RFC 8098), unless a mail server says in that form that it threw the mail away."""
    report = _part_of(letter.root, ("message/disposition-notification", "message/global-disposition-notification"))
    if report_type(letter.root) != "disposition-notification" and (report is None or not _is_report(letter.root)):
        return None
    fields = _report_fields(report)
    about = identifiers(fields.get("original-message-id", "").encode()) or identifiers(
        letter.root.header("in-reply-to")
    )
    disposition = fields.get("disposition", "").partition(";")[2].partition("/")[0].strip().lower()
    if disposition in _REFUSED and bounce_forms.is_daemon(letter.sender, letter.sender_name):
        return None
    recipient = address_in(fields.get("original-recipient", "")) or address_in(fields.get("final-recipient", ""))
    facts = {"receipt.disposition": disposition, "receipt.recipient": recipient, "receipt.about": "".join(about[:1])}
    return Sorted(Kind.RECEIPT, kept({"automatic": "multipart/report"} | facts))


def notified(letter: Letter) -> Sorted | None:
    """Read what a mail service tells as data in a mail of its own, where there is such."""
    said = bounce_notices.read(letter.sender, letter.text)
    if said is None:
        return None
    complaint, facts = said
    return Sorted(Kind.COMPLAINT_REPORT if complaint else Kind.BOUNCE, {"automatic": "sender", **facts})


def calendar(letter: Letter) -> Sorted | None:
    """Recognise the answer of a calendar to an invitation (RFC 5546)."""
    part = _part_of(letter.root, ("text/calendar", "application/ics"))
    if part is None:
        return None
    content = part.content()[0][:100_000]
    match = _CALENDAR.search(content)
    if not match and part.params.get("method", "").upper() not in ("REPLY", "COUNTER"):
        return None
    answer = _ANSWER.search(content)
    return Sorted(
        Kind.CALENDAR_ANSWER,
        kept({"automatic": "text/calendar", "calendar.answer": answer[1].decode().lower() if answer else ""}),
    )


def report_type(root: Part) -> str:
    """Return what sort of report a mail declares itself to be, empty if it is none."""
    return root.params.get("report-type", "").strip().lower() if root.media_type == "multipart/report" else ""


def _is_report(root: Part) -> bool:
    return root.media_type == "multipart/report" or (root.media_type == "multipart/mixed" and len(root.children) <= 3)  # noqa: PLR2004 - text, report, and what is returned


def _part_of(root: Part, media_types: tuple[str, ...]) -> Part | None:
    return next((each for each in bounces.leaves(root, 3) if each.media_type in media_types), None)


def _report_fields(report: Part | None) -> dict[str, str]:
    if report is None:
        return {}
    text = decode_bytes(report.content()[0][:50_000], "")[0].replace("\r\n", "\n").replace("\n ", " ")
    return {match[1].lower(): match[2].strip() for match in _REPORT_FIELD.finditer(text)}
