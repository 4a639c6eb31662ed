"""The addresses of our own that a landlord writes down: numbers and mailboxes, checked for being plausible."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rules.nodes import Node, Scalar, quoted
from rules.reading import Reading, text, wrong

_EMAIL: Final = re.compile(r"[^\s@,;<>()\"]{1,64}@[^\s@,;<>()\".]+(\.[^\s@,;<>()\".]+)+")
_BETWEEN_DIGITS: Final = re.compile(r"[\s().-]")
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SIP: Final = re.compile(r"sips?:[^\s@,;<>\"]{1,128}@[A-Za-z0-9.\-]+(:\d{1,5})?(;[^\s<>\"]{1,200})?", re.ASCII)
_CLIENT: Final = re.compile(r"[A-Za-z0-9_]{1,121}", re.ASCII)
_LONGEST_EMAIL: Final = 254


def phone(reading: Reading, node: Node) -> str | None:
    """A number with its country code; spaces, brackets and hyphens in it are dropped."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "a telephone number")
        return None
    number = _BETWEEN_DIGITS.sub("", node.value)
    if _PHONE.fullmatch(number):
        return number
    hint = "write it with + and its country code, such as +441632960001"
    reading.findings.error(node.mark, f"{quoted(node.value)} is no telephone number", hint)
    return None


def email(reading: Reading, node: Node) -> str | None:
    """A mailbox, in lower case."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "an email address")
        return None
    if is_email(node.value):
        return node.value.lower()
    reading.findings.error(node.mark, f"{quoted(node.value)} is no email address", "write it as name@landlord.example")
    return None


def is_email(written: str) -> bool:
    """Whether a text can be a mailbox."""
    return len(written) <= _LONGEST_EMAIL and bool(_EMAIL.fullmatch(written))


def sip(reading: Reading, node: Node) -> str | None:
    """A SIP URI: sip:somebody@host, or sips:."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "a SIP address")
        return None
    if _SIP.fullmatch(node.value):
        return node.value
    hint = "write it as sip:repairs@pbx.landlord.example"
    reading.findings.error(node.mark, f"{quoted(node.value)} is no SIP address", hint)
    return None


def client(reading: Reading, node: Node) -> str | None:
    """The name of a telephone in a browser, as the provider has it: letters, digits and underscores."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "the name of a client")
        return None
    if _CLIENT.fullmatch(node.value):
        return node.value
    hint = "use letters, digits and _ only, such as repairs_desk_1"
    reading.findings.error(node.mark, f"{quoted(node.value)} is no client's name", hint)
    return None


def webhook(reading: Reading, node: Node) -> str | None:
    """A web address that is called: https, or on this very machine http."""
    if not isinstance(node, Scalar):
        wrong(reading, node, "a web address")
        return None
    if _is_webhook(node.value):
        return node.value
    hint = "write it as https://host/path, with no name and no password in it"
    reading.findings.error(node.mark, f"{quoted(node.value)} is no web address that can be called", hint)
    return None


def _is_webhook(written: str) -> bool:
    try:
        url = urlsplit(written)
        plain = bool(url.hostname) and not url.username and (url.port or 1) > 0
    except ValueError:
        return False
    safe = url.scheme == "https" or (url.scheme == "http" and _on_this_machine(url))
    return plain and safe and not url.fragment and not any(each.isspace() for each in written)


def _on_this_machine(url: SplitResult) -> bool:
    try:
        return url.hostname == "localhost" or ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False


def point(reading: Reading, node: Node, reaches: str) -> str | None:
    """An address on a channel that reaches this kind of point."""
    match reaches:
        case "phone":
            return phone(reading, node)
        case "email":
            return email(reading, node)
        case _:
            return text(reading, node)
