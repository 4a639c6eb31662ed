"""An email as it was sent: its own HTML without anything that acts, alone on a page that may fetch nothing."""

import base64
import hashlib
from typing import Final

from sqlalchemy import Connection

from channels.email_display import POLICY, has_html, shown
from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.store import contacts, raw_mail

STYLE: Final = (
    "body{margin:1rem auto;max-width:60rem;padding:0 1rem;font-family:sans-serif;line-height:1.4}"
    "body{overflow-wrap:anywhere}img{max-width:100%;height:auto}pre{white-space:pre-wrap}"
    "table{max-width:100%}hr{margin:1rem 0}"
    ".mail{overflow-x:auto}"
)
"""The page's own style. A mail has none of its own here."""

HEADERS: Final = {
    "Content-Security-Policy": (
        f"{POLICY}; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
    ),
    "Referrer-Policy": "no-referrer",
    # A browser refuses to show what is both in a sandbox and set apart from the page that opened it.
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
NONE: Final = "This contact has no email with HTML, or it is kept no longer. Its text is on the contact's page."


def show(ask: Ask) -> Answer:
    """The HTML of the emails that a contact came as, by its id."""
    id_ = ask.values["id"]
    found, mails = ask.read(lambda record: (contacts.load(record, [id_]), with_html(record, id_)))
    if not found or not mails:
        raise NotFoundError(NONE)
    who = words.sender(found[0]["sender"])
    values = {"back": f"/contacts/{id_}", "who": who, "mails": [shown(raw) for raw in mails], "style": STYLE}
    return Page("as_sent.html", values, headers=HEADERS)


def with_html(record: Connection, contact_id: str) -> list[bytes]:
    """The raw emails of a contact that are still kept and have HTML."""
    kept = raw_mail.of_contact(record, contact_id)
    return [raw for _, _, raw in kept if raw is not None and has_html(raw)]
