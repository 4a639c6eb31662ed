"""Whatever a caller identity or a person may write as a number, read into an address."""

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from channels.inbound import Address, PointKind
from channels.number_dress import unbracketed, undressed, visible
from channels.number_words import is_withheld, named

REGION = "GB"
"""Where a number without a country code is taken to be."""

WITHHELD, SIP, SHORT, NAMED, UNREADABLE = (
    "number-withheld",
    "number-sip",
    "number-short-code",
    "number-alphanumeric",
    "number-unreadable",
)

_NAMED = re.compile(r"([^\W\d_][^\d+@]{0,60}?)[\s:,-]+(?=[+(\d][\d\s().+-]{6,})", re.UNICODE)
_TRAILING = re.compile(r"([+(]?[+(0][\d\s().+/-]{6,}\d)[\s,:;(-]+[^\W\d_].*", re.DOTALL)
"""A number and, after it, what it is or whose; only where it begins as numbers of people do, and as houses do not."""

_SCHEME = re.compile(r"(sips?|tel|callto|client|whatsapp|sms|phone|mobile|t|m)\s*:\s*(?://)?", re.IGNORECASE)
_AT_HOST = re.compile(r"\+?[\d.()-]{7,20}@[\w.-]+")
_USER = re.compile(r"(\+?[\d.()-]{7,20})((?:;[^;]*)*)")
_CONTEXT = re.compile(r";phone-context=([^;@]*)", re.IGNORECASE)
_RELAY = re.compile(r"[\s(\[+]*(1800[0-2])[\s)\]./+,-]*(?=[+(\d])")
_WITH_RELAY = 14
"""Digits of a relay prefix and the shortest number after it: with fewer, 1800 belongs to the number (+1 800 ...)."""
_BEFORE = re.compile(r"(?:141|1470)[\s-]*(?=0\d{2})|9[\s,-]+(?=0\d{2}|\+)|[*#]{1,2}\d{2}[*#]?[\s-]*(?=[+(\d])")
"""What is dialled before a number: to show or hide one's own (141 and 1470 here, *31# and #31# on mobiles, *67 in
America), for an outside line, to divert calls."""
_PREFIXED_PLUS = re.compile(r"^[\s(]*0{1,2}\s*(?=\+)|^\+\s*00\s*(?=[1-9])")
_TRUNK = re.compile(r"[({\[]\s*[0Oo]\s*[)}\]]")
_NAME = re.compile(r"[A-Za-z0-9 .&_+'-]{1,11}")
_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(r"(?:ext\.?|extn|extension|x|xtn|#|int|anexo|доб)[\s.:=]*\d{1,7}\s*$", re.IGNORECASE)
_AFTER = re.compile(
    r"(?<=\d)[\s,;(]*(?:extensi[oó]n|extn?|durchwahl|dw|apparat|app|option|opt|then|poste|x|p|w)[\s.:=-]*(\d{1,7})[)#]?\s*$",
    re.IGNORECASE,
)
"""What is dialled once the number has answered, in words of which the parser knows few; `p` and `w` are pauses."""

_SPELT = re.compile(r"(?=.{0,20}[^\W\doil])[+\d\s().,;-]{4,}[^\W\d_]{3,}\W*", re.IGNORECASE)
"""A number whose end is a word, as in 0800 REPAIR; a letter among digits is a slip of the keyboard, as O for 0 is."""
_COMMENT = re.compile(r"\s*\([^()\d]{1,60}\)\s*$")
_SEVERAL = re.compile(
    r"\s*(?:[/|&]|;(?=\s*[+(\d])|,(?!,)|\bor\b|\band\b)\s*|\s+(?=\+|0\d{2})|(?<=\d)(?=\+)", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?<=\d)[,_~*·•](?=\d)")
_BRITISH = re.compile(r"\+44[1-9]\d{9}", re.ASCII)
_SURELY = 7
"""Digits without trunk zero and country code, up to which it takes a number that exists, not one that could."""
_FEWEST = 12
"""Digits of a number with a country code after a single zero: with fewer, the zero is the trunk's."""


class Reading(NamedTuple):
    """An address, and the mark that says why it is not a number; empty for a number."""

    address: Address
    mark: str = ""


def read_number(raw: str, region: str = REGION) -> Reading:
    """Read a number into E.164 with its relay prefix and extension beside it; what cannot be one is kept as text."""
    # What providers send is E.164 already: for the commonest of it that can be seen without a parser.
    if _BRITISH.fullmatch(raw):
        return Reading(Address(PointKind.PHONE, raw, raw))
    return _read(raw[:320], region)


@lru_cache(maxsize=4096)
def _read(raw: str, region: str) -> Reading:
    shown = visible(raw)
    name, written = unbracketed(undressed(shown))
    scheme, rest = _unschemed(written)
    if is_withheld(rest):
        return Reading(Address(PointKind.UNKNOWN, "withheld", shown, name), WITHHELD)
    if scheme in ("sip", "sips", "client") or _AT_HOST.fullmatch(rest):
        return _sip(scheme or "sip", rest, shown, name, region)
    rest = _in_context(rest)
    prefix, number = _relay(rest)
    found = _parsed(number, region)
    if found is None and not name and (before := _NAMED.match(rest)):
        prefix, number = _relay(rest[before.end() :])
        found = _parsed(number, region)
        name = named(before[1]) if found else ""
    if found is None and (after := _TRAILING.fullmatch(number)):
        found = _parsed(after[1], region)
    if found:
        return Reading(_address(found, shown, name, prefix))
    mark = _why(rest)
    value = re.sub(r"\D", "", rest) if mark == SHORT else written.casefold()
    return Reading(Address(PointKind.UNKNOWN, value, shown, name, prefix), mark)


def _unschemed(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    return (match[1].lower(), text[match.end() :].strip()) if match else ("", text)


def _in_context(text: str) -> str:
    """A local number with the country or area that its address gives for it (RFC 3966), put before it."""
    match = _CONTEXT.search(text)
    if not match:
        return text
    bare = text[: match.start()] + text[match.end() :]
    return match[1] + bare if match[1].startswith("+") and not bare.startswith("+") else bare


def _sip(scheme: str, rest: str, shown: str, name: str, region: str) -> Reading:
    """Read a SIP address: its user part is a number only where it looks like a whole one, else a name."""
    user, at, host = rest.partition("@")
    prefix, number = _relay(_in_context(user))
    match = _USER.fullmatch(number)
    found = _parsed(match[1] + _extension_of(match[2]), region) if match else None
    if found:
        return Reading(_address(found, shown, name, prefix))
    # A password in the address is nobody's business.
    value = f"{scheme}:{re.split('[:;?]' if at else '[;?]', user)[0]}{at}{re.split('[;?]', host)[0]}".casefold()
    return Reading(Address(PointKind.UNKNOWN, value, shown, name), SIP)


def _extension_of(parameters: str) -> str:
    match = re.search(r";ext=\d{1,7}", parameters)
    return match[0] if match else ""


def _relay(text: str) -> tuple[str, str]:
    match = _RELAY.match(text)
    if not match or sum(each.isdigit() for each in text) < _WITH_RELAY:
        return "", text
    after = "+" if match[0].rstrip().endswith("+") else ""
    rest = after + text[match.end() :]
    again = _RELAY.match(rest)
    return (match[1], _relay(rest)[1]) if again and again[1] == match[1] else (match[1], rest)


def _parsed(text: str, region: str) -> PhoneNumber | None:
    for attempt in _attempts(text):
        try:
            number = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        if _is_plausible(number, attempt):
            return number
    return _abroad(text, region)


def _is_plausible(number: PhoneNumber, written: str) -> bool:
    digits = phonenumbers.national_significant_number(number)
    # Letters may stand for digits, or for a slip of the keyboard: then a number that merely could be is a guess.
    guessed = _LETTERS.search(_EXTENSION.sub("", written)) or (
        len(digits) <= _SURELY and not written.startswith(("+", "0"))
    )
    if guessed and not phonenumbers.is_valid_number(number):
        return False
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return possible and len(set(digits)) > 1


def _abroad(text: str, region: str) -> PhoneNumber | None:
    """A number with its country code of which only the plus is missing, as some systems send it, if it is one for sure.

    With our own code, a zero may be before it: who dials it knows only that.
    """
    digits = re.sub(r"[\s().-]", "", phonenumbers.convert_alpha_characters_in_number(text))
    own = f"0{phonenumbers.country_code_for_region(region)}"
    at_home = digits.startswith(own) and len(digits) >= _FEWEST
    if not (_may_spell(text) and digits.isascii() and digits.isdigit()) or (digits.startswith("0") and not at_home):
        return None
    try:
        number = phonenumbers.parse(f"+{digits.removeprefix('0')}")
    except phonenumbers.NumberParseException:
        return None
    sure = phonenumbers.is_possible_number if at_home else phonenumbers.is_valid_number
    return number if sure(number) else None


def _may_spell(text: str) -> bool:
    """Whether what letters there are may be keys of a telephone."""
    return not _LETTERS.search(text) or _SPELT.fullmatch(text) is not None


def _attempts(text: str) -> list[str]:
    """List the ways to read it: without what people put before it, as dialled from abroad, the first of several."""
    text = _AFTER.sub(r" ext \1", _COMMENT.sub("", text)).rstrip("# ")
    if not _may_spell(_EXTENSION.sub("", text)):
        return []
    plain = _PREFIXED_PLUS.sub("+", _TRUNK.sub("", text)).replace("++", "+")
    if before := _BEFORE.match(plain):
        plain = plain[before.end() :]
    attempts = [plain]
    if plain.startswith("011"):
        attempts.append("+" + plain[3:])
    attempts += [_SEVERAL.split(plain, maxsplit=1)[0], _BETWEEN.sub(" ", plain)]
    return [*dict.fromkeys(attempts)]


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
