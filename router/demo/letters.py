"""Raw emails as mail programs write them: plain, with HTML, with quoted history, forwarded; and those of nobody."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from channels.inbound import Kind
from router.demo.arrivals import Arrival

HISTORY = """

On Thu, 19 Nov 2026 at 16:40, {landlord} <{to}> wrote:
> Thank you for getting in touch. Somebody will answer you within two working days.
>
> > Hello, I wrote to you last week as well.
"""
FORWARDED = """

---------- Forwarded message ---------
From: A neighbour <neighbour@post.example>
Date: Wed, 18 Nov 2026 at 09:12
Subject: Fwd: what we talked about
To: {sender}

See below, and please let me know what they say.
"""
BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: {to}
Subject: {subject}
Date: {date}
Message-ID: <{message_id}>
MIME-Version: 1.0
Auto-Submitted: auto-replied
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=b1

--b1

Your mail could not be delivered.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@post.example
Action: failed
Status: 5.1.1
--b1--
"""


def message_id(key: str) -> str:
    """The Message-ID of an arrival, without its brackets."""
    return f"{key}@mail.example"


def raw(arrival: Arrival, landlord: str, at: datetime, checked_by: str = "") -> bytes:
    """The email of an arrival, as the mail server hands it over; with what that has found out, if its name is given."""
    if arrival.kind is Kind.BOUNCE:
        parts = {"to": arrival.to, "subject": arrival.subject, "date": format_datetime(at)}
        return BOUNCE.format(**parts, message_id=message_id(arrival.key)).replace("\n", "\r\n").encode()
    letter = _envelope(arrival, at, checked_by)
    text = _text(arrival, landlord)
    letter.set_content(text)
    if arrival.looks == "html":
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line)
        letter.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    return letter.as_bytes()


def _envelope(arrival: Arrival, at: datetime, checked_by: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    if checked_by:
        domain = arrival.person.email.rpartition("@")[2]
        found = f"spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
        letter["Authentication-Results"] = f"{checked_by}; {found}"
    letter["From"] = formataddr((arrival.person.name, arrival.person.email))
    letter["To"] = arrival.to
    letter["Subject"] = f"Fwd: {arrival.subject}" if arrival.looks == "forwarded" else arrival.subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message_id(arrival.key)}>"
    if arrival.kind is Kind.AUTOMATIC_REPLY:
        letter["Auto-Submitted"] = "auto-replied"
    if arrival.again:
        letter["In-Reply-To"] = letter["References"] = f"<{message_id(arrival.again)}>"
    return letter


def _text(arrival: Arrival, landlord: str) -> str:
    if arrival.kind is Kind.AUTOMATIC_REPLY:
        return "I am away until Monday. Your message will be read when I am back."
    signed = f"\n\n{arrival.person.name}\n"
    added = {
        "quoted": HISTORY.format(landlord=landlord, to=arrival.to),
        "forwarded": FORWARDED.format(sender=arrival.person.email),
    }
    return "\n".join(arrival.words) + signed + added.get(arrival.looks, "")
