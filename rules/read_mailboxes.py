"""The `mailboxes` section: what each of our mailboxes stands for, and how the ones that are fetched are read."""

import re
from contextlib import suppress
from datetime import date
from typing import Any, Final

from rules.nodes import Hole, Node, Scalar, quoted
from rules.points import is_email
from rules.read_calls import GOES_TO, not_both
from rules.reading import Reading, Slot, flag, one_of, record, text, texts, wrong
from rules.sections import Sections, keyed

INBOX: Final = "INBOX"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEYWORD: Final = re.compile(r"[A-Za-z$][A-Za-z0-9_$-]*")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?")
_LONGEST_NAME: Final = 60
_NO_MAIL_BEFORE: Final = date(1971, 1, 1)
_LONGEST_WITH_TOKEN: Final = 32
"""Characters before the @ sign, where 64 are allowed and a plus and a token take the rest (router/tokens.py)."""

AUTHENTICATION: Final = ("strict", "participant")
"""Who may join an enquiry by a reply that nobody has checked: nobody, or who took part in it."""

_AFTER: Final = "such as seen, keyword:Firstcontact or move:Taken in"


def read_mailboxes(reading: Reading, sections: Sections) -> dict[str, dict[str, str]]:
    """Every mailbox by its address in lower case: what it stands for, and how it is fetched, trusted and answered."""
    section = sections.table("mailboxes")
    found = keyed(reading, section, _read_mailbox)
    read: dict[tuple[str, str], str] = {}
    for key, _ in section.entries:
        mailbox = found.get(key.value, {})
        if "account" not in mailbox:
            continue
        place = mailbox["account"], mailbox.get("folder", INBOX)
        if place in read:
            hint = f"{quoted(read[place])} has it already: keep one of them, or give them a `folder` each"
            reading.findings.error(key.mark, f"the account {quoted(place[0])} is read twice", hint)
        read.setdefault(place, key.value)
    return {address.lower(): mailbox for address, mailbox in found.items()}


def _read_mailbox(reading: Reading, key: Scalar, node: Node) -> dict[str, str]:
    if not is_email(key.value):
        hint = "write it as name@landlord.example"
        reading.findings.error(key.mark, f"{quoted(key.value)} is no email address", hint)
    what = f"mailbox {quoted(key.value)}"
    values = record(reading, node, _MAILBOX, what, key.mark)
    not_both(reading, key, what, values)
    _check_fetching(reading, key, what, values)
    _check_answering(reading, key, what, values)
    return {name: "yes" if value is True else value for name, value in values.items() if value}


def _check_fetching(reading: Reading, key: Scalar, what: str, values: dict[str, Any]) -> None:
    given = [name for name in ("folder", "after", "since") if values[name]]
    if given and not values["account"]:
        hint = "name the connection that it is fetched by, such as account: repairs"
        reading.findings.error(key.mark, f"{what} has `{given[0]}` and no `account`", hint)
    if values["forwarded_by"] and not values["checked_by"]:
        hint = "name the mail server that checks the seals of forwarders, such as checked_by: mx.landlord.example"
        reading.findings.error(key.mark, f"{what} has `forwarded_by` and no `checked_by`", hint)
    folder = values["folder"] or INBOX
    if values["after"] == f"move:{folder}":
        hint = "move what was taken in to another folder than the one it comes from"
        reading.findings.error(key.mark, f"{what} would move messages to where they are", hint)


def _check_answering(reading: Reading, key: Scalar, what: str, values: dict[str, Any]) -> None:
    local = key.value.partition("@")[0]
    if values["plus_addressing"] and len(local) > _LONGEST_WITH_TOKEN:
        hint = f"a name of at most {_LONGEST_WITH_TOKEN} characters leaves room for it; or take `plus_addressing` out"
        reading.findings.error(key.mark, f"{what} is too long for a reply address with a token in it", hint)
    if values["plus_addressing"] and "+" in local:
        hint = "name the mailbox without its plus, or take `plus_addressing` out"
        reading.findings.error(key.mark, f"{what} has a plus sign in it already", hint)


def _address(reading: Reading, node: Node) -> str | None:
    if isinstance(node, Scalar) and is_email(node.value.strip()):
        return node.value.strip()
    wrong(reading, node, "an email address", "write it as name@landlord.example")
    return None


def _account(reading: Reading, node: Node) -> str | None:
    if isinstance(node, Scalar) and len(node.value) <= _LONGEST_NAME and _NAME.fullmatch(node.value):
        return node.value
    wrong(reading, node, "the name of a connection", "small letters, digits and hyphens, such as safer-estates")
    return None


def _folder(reading: Reading, node: Node) -> str | None:
    if isinstance(node, Scalar) and node.value.strip() and node.value.isprintable():
        return INBOX if node.value.strip().upper() == INBOX else node.value.strip()
    wrong(reading, node, "the name of a folder", "as the mail server writes it, such as INBOX or INBOX/Repairs")
    return None


def _after(reading: Reading, node: Node) -> str | None:
    kind, _, name = node.value.strip().partition(":") if isinstance(node, Scalar) else ("", "", "")
    if kind == "seen" and not name:
        return "seen"
    if kind == "keyword" and _KEYWORD.fullmatch(name.strip()):
        return f"keyword:{name.strip()}"
    if kind == "move" and isinstance(node, Scalar) and (folder := name.strip()) and folder.isprintable():
        return f"move:{INBOX if folder.upper() == INBOX else folder}"
    if not isinstance(node, Hole):
        wrong(reading, node, "what becomes of a message that was taken in", _AFTER)
    return None


def _domains(reading: Reading, node: Node) -> str | None:
    """Names of hosts or domains, in lower case, with a blank between them."""
    names = texts(reading, node)
    if names is None:
        return None
    if all(_DOMAIN.fullmatch(name) for name in names):
        return " ".join(dict.fromkeys(name.lower() for name in names))
    wrong(
        reading,
        node,
        "the name of a mail server",
        "as it stands in the headers of its mail, such as mx.landlord.example",
    )
    return None


def _since(reading: Reading, node: Node) -> str | None:
    with suppress(ValueError):
        day = date.fromisoformat(node.value.strip() if isinstance(node, Scalar) else "")
        if day >= _NO_MAIL_BEFORE:
            return day.isoformat()
    wrong(reading, node, "a date", "such as 2026-03-01")
    return None


_MAILBOX: Final = GOES_TO | {
    "name": Slot(text),
    "account": Slot(_account),
    "folder": Slot(_folder),
    "after": Slot(_after),
    "since": Slot(_since),
    "checked_by": Slot(_domains),
    "forwarded_by": Slot(_domains),
    "answer_from": Slot(_address),
    "plus_addressing": Slot(flag, default=False),
    "authentication": Slot(one_of(AUTHENTICATION, "policy of authentication")),
}
