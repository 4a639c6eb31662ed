"""What an attribute or the text of a TwiML verb may be: each kind says what is wrong with a value, or nothing."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Kind = Callable[[str], str]
E164 = re.compile(r"\+[1-9]\d{6,14}")
SIP = re.compile(r"sips?:[^@\s]+@[^\s@]+")
CLIENT = re.compile(r"[A-Za-z0-9_.+@-]{1,121}(\?.*)?")


def any_text(_: str) -> str:
    """Anything."""
    return ""


def url(value: str) -> str:
    """A relative or an absolute address."""
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        return "is no URL"
    wrong = scheme not in ("", "http", "https") or any(character.isspace() for character in value)
    return "is no URL" if wrong else ""


def flag(value: str) -> str:
    """True or false."""
    return "" if value in ("true", "false") else "is neither true nor false"


def whole(least: int, most: int) -> Kind:
    """A whole number between these two."""

    def check(value: str) -> str:
        fits = value.isascii() and value.isdigit() and least <= int(value[:9]) <= most
        return "" if fits else f"is no whole number from {least} to {most}"

    return check


def auto_or(kind: Kind) -> Kind:
    """The word auto, or what this kind takes."""
    return lambda value: "" if value == "auto" else kind(value)


def one_of(*values: str) -> Kind:
    """One of these."""
    return lambda value: "" if value in values else f"is none of {', '.join(values)}"


def some_of(*values: str) -> Kind:
    """Some of these, with spaces between them."""
    return lambda value: "" if value and set(value.split()) <= {*values} else f"are not of {', '.join(values)}"


def keys(value: str) -> str:
    """Keys of a telephone."""
    return "" if set(value) <= set("0123456789*#") else "are no keys of a telephone"


def tones(value: str) -> str:
    """Keys to be played, with pauses."""
    return "" if value and set(value.lower()) <= set("0123456789*#w") else "are no keys to play"


def text(most: int) -> Kind:
    """Some text, at most so long."""

    def check(value: str) -> str:
        return "is empty" if not value.strip() else f"is longer than {most} characters" if len(value) > most else ""

    return check


def number(value: str) -> str:
    """A telephone number in E.164."""
    return "" if E164.fullmatch(value) else "is no number in E.164"


def caller(value: str) -> str:
    """Whom a call may show: a number, or a client."""
    return (
        "" if E164.fullmatch(value) or value.startswith("client:") or SIP.fullmatch(value) else "is no caller's number"
    )


def sip(value: str) -> str:
    """A SIP address."""
    return "" if SIP.fullmatch(value) else "is no SIP address"


def client(value: str) -> str:
    """The name of a client."""
    return "" if CLIENT.fullmatch(value) else "is no client's name"


def hints(value: str) -> str:
    """Phrases that a caller may say: at most 500, none longer than 100 characters."""
    phrases = value.split(",")
    wrong = len(phrases) > 500 or any(len(each.strip()) > 100 for each in phrases)  # noqa: PLR2004 - the provider's bounds
    return "are more than 500, or longer than 100 characters" if wrong else ""
