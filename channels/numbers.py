"""Whatever a caller identity or a person may write as a number, read into an address."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from channels.inbound import Address, PointKind

REGION = "GB"
"""Where a number without a country code is taken to be."""

WITHHELD, SIP, SHORT, NAMED, UNREADABLE = (
    "number-withheld",
    "number-sip",
    "number-short-code",
    "number-alphanumeric",
    "number-unreadable",
)

_HIDDEN = frozenset(
    {"anonymous", "anon", "withheld", "restricted", "private", "blocked", "unavailable", "unknown", "hidden", "none"}
    | {"null"}
    # The same words as keys of a telephone, which is how some carriers send them.
    | {"266696687", "7378742833", "2562533", "8656696", "86282452253", "464"}
)
_HIDDEN_PHRASES = re.compile(
    r"(?:caller|number|id|identity|private|no|not|withheld|unknown|hidden|anonymous|blocked|restricted|unavailable"
    r"|provided|available|[\s,._-])+"
)
_NAMED = re.compile(r"([^\W\d_][^\d+@]{0,60}?)[\s:,-]+(?=[+(\d][\d\s().+-]{6,})", re.UNICODE)
_WHATSAPP = re.compile(r"\+?(\d{7,15})@(?:s\.whatsapp\.net|c\.us)", re.IGNORECASE)
_ENCODED = re.compile(r"%(?:2[0B89D]|3B)", re.IGNORECASE)
_SCHEME = re.compile(r"(sips?|tel|callto|client|whatsapp|sms|phone|mobile|t|m)\s*:\s*(?://)?", re.IGNORECASE)
_BRACKETED = re.compile(r'"?([^"<]{0,200})"?\s*<([^<>]{1,300})>.{0,200}', re.DOTALL)
_RELAY = re.compile(r"[\s(\[+]*(1800[0-2])[\s)\]./+,-]*(?=[+(\d])")
_WITH_RELAY = 14
"""Digits of a relay prefix and the shortest number after it: with fewer, 1800 belongs to the number (+1 800 ...)."""
_HIDE_MINE = re.compile(r"(?:141|1470)[\s-]*(?=0\d{2})|[*#]\d{2}#?[\s-]*(?=[+(\d])")
"""What is dialled before a number to show or hide one's own: 141 and 1470 here, *31# and #31# on mobiles, *67."""
_PREFIXED_PLUS = re.compile(r"^[\s(]*0{1,2}\s*(?=\+)|^\+\s*00\s*(?=[1-9])")
_TRUNK = re.compile(r"\(\s*0\s*\)")
_NAME = re.compile(r"[A-Za-z0-9 .&_+'-]{1,11}")
_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(r"(?:ext|extn|extension|x|xtn|#|int|anexo|доб)[\s.:=]*\d{1,7}\s*$", re.IGNORECASE)
_COMMENT = re.compile(r"\s*\([^()\d]{1,60}\)\s*$")
_SEVERAL = re.compile(r"\s*(?:[/;|]|,(?!,)|\bor\b|\band\b)\s*", re.IGNORECASE)


class Reading(NamedTuple):
    """An address, and the mark that says why it is not a number; empty for a number."""

    address: Address
    mark: str = ""


def read_number(raw: str, region: str = REGION) -> Reading:
    """Read a number into E.164 with its relay prefix and extension beside it; what cannot be one is kept as text."""
    # What providers send is E.164 already: for the commonest of it that can be seen without a parser.
    if len(raw) == 13 and raw[:3] == "+44" and raw[3] != "0" and raw[1:].isascii() and raw[1:].isdigit():  # noqa: PLR2004
        return Reading(Address(PointKind.PHONE, raw, raw))
    return _read(raw[:320], region)


@lru_cache(maxsize=4096)
def _read(raw: str, region: str) -> Reading:
    shown = unicodedata.normalize("NFKC", "".join(each for each in raw if each.isprintable())).strip()
    name, written = _unbracketed(_undressed(shown))
    scheme, rest = _unschemed(written)
    if _is_hidden(rest):
        return Reading(Address(PointKind.UNKNOWN, "withheld", shown, name), WITHHELD)
    if scheme in ("sip", "sips", "client"):
        return _sip(scheme, rest, shown, name, region)
    prefix, number = _relay(rest)
    found = _parsed(number, region)
    if found is None and not name and (named := _NAMED.match(rest)):
        name, found = named[1], _parsed(rest[named.end() :], region)
    if found:
        return Reading(_address(found, shown, name, prefix))
    return Reading(Address(PointKind.UNKNOWN, written.casefold(), shown, name, prefix), _why(rest))


def _undressed(text: str) -> str:
    """Take off what programs put on a number: a messenger's host, the encoding of an address."""
    if whatsapp := _WHATSAPP.fullmatch(text):
        return f"+{whatsapp[1]}"
    return unquote(text) if _ENCODED.search(text) else text


def _unbracketed(text: str) -> tuple[str, str]:
    match = _BRACKETED.fullmatch(text)
    return (match[1].strip(' "'), match[2].strip()) if match else ("", text)


def _unschemed(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    return (match[1].lower(), text[match.end() :].strip()) if match else ("", text)


def _is_hidden(text: str) -> bool:
    bare = text.casefold().partition("@")[0].partition(";")[0].strip(" \"'()<>[].+")
    return not text or text == "-" or bare in _HIDDEN or _HIDDEN_PHRASES.fullmatch(bare) is not None


def _sip(scheme: str, rest: str, shown: str, name: str, region: str) -> Reading:
    """Read a SIP address: its user part is a number only where it looks like a whole one, else a name."""
    user = rest.partition("@")[0].partition(";")[0]
    prefix, number = _relay(user)
    found = _parsed(number, region) if re.fullmatch(r"\+?[\d.()-]{7,20}", number) else None
    if found:
        return Reading(_address(found, shown, name, prefix))
    uri = rest.partition(";")[0].partition("?")[0].casefold()
    return Reading(Address(PointKind.UNKNOWN, f"{scheme}:{uri}", shown, name), SIP)


def _relay(text: str) -> tuple[str, str]:
    match = _RELAY.match(text)
    if not match or sum(each.isdigit() for each in text) < _WITH_RELAY:
        return "", text
    after = "+" if match[0].rstrip().endswith("+") else ""
    return match[1], after + text[match.end() :]


def _parsed(text: str, region: str) -> PhoneNumber | None:
    for attempt in _attempts(text):
        try:
            number = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        # Letters may stand for digits, or for a slip of the keyboard: then a number that merely could be is a guess.
        if _LETTERS.search(_EXTENSION.sub("", attempt)) and not phonenumbers.is_valid_number(number):
            continue
        if phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
            return number
    return _abroad(text)


def _abroad(text: str) -> PhoneNumber | None:
    """An international number of which only the plus is missing, as some systems send it, if it is one for sure."""
    if not (text.isascii() and text.isdigit()) or text.startswith("0"):
        return None
    try:
        number = phonenumbers.parse(f"+{text}")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _attempts(text: str) -> list[str]:
    """List the ways to read it: without what people put before it, as dialled from abroad, the first of several."""
    text = _COMMENT.sub("", text)
    if _LETTERS.search(_EXTENSION.sub("", text)) and not re.match(r"\+?0?[\d\s()-]{4,}", text):
        return []
    plain = _HIDE_MINE.sub("", _PREFIXED_PLUS.sub("+", _TRUNK.sub("", text)).replace("++", "+"))
    attempts = [plain]
    if plain.startswith("011"):
        attempts.append("+" + plain[3:])
    first = _SEVERAL.split(plain, maxsplit=1)[0]
    if first != plain:
        attempts.append(first)
    return attempts


def _address(number: PhoneNumber, shown: str, name: str, prefix: str) -> Address:
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Address(PointKind.PHONE, value, shown, name, prefix, number.extension or "")


def _why(text: str) -> str:
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"[1-9]\d{2,5}", digits):
        return SHORT
    if _NAME.fullmatch(text) and _LETTERS.search(text):
        return NAMED
    return UNREADABLE


def spoken(number: str, region: str = REGION) -> str:
    """Write an E.164 number as people of this region write and say it; what is no number stays as it is."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.country_code_for_region(region) == parsed.country_code
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
