"""The addresses of our own that a landlord writes down: numbers and mailboxes, checked for being plausible."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rules.nodes import Node, Scalar, quoted
from rules.reading import Reading, text, wrong

_NONE_IN_EMAIL: Final = r"\s@,;<>()\"“”„‘«»"
_EMAIL: Final = re.compile(rf"[^{_NONE_IN_EMAIL}]{{1,64}}@[^{_NONE_IN_EMAIL}.]+(\.[^{_NONE_IN_EMAIL}.]+)+")
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
    hint = "write it as name@landlord.example"
    found = _fitting(reading, node, is_email, "an email address", "is no email address", hint)
    return found.lower() if found is not None else None


def is_email(written: str) -> bool:
    """Whether a text can be a mailbox."""
    return len(written) <= _LONGEST_EMAIL and bool(_EMAIL.fullmatch(written))


def sip(reading: Reading, node: Node) -> str | None:
    """A SIP URI: sip:somebody@host, or sips:."""
    hint = "write it as sip:repairs@pbx.landlord.example"
    return _fitting(reading, node, _SIP.fullmatch, "a SIP address", "is no SIP address", hint)


def client(reading: Reading, node: Node) -> str | None:
    """The name of a telephone in a browser, as the provider has it: letters, digits and underscores."""
    hint = "use letters, digits and _ only, such as repairs_desk_1"
    return _fitting(reading, node, _CLIENT.fullmatch, "the name of a client", "is no client's name", hint)


def webhook(reading: Reading, node: Node) -> str | None:
    """A web address that is called: https, or on this very machine http."""
    hint = "write it as https://host/path, with no name and no password in it"
    return _fitting(reading, node, _is_webhook, "a web address", "is no web address that can be called", hint)


def _fitting(
    reading: Reading, node: Node, fits: Callable[[str], object], wanted: str, problem: str, hint: str
) -> str | None:
    """What is written, if it fits; what does not is reported, and so is what is no single value."""
    if not isinstance(node, Scalar):
        wrong(reading, node, wanted)
        return None
    if fits(node.value):
        return node.value
    reading.findings.error(node.mark, f"{quoted(node.value)} {problem}", hint)
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
